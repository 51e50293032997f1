//! Building in the background: when the server starts, and every minute.

use super::build::build_due;
use crate::app::App;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// How often it is looked whether a copy is due.
const ROUND: Duration = Duration::from_secs(60);

/// A running builder.
pub struct Builder {
    stop: oneshot::Sender<()>,
    going: JoinHandle<()>,
}

impl Builder {
    /// Starts building.
    pub fn start(app: &App) -> Self {
        let (stop, stopped) = oneshot::channel();
        Self { stop, going: tokio::spawn(go(app.clone(), stopped)) }
    }

    /// Ends; what is being built is given up.
    pub async fn stop(self) {
        // It has ended by itself when nobody listens.
        let _ = self.stop.send(());
        if let Err(error) = self.going.await {
            tracing::error!(%error, "building ended badly");
        }
    }

    /// Ends at once.
    pub fn kill(self) {
        self.going.abort();
    }
}

async fn go(app: App, mut stopped: oneshot::Receiver<()>) {
    loop {
        tokio::select! {
            biased;
            _ = &mut stopped => return,
            () = round(&app) => {}
        }
        tokio::select! {
            biased;
            _ = &mut stopped => return,
            () = tokio::time::sleep(ROUND) => {}
        }
    }
}

async fn round(app: &App) {
    if let Err(error) = build_due(&app.store, &app.config.segments, app.clock.now()).await {
        tracing::error!(%error, "the copies of scopes cannot be looked after");
    }
}
