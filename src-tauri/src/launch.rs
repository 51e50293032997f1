//! What happens when the window opens: the device is made, told where its data and its server are, and its notices
//! reach the screens. Settings come from the environment, as for `rounds-web`.

use std::env;
use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;

use contract::session::SignIn;
use device::{Chance, Device, HttpTransport, Options, SystemClock, Vault};
use tauri::{AppHandle, Emitter, Manager};

/// Where `script/run` starts the server.
const DEMO_SERVER: &str = "http://127.0.0.1:8641";
/// The event under which the screens hear notices.
const NOTICE: &str = "notice";

/// Makes the device and keeps it working for as long as the window is open.
pub fn device(app: &AppHandle) -> Result<(), Box<dyn Error>> {
    let device = open(app)?;
    app.manage(device.clone());
    tauri::async_runtime::spawn(tell(app.clone(), device.clone()));
    if let Some(first) = first_person() {
        let device = device.clone();
        tauri::async_runtime::spawn(async move { device.welcome(first).await });
    }
    tauri::async_runtime::spawn(async move { device.keep_in_sync().await });
    Ok(())
}

/// On phones and tablets: what is in the background hears of no news, and asks for them when it comes back.
#[cfg(mobile)]
pub fn in_background(window: &tauri::Window, event: &tauri::WindowEvent) {
    let Some(device) = window.try_state::<Device>() else { return };
    match event {
        tauri::WindowEvent::Suspended => device.set_in_background(true),
        tauri::WindowEvent::Resumed => device.set_in_background(false),
        _ => {}
    }
}

fn open(app: &AppHandle) -> Result<Device, Box<dyn Error>> {
    let data = match env::var_os("ROUNDS_DEVICE_DATA") {
        Some(folder) => PathBuf::from(folder),
        None => app.path().app_data_dir()?,
    };
    let server = env::var("ROUNDS_SERVER").unwrap_or_else(|_| DEMO_SERVER.to_owned());
    let transport = Arc::new(HttpTransport::new(&server)?);
    // The machine's own network is the switch here.
    let options = Options { data, vault: Vault::Keychain, can_go_offline: false };
    Ok(Device::new(options, transport, Arc::new(SystemClock), Chance::of_the_machine()))
}

/// Whom the demo signs in.
fn first_person() -> Option<SignIn> {
    let (user, file) = (env::var("ROUNDS_USER").ok()?, env::var("ROUNDS_PASSWORD_FILE").ok()?);
    let password = std::fs::read_to_string(file).ok()?.lines().next()?.to_owned();
    Some(SignIn { user, password })
}

/// Passes notices on. One that the screens missed does no harm: the next one makes them ask again.
async fn tell(app: AppHandle, device: Device) {
    let mut notices = device.notices();
    loop {
        match notices.recv().await {
            Ok(notice) => drop(app.emit(NOTICE, notice)),
            Err(tokio::sync::broadcast::error::RecvError::Lagged(_)) => {}
            Err(tokio::sync::broadcast::error::RecvError::Closed) => return,
        }
    }
}
