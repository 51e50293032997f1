//! Every command of the contract through the window's own IPC: the real handler behind the real permissions, onto a
//! real device and its server. Only what draws pixels is left out.

#![allow(clippy::unwrap_used, reason = "a story that cannot go on has failed, and says where")]

use crate::commands;
use serde_json::{Value, json};
use tauri::ipc::{CallbackFn, InvokeBody};
use tauri::test::{INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder};
use tauri::webview::InvokeRequest;
use tauri::{App, WebviewWindow, WebviewWindowBuilder};
use world::{Company, Door, Hand};

/// Where the screens' files are in a window.
const SCREENS: &str = if cfg!(windows) { "http://tauri.localhost" } else { "tauri://localhost" };
/// The window that the screens run in.
const MAIN: &str = "main";

/// An app with the configuration and the permissions that ship.
fn app(hand: &Hand) -> App<MockRuntime> {
    let app = mock_builder().manage(hand.device.clone()).invoke_handler(commands::handler());
    app.build(tauri::generate_context!(test = true)).unwrap()
}

/// A page in a window.
struct Page {
    window: WebviewWindow<MockRuntime>,
    url: &'static str,
}

impl Page {
    fn of(app: &App<MockRuntime>, label: &str, url: &'static str) -> Self {
        let window = WebviewWindowBuilder::new(app, label, tauri::WebviewUrl::default()).build().unwrap();
        Self { window, url }
    }

    /// Sends arguments as they are, as any script in the page could.
    async fn invoke(&self, command: &str, arguments: Value) -> Result<Value, Value> {
        let request = InvokeRequest {
            cmd: command.to_owned(),
            callback: CallbackFn(0),
            error: CallbackFn(1),
            url: self.url.parse().unwrap(),
            body: InvokeBody::Json(arguments),
            headers: Default::default(),
            invoke_key: INVOKE_KEY.to_owned(),
        };
        let window = self.window.clone();
        // The answer is waited for on a thread that nobody else needs: the server of this story runs on ours.
        let answer = tokio::task::spawn_blocking(move || get_ipc_response(&window, request)).await.unwrap();
        answer.map(|body| body.deserialize().unwrap())
    }

    /// What a command that is not permitted is refused with.
    async fn forbidden(&self, command: &str) {
        let refused = self.invoke(command, json!({ "request": {} })).await.unwrap_err();
        assert!(refused.as_str().is_some_and(|text| text.contains("not allowed")), "{command}: {refused}");
    }
}

impl Door for Page {
    async fn ask(&self, name: &str, content: Value) -> Result<Value, Value> {
        self.invoke(name, json!({ "request": content })).await
    }
}

#[tokio::test]
async fn every_command_of_the_contract_is_answered_as_the_contract_says() {
    let company = Company::founded().await.unwrap();
    let jan = company.hand("jan", 1).await.unwrap();
    let app = app(&jan);
    let screens = Page::of(&app, MAIN, SCREENS);
    world::every_command_is_answered(&screens, company.clock.now()).await;
}

#[tokio::test]
async fn content_of_the_wrong_shape_is_refused_with_a_code() {
    let company = Company::founded().await.unwrap();
    let jan = company.hand("jan", 1).await.unwrap();
    let app = app(&jan);
    let screens = Page::of(&app, MAIN, SCREENS);
    world::content_of_the_wrong_shape_is_refused(&screens).await;
    let refused = screens.invoke("get_session", json!({})).await.unwrap_err();
    assert!(refused.to_string().contains("request"), "without any content: {refused}");
}

#[tokio::test]
async fn the_screens_may_ask_for_nothing_else() {
    let company = Company::founded().await.unwrap();
    let jan = company.hand("jan", 1).await.unwrap();
    let app = app(&jan);
    let screens = Page::of(&app, MAIN, SCREENS);
    for command in [
        "drop_tables",
        "plugin:event|emit",
        "plugin:window|close",
        "plugin:webview|create_webview_window",
        "plugin:app|version",
        "plugin:path|resolve_directory",
        "plugin:shell|open",
    ] {
        screens.forbidden(command).await;
    }
    let notices = json!({ "event": "notice", "target": { "kind": "Any" }, "handler": 0 });
    assert!(screens.invoke("plugin:event|listen", notices).await.is_ok(), "they may hear notices");
}

#[tokio::test]
async fn nobody_but_the_screens_may_ask() {
    let company = Company::founded().await.unwrap();
    let jan = company.hand("jan", 1).await.unwrap();
    let app = app(&jan);
    let (elsewhere, other_window) =
        (Page::of(&app, MAIN, "https://elsewhere.example"), Page::of(&app, "other", SCREENS));
    for command in contract::COMMANDS {
        elsewhere.forbidden(command).await;
        other_window.forbidden(command).await;
    }
}
