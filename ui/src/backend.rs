//! The one door to the device: commands go out, notices come in. In the window they travel over Tauri's IPC, in
//! `rounds-web` over the loopback port whose token came in the address. Nothing else in this crate knows which.

use contract::{Code, Command, Notice, Refusal};
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{EventSource, MessageEvent, RequestInit, Response, Storage};

/// The header and the query parameter that prove that a page was opened by the user of this machine.
const TOKEN_HEADER: &str = "x-rounds-token";
const TOKEN_PARAMETER: &str = "token";
/// Where a tab keeps its token, so that a reload still has it.
const TOKEN_KEY: &str = "rounds.token";

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = ["window", "__TAURI__", "core"], js_name = invoke)]
    async fn tauri_invoke(command: &str, arguments: JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch, js_namespace = ["window", "__TAURI__", "event"], js_name = listen)]
    async fn tauri_listen(event: &str, heard: &JsValue) -> Result<JsValue, JsValue>;
}

/// Asks the device. A refusal has changed nothing.
pub async fn call<C: Command>(command: C) -> Result<C::Reply, Refusal> {
    let body = serde_json::to_string(&command).map_err(internal)?;
    if in_window() { invoke(C::NAME, &body).await } else { post(C::NAME, &body).await }
}

/// Hears the device's notices for as long as the page lives.
pub fn listen(heard: impl Fn(Notice) + 'static) {
    if in_window() { listen_in_window(heard) } else { listen_in_tab(heard) }
}

/// Takes the token out of the address bar, where it would be seen and shared, and keeps it for this tab.
pub fn keep_token() {
    let Some(window) = web_sys::window() else { return };
    let query = window.location().search().unwrap_or_default();
    let (Some(token), rest) = split_token(&query) else { return };
    if let Some(storage) = storage() {
        let _ = storage.set_item(TOKEN_KEY, &token);
    }
    let path = window.location().pathname().unwrap_or_default();
    if let Ok(history) = window.history() {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&format!("{path}{rest}")));
    }
}

/// The token of a query such as `?token=abc&x=1`, and the query without it.
fn split_token(query: &str) -> (Option<String>, String) {
    let pairs = query.trim_start_matches('?').split('&').filter(|pair| !pair.is_empty());
    let (own, others): (Vec<&str>, Vec<&str>) =
        pairs.partition(|pair| pair.split('=').next() == Some(TOKEN_PARAMETER));
    let token = own.first().and_then(|pair| pair.split_once('=')).map(|(_, value)| value.to_owned());
    let rest = if others.is_empty() { String::new() } else { format!("?{}", others.join("&")) };
    (token.filter(|token| !token.is_empty()), rest)
}

fn in_window() -> bool {
    js_sys::Reflect::has(&js_sys::global(), &"__TAURI__".into()).unwrap_or(false)
}

async fn invoke<R: DeserializeOwned>(name: &str, body: &str) -> Result<R, Refusal> {
    let arguments = js_sys::Object::new();
    let request = js_sys::JSON::parse(body).map_err(unexpected)?;
    js_sys::Reflect::set(&arguments, &"request".into(), &request).map_err(unexpected)?;
    match tauri_invoke(name, arguments.into()).await {
        Ok(reply) => read(&json(&reply)),
        Err(rejection) => Err(refusal(&json(&rejection))),
    }
}

async fn post<R: DeserializeOwned>(name: &str, body: &str) -> Result<R, Refusal> {
    let window = web_sys::window().ok_or(Code::Internal)?;
    let options = RequestInit::new();
    options.set_method("POST");
    options.set_body(&body.into());
    let headers = web_sys::Headers::new().map_err(unexpected)?;
    headers.set("content-type", "application/json").map_err(unexpected)?;
    headers.set(TOKEN_HEADER, &token()).map_err(unexpected)?;
    options.set_headers(&headers);
    let address = format!("/command/{name}");
    let response =
        JsFuture::from(window.fetch_with_str_and_init(&address, &options)).await.map_err(unexpected)?;
    let response: Response = response.dyn_into().map_err(unexpected)?;
    let text = JsFuture::from(response.text().map_err(unexpected)?).await.map_err(unexpected)?;
    let text = text.as_string().unwrap_or_default();
    if response.ok() { read(&text) } else { Err(refusal(&text)) }
}

fn listen_in_window(heard: impl Fn(Notice) + 'static) {
    let heard = Closure::<dyn Fn(JsValue)>::new(move |event: JsValue| {
        let payload = js_sys::Reflect::get(&event, &"payload".into()).unwrap_or_default();
        if let Ok(notice) = serde_json::from_str(&json(&payload)) {
            heard(notice);
        }
    });
    wasm_bindgen_futures::spawn_local(async move {
        // Without notices the screens still work; they only refresh when they are opened.
        let _ = tauri_listen("notice", heard.as_ref()).await;
        heard.forget();
    });
}

fn listen_in_tab(heard: impl Fn(Notice) + 'static) {
    let Ok(source) = EventSource::new(&format!("/notices?{TOKEN_PARAMETER}={}", token())) else { return };
    let heard = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        let data = event.data().as_string().unwrap_or_default();
        if let Ok(notice) = serde_json::from_str(&data) {
            heard(notice);
        }
    });
    source.set_onmessage(Some(heard.as_ref().unchecked_ref()));
    heard.forget();
}

fn token() -> String {
    storage().and_then(|storage| storage.get_item(TOKEN_KEY).ok().flatten()).unwrap_or_default()
}

fn storage() -> Option<Storage> {
    web_sys::window()?.session_storage().ok().flatten()
}

fn json(value: &JsValue) -> String {
    js_sys::JSON::stringify(value).ok().and_then(|text| text.as_string()).unwrap_or_default()
}

fn read<R: DeserializeOwned>(text: &str) -> Result<R, Refusal> {
    serde_json::from_str(text).map_err(internal)
}

fn refusal(text: &str) -> Refusal {
    serde_json::from_str(text).unwrap_or_else(|_| Refusal::because(Code::Internal, text))
}

fn internal(error: impl std::fmt::Display) -> Refusal {
    Refusal::because(Code::Internal, error)
}

#[expect(clippy::needless_pass_by_value, reason = "handed to map_err, which gives the value away")]
fn unexpected(error: JsValue) -> Refusal {
    let message = js_sys::Reflect::get(&error, &"message".into()).ok().and_then(|text| text.as_string());
    internal(message.unwrap_or_else(|| json(&error)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_leaves_the_address_and_the_rest_stays() {
        assert_eq!(split_token("?token=abc"), (Some("abc".to_owned()), String::new()));
        assert_eq!(split_token("?a=1&token=abc&b=2"), (Some("abc".to_owned()), "?a=1&b=2".to_owned()));
    }

    #[test]
    fn an_address_without_a_token_is_left_alone() {
        assert_eq!(split_token(""), (None, String::new()));
        assert_eq!(split_token("?tokens=abc"), (None, "?tokens=abc".to_owned()));
        assert_eq!(split_token("?token="), (None, String::new()));
    }

    #[test]
    fn a_refusal_is_read_and_any_other_answer_becomes_one() {
        let sent = Refusal::of(Code::CallFrozen);
        assert_eq!(refusal(&serde_json::to_string(&sent).unwrap()), sent);
        assert_eq!(refusal("<html>").code, Code::Internal);
    }
}
