//! Commands of the contract, one line each, and their dispatch by name for shells that speak JSON.

use crate::Device;
use contract::{Code, Refusal};
use contract::{calls, people, planning};
use serde_json::Value;

impl Device {
    /// The calls of a day.
    pub async fn get_day(&self, get: calls::GetDay) -> Result<calls::DayView, Refusal> {
        self.at_desk(move |desk| desk.get_day(get)).await
    }

    /// One call.
    pub async fn get_call(&self, get: calls::GetCall) -> Result<calls::CallView, Refusal> {
        self.at_desk(move |desk| desk.get_call(get)).await
    }

    /// Plans a call, or begins to record one.
    pub async fn plan_call(&self, plan: calls::PlanCall) -> Result<calls::CallView, Refusal> {
        self.write(move |desk| desk.plan_call(&plan)).await
    }

    /// Changes an open call.
    pub async fn edit_call(&self, edit: calls::EditCall) -> Result<calls::CallView, Refusal> {
        self.write(move |desk| desk.edit_call(&edit)).await
    }

    /// Submits a call.
    pub async fn submit_call(&self, submit: calls::SubmitCall) -> Result<calls::CallReceipt, Refusal> {
        self.write(move |desk| desk.submit_call(submit)).await
    }

    /// Amends a submitted call.
    pub async fn amend_call(&self, amend: calls::AmendCall) -> Result<calls::CallReceipt, Refusal> {
        self.write(move |desk| desk.amend_call(&amend)).await
    }

    /// Gives up an open call.
    pub async fn cancel_call(&self, cancel: calls::CancelCall) -> Result<calls::CallReceipt, Refusal> {
        self.write(move |desk| desk.cancel_call(&cancel)).await
    }

    /// Finds HCPs.
    pub async fn search_hcps(&self, search: people::SearchHcps) -> Result<people::HcpPage, Refusal> {
        self.at_desk(move |desk| desk.search_hcps(&search)).await
    }

    /// The profile of an HCP.
    pub async fn get_profile(&self, get: people::GetProfile) -> Result<people::ProfileView, Refusal> {
        self.at_desk(move |desk| desk.get_profile(get)).await
    }

    /// A page of an HCP's timeline.
    pub async fn get_timeline(&self, get: people::GetTimeline) -> Result<people::TimelinePage, Refusal> {
        self.at_desk(move |desk| desk.get_timeline(&get)).await
    }

    /// Shares a note.
    pub async fn add_note(&self, add: people::AddNote) -> Result<people::ProfileView, Refusal> {
        self.write(move |desk| desk.add_note(&add)).await
    }

    /// Records a grant or a withdrawal of consent.
    pub async fn record_consent(
        &self,
        record: people::RecordConsent,
    ) -> Result<people::ProfileView, Refusal> {
        self.write(move |desk| desk.record_consent(record)).await
    }

    /// Open follow-ups.
    pub async fn get_follow_ups(
        &self,
        get: planning::GetFollowUps,
    ) -> Result<planning::FollowUpList, Refusal> {
        self.at_desk(move |desk| desk.get_follow_ups(get)).await
    }

    /// Marks a follow-up as done.
    pub async fn complete_follow_up(
        &self,
        complete: planning::CompleteFollowUp,
    ) -> Result<planning::FollowUpList, Refusal> {
        self.write(move |desk| desk.complete_follow_up(complete)).await
    }
}

macro_rules! by_name {
    ($($name:ident: $column:ident::$request:ident => $($reply:ident)::+;)+) => {
        /// Runs the command of this name with its content as JSON.
        pub async fn dispatch(device: &Device, name: &str, content: Value) -> Result<Value, Refusal> {
            match name {
                $(stringify!($name) => {
                    let request: contract::$column::$request = read(content)?;
                    write(device.$name(request).await?)
                })+
                unknown => Err(Refusal::because(Code::BadRequest, format!("there is no command `{unknown}`"))),
            }
        }
    };
}
contract::for_each_command!(by_name);

fn read<T: serde::de::DeserializeOwned>(content: Value) -> Result<T, Refusal> {
    serde_json::from_value(content).map_err(|error| Refusal::because(Code::BadRequest, error))
}

fn write<T: serde::Serialize>(reply: T) -> Result<Value, Refusal> {
    serde_json::to_value(reply).map_err(|error| Refusal::because(Code::Internal, error))
}
