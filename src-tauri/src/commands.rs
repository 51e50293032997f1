//! The commands of `contract`, each one line into `device`. Nothing is decided and nothing converted here.

use contract::Refusal;
use device::{Device, dispatch};
use serde_json::Value;
use tauri::ipc::Invoke;
use tauri::{Runtime, State};

macro_rules! hand_over {
    ($($name:ident: $column:ident::$request:ident => $($reply:ident)::+;)+) => {
        $(
            // Unread: content that is no such request is then refused with a code of the contract, not with a text.
            #[tauri::command]
            async fn $name(device: State<'_, Device>, request: Value) -> Result<Value, Refusal> {
                dispatch(&device, stringify!($name), request).await
            }
        )+

        /// Answers every command of the contract, and no other.
        pub fn handler<R: Runtime>() -> impl Fn(Invoke<R>) -> bool + Send + Sync + 'static {
            tauri::generate_handler![$($name),+]
        }
    };
}
contract::for_each_command!(hand_over);
