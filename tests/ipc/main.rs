//! Every command of the contract through the JSON door that both shells use. The window's own door stands in
//! `src-tauri/src/ipc.rs`, with the same story.

#![allow(clippy::unwrap_used, reason = "a story that cannot go on has failed, and says where")]

use device::{Device, dispatch};
use serde_json::{Value, json};
use world::{Company, Door};

/// By name, with content and reply as JSON.
struct ByName(Device);

impl Door for ByName {
    async fn ask(&self, name: &str, content: Value) -> Result<Value, Value> {
        dispatch(&self.0, name, content).await.map_err(|refusal| serde_json::to_value(refusal).unwrap())
    }
}

#[tokio::test]
async fn every_command_of_the_contract_is_answered_as_the_contract_says() {
    let company = Company::founded().await.unwrap();
    let jan = company.hand("jan", 1).await.unwrap();
    world::every_command_is_answered(&ByName(jan.device.clone()), company.clock.now()).await;
}

#[tokio::test]
async fn content_of_the_wrong_shape_is_refused_with_a_code() {
    let company = Company::founded().await.unwrap();
    let jan = company.hand("jan", 1).await.unwrap();
    world::content_of_the_wrong_shape_is_refused(&ByName(jan.device.clone())).await;
}

#[tokio::test]
async fn a_command_that_is_not_in_the_contract_is_refused_with_a_code() {
    let company = Company::founded().await.unwrap();
    let jan = company.hand("jan", 1).await.unwrap();
    let refused = ByName(jan.device.clone()).ask("drop_tables", json!({})).await.unwrap_err();
    assert_eq!(refused["code"], "bad_request");
}
