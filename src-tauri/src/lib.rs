//! Floor 5: the window, its lifecycle and what it may ask. The app without a window is `device`; nothing here
//! decides anything. A library, so that the Android and iOS projects can start it too.

mod commands;
#[cfg(test)]
mod ipc;
mod launch;

use std::process::ExitCode;

/// Opens the window and stays until it is closed.
#[cfg_attr(mobile, tauri::mobile_entry_point)]
pub fn run() -> ExitCode {
    let window = tauri::Builder::default()
        .setup(|app| launch::device(app.handle()))
        .invoke_handler(commands::handler());
    #[cfg(mobile)]
    let window = window.on_window_event(launch::in_background);
    match window.run(tauri::generate_context!()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("Rounds cannot open its window: {error}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use contract::COMMANDS;
    use serde_json::Value;

    #[test]
    fn the_screens_may_ask_for_every_command_of_the_contract_and_nothing_else() {
        let capability: Value = serde_json::from_str(include_str!("../capabilities/screens.json")).unwrap();
        let allowed: Vec<_> =
            capability["permissions"].as_array().unwrap().iter().map(|p| p.as_str().unwrap()).collect();
        let (core, own): (Vec<_>, Vec<_>) = allowed.into_iter().partition(|name| name.starts_with("core:"));
        let commands: Vec<_> =
            COMMANDS.iter().map(|name| format!("allow-{}", name.replace('_', "-"))).collect();
        assert_eq!(own, commands, "capabilities/screens.json lists the commands of contract in their order");
        assert_eq!(core, ["core:event:allow-listen", "core:event:allow-unlisten"]);
    }

    #[test]
    fn the_window_and_a_browser_obey_one_content_security_policy() {
        let config: Value = serde_json::from_str(include_str!("../tauri.conf.json")).unwrap();
        let policy = config["app"]["security"]["csp"].as_str().unwrap();
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"));
        // A page cannot say who may frame it: that part is the header's alone.
        let in_page = policy.strip_suffix("; frame-ancestors 'none'").unwrap();
        assert!(include_str!("../../ui/index.html").contains(&format!("content=\"{in_page}\"")));
    }
}
