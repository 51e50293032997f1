//! The commands of `contract`, each one line into `device`. Nothing is decided and nothing converted here.

use device::Device;
use tauri::ipc::Invoke;
use tauri::{Runtime, State};

macro_rules! hand_over {
    ($($name:ident: $column:ident::$request:ident => $($reply:ident)::+;)+) => {
        $(
            #[tauri::command]
            async fn $name(
                device: State<'_, Device>,
                request: contract::$column::$request,
            ) -> Result<contract::$($reply)::+, contract::Refusal> {
                device.$name(request).await
            }
        )+

        /// Answers every command of the contract, and no other.
        pub fn handler<R: Runtime>() -> impl Fn(Invoke<R>) -> bool + Send + Sync + 'static {
            tauri::generate_handler![$($name),+]
        }
    };
}
contract::for_each_command!(hand_over);
