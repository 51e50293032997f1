//! Between servers: core NATS. A message names scopes that grew, one on a line; whoever hears it looks for itself, so
//! that a message that is lost, old or forged costs a look and nothing else.

use super::Grown;
use crate::config;
use async_nats::connection::State;
use async_nats::{Client, ConnectOptions, Event, ServerAddr, Subscriber};
use futures_util::StreamExt;
use std::collections::BTreeSet;
use std::sync::Arc;
use sync::ScopeId;
use tokio::task::JoinHandle;
use uuid::Uuid;

/// Scopes in one message: a server takes 1 MB.
const SCOPES: usize = 1_000;

/// The address cannot be used. It may hold a password, so it is not repeated.
#[derive(Debug, thiserror::Error)]
#[error("the address of NATS cannot be used")]
pub struct BadNats;

/// A connection that is made anew whenever it is lost.
#[derive(Clone)]
pub struct Nats {
    client: Client,
    subject: String,
}

impl Nats {
    /// Begins to connect, as often as it takes. Servers on the same data, which has this epoch, hear each other.
    pub async fn open(address: &config::Nats, epoch: Uuid) -> Result<Option<Self>, BadNats> {
        let Some(address) = address.address() else { return Ok(None) };
        let addresses = address.split(',').map(|one| one.trim().parse::<ServerAddr>());
        let addresses: Vec<_> = addresses.collect::<Result<_, _>>().map_err(|_| BadNats)?;
        let options = ConnectOptions::new()
            .name("rounds-server")
            .retry_on_initial_connect()
            .max_reconnects(None)
            .no_echo()
            .event_callback(|event| async move { tell(&event) });
        let client = options.connect(addresses).await.map_err(|_| BadNats)?;
        Ok(Some(Self { client, subject: format!("rounds.poke.{epoch}") }))
    }

    /// Whether the servers hear each other now.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.client.connection_state() == State::Connected
    }

    /// Passes on what is said, in both directions, until it is aborted.
    pub async fn start(&self, grown: Arc<Grown>) -> Result<JoinHandle<()>, BadNats> {
        let heard = self.client.subscribe(self.subject.clone()).await.map_err(|_| BadNats)?;
        let nats = self.clone();
        Ok(tokio::spawn(async move {
            tokio::join!(nats.say(&grown), hear(heard, &grown));
        }))
    }

    async fn say(&self, grown: &Grown) {
        loop {
            let scopes: Vec<String> = grown.elsewhere().await.iter().map(ToString::to_string).collect();
            for part in scopes.chunks(SCOPES) {
                let message = part.join("\n").into();
                if let Err(error) = self.client.publish(self.subject.clone(), message).await {
                    tracing::debug!(%error, "the other servers were not told");
                }
            }
        }
    }
}

async fn hear(mut heard: Subscriber, grown: &Grown) {
    while let Some(message) = heard.next().await {
        grown.heard(scopes(&message.payload));
    }
}

/// What is no scope is passed over.
fn scopes(message: &[u8]) -> BTreeSet<ScopeId> {
    let lines = message.split(|byte| *byte == b'\n').take(SCOPES);
    lines.filter_map(|line| std::str::from_utf8(line).ok()?.parse().ok()).collect()
}

fn tell(event: &Event) {
    match event {
        Event::Connected => tracing::info!("the other servers can be heard"),
        Event::Disconnected | Event::Closed | Event::LameDuckMode => {
            tracing::warn!(%event, "the other servers cannot be heard; the database is asked instead");
        }
        Event::ServerError(error) => tracing::warn!(%error, "NATS refuses"),
        other => tracing::debug!(event = %other, "NATS"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_names_scopes_and_what_else_it_says_is_passed_over() {
        let country: ScopeId = "c:DE".parse().unwrap();
        assert_eq!(scopes(b"c:DE\nx:1\n\xff\n\nc:DE"), BTreeSet::from([country]));
        assert!(scopes(b"").is_empty());
    }
}
