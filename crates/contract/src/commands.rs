//! The one list of commands. A command is its request type; its name and reply hang on it.

use serde::{Serialize, de::DeserializeOwned};

/// Something that a screen asks of the device.
pub trait Command: Serialize + DeserializeOwned + Send + 'static {
    /// Its name in snake case, the same in Tauri, in `rounds-web` and in the permission list.
    const NAME: &'static str;
    /// What comes back when it is not refused.
    type Reply: Serialize + DeserializeOwned + Send + 'static;
}

/// Hands the list to a macro as rows of `name: column::Request => column::Reply;`.
/// Types are relative to this crate: write `$crate`-free callbacks as `contract::$column::$request`.
#[macro_export]
macro_rules! for_each_command {
    ($callback:ident) => {
        $callback! {
            get_session: session::GetSession => session::SessionView;
            unlock: session::Unlock => session::SessionView;
            sign_in: session::SignIn => session::SessionView;
            sign_out: session::SignOut => session::SessionView;
            get_day: calls::GetDay => calls::DayView;
            get_call: calls::GetCall => calls::CallView;
            plan_call: calls::PlanCall => calls::CallView;
            edit_call: calls::EditCall => calls::CallView;
            submit_call: calls::SubmitCall => calls::CallReceipt;
            amend_call: calls::AmendCall => calls::CallReceipt;
            cancel_call: calls::CancelCall => calls::CallReceipt;
            search_hcps: people::SearchHcps => people::HcpPage;
            get_profile: people::GetProfile => people::ProfileView;
            get_timeline: people::GetTimeline => people::TimelinePage;
            add_note: people::AddNote => people::ProfileView;
            record_consent: people::RecordConsent => people::ProfileView;
            get_follow_ups: planning::GetFollowUps => planning::FollowUpList;
            complete_follow_up: planning::CompleteFollowUp => planning::FollowUpList;
            get_sync: sync::GetSync => sync::SyncView;
            sync_now: sync::SyncNow => sync::SyncView;
            set_offline: sync::SetOffline => sync::SyncView;
            retry_document: sync::RetryDocument => sync::SyncView;
        }
    };
}

macro_rules! declare {
    ($($name:ident: $column:ident::$request:ident => $($reply:ident)::+;)+) => {
        $(impl Command for crate::$column::$request {
            const NAME: &'static str = stringify!($name);
            type Reply = crate::$($reply)::+;
        })+

        /// The names of all commands, in the order of the list.
        pub const COMMANDS: &[&str] = &[$(stringify!($name)),+];
    };
}
for_each_command!(declare);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique() {
        let mut names = COMMANDS.to_vec();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), COMMANDS.len());
    }
}
