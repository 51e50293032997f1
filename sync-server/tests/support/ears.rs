//! Somebody who listens for pokes.

use reqwest::{Client, Response, StatusCode};
use std::net::SocketAddr;
use std::time::Duration;
use sync::json::Problem;
use sync::pokes::{Reader, Sound};
use tokio::time::timeout;

/// What takes as long does not come.
const PATIENCE: Duration = Duration::from_secs(60);

/// A stream of pokes, from its first sound on.
pub struct Ear {
    answer: Response,
    reader: Reader,
}

impl Ear {
    /// Opens one, or is refused.
    pub async fn open(server: SocketAddr, token: &str) -> Result<Self, (StatusCode, Problem)> {
        let ask = Client::new().get(format!("http://{server}/v1/poke")).bearer_auth(token);
        let answer = ask.send().await.unwrap();
        if answer.status() != StatusCode::OK {
            return Err((answer.status(), answer.json().await.unwrap()));
        }
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        let mut ear = Self { answer, reader: Reader::default() };
        assert_eq!(ear.hears().await, [Sound::Alive]);
        Ok(ear)
    }

    /// What comes next; nothing when the stream has ended.
    async fn hears(&mut self) -> Vec<Sound> {
        loop {
            match self.answer.chunk().await.unwrap() {
                None => return Vec::new(),
                Some(piece) => {
                    let said = self.reader.read(&piece);
                    if !said.is_empty() {
                        return said;
                    }
                }
            }
        }
    }

    /// Waits for a poke.
    pub async fn is_poked(&mut self) {
        let poked = async {
            loop {
                let said = self.hears().await;
                assert!(!said.is_empty(), "the stream has ended");
                if said.contains(&Sound::Poke) {
                    break;
                }
            }
        };
        timeout(PATIENCE, poked).await.unwrap();
    }

    /// Waits until the stream ends. Answers how many pokes came until then.
    pub async fn ends(mut self) -> usize {
        let mut pokes = 0;
        let ended = async {
            loop {
                match self.hears().await {
                    said if said.is_empty() => break,
                    said => pokes += said.iter().filter(|sound| **sound == Sound::Poke).count(),
                }
            }
        };
        timeout(PATIENCE, ended).await.unwrap();
        pokes
    }
}
