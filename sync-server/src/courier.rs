//! Drives the delivery of events: whenever something was merged, and every second for what must be tried again.

use crate::app::App;
use crate::connectors::delivery::{Bounds, Delivery, Feed};
use crate::connectors::outbox::Outbox;
use crate::connectors::schedule::Schedule;
use crate::connectors::webhook::{BadTarget, Target, Webhook};
use crate::store::Store;
use chrono::TimeDelta;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// How often what waits for another attempt is looked at.
const ROUND: Duration = Duration::from_secs(1);

/// A running delivery.
pub struct Courier {
    stop: oneshot::Sender<()>,
    going: JoinHandle<()>,
}

impl Courier {
    /// Starts delivering; none when the settings name no webhook: then events wait.
    pub fn start(app: &App) -> Result<Option<Self>, BadTarget> {
        let settings = &app.config.webhook;
        if settings.url.is_empty() {
            tracing::info!("no webhook is set: events wait in the outbox");
            return Ok(None);
        }
        let target = Target {
            url: settings.url.clone(),
            secret: settings.secret.clone(),
            timeout: Duration::from_secs(settings.timeout_seconds.into()),
            proxy: Some(settings.proxy.clone()).filter(|proxy| !proxy.is_empty()),
        };
        let chance = app.chance.clone();
        let feed = Feed {
            source: settings.source.clone(),
            webhook: Webhook::new(&target)?,
            schedule: Schedule::default(),
            bounds: Bounds::default(),
            keep: TimeDelta::days(settings.keep_days.into()),
            chance: Box::new(move || u32::from_be_bytes(chance.bytes())),
        };
        let (stop, stopped) = oneshot::channel();
        let outbox: Arc<dyn Outbox> = Arc::<dyn Store>::clone(&app.store);
        let going = tokio::spawn(deliver(app.clone(), Delivery::new(outbox, feed), stopped));
        Ok(Some(Self { stop, going }))
    }

    /// Finishes the deliveries that are under way.
    pub async fn stop(self) {
        // It has ended by itself when nobody listens.
        let _ = self.stop.send(());
        if let Err(error) = self.going.await {
            tracing::error!(%error, "delivering ended badly");
        }
    }

    /// Ends at once.
    pub fn kill(self) {
        self.going.abort();
    }
}

async fn deliver(app: App, delivery: Delivery, mut stopped: oneshot::Receiver<()>) {
    loop {
        let more = match delivery.run_due(app.clock.now()).await {
            Ok(done) => done.more,
            Err(error) => {
                tracing::error!(%error, "the outbox cannot be read");
                false
            }
        };
        let pause = if more { Duration::ZERO } else { ROUND };
        tokio::select! {
            biased;
            _ = &mut stopped => return,
            () = app.merged.notified() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}
