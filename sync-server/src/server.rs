//! Putting the server together, starting it and stopping it.

use crate::app::App;
use crate::auth::{Attempts, BadPassword, Passwords};
use crate::chance::Chance;
use crate::clock::Clock;
use crate::config::Config;
use crate::connectors::webhook::BadTarget;
use crate::courier::Courier;
use crate::pokes::{BadNats, Grown, Lookout, Nats, Streams};
use crate::rates::{Rates, by_address};
use crate::segments::Builder;
use crate::socket::{Peer, Sockets};
use crate::store::postgres::{Postgres, Settings};
use crate::store::sqlite::Sqlite;
use crate::store::{Store, StoreError};
use crate::{auth, figures, operations, pokes, segments, sync as exchange};
use ::sync::wire::v1;
use axum::extract::DefaultBodyLimit;
use axum::extract::connect_info::MockConnectInfo;
use axum::http::HeaderValue;
use axum::{Router, middleware};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{Notify, Semaphore, oneshot};
use tokio::task::JoinHandle;
use tower_http::set_header::SetResponseHeaderLayer;
use utoipa::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa_axum::router::OpenApiRouter;

/// The name of the database in the folder of the data.
const FILE: &str = "rounds-server.db";

/// Why the server does not start, or did not stop well.
#[derive(Debug, thiserror::Error)]
pub enum CannotRun {
    /// The folder of the data cannot be used.
    #[error("the data folder cannot be used: {0}")]
    Folder(std::io::Error),
    /// The store cannot be opened or closed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The address cannot be listened on.
    #[error("{0} cannot be listened on: {1}")]
    Listen(SocketAddr, std::io::Error),
    /// The cost of passwords is not usable.
    #[error(transparent)]
    Passwords(#[from] BadPassword),
    /// The webhook cannot be used.
    #[error("the webhook cannot be used")]
    Webhook(#[from] BadTarget),
    /// The way to the other servers cannot be used.
    #[error(transparent)]
    Nats(#[from] BadNats),
}

/// A server that runs.
pub struct Running {
    /// Where it listens.
    pub addr: SocketAddr,
    store: Arc<dyn Store>,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<()>,
    courier: Option<Courier>,
    builder: Builder,
    streams: Arc<Streams>,
    /// What goes on until it is aborted, and loses nothing by that.
    watching: Vec<JoinHandle<()>>,
}

/// Opens the store that the settings name, and brings its schema up to date.
pub async fn open(config: &Config) -> Result<Arc<dyn Store>, CannotRun> {
    match config.database.address() {
        None => Ok(Arc::new(embedded(&config.data).await?)),
        Some(address) => {
            let settings = Settings::of(address, config.limits.connections);
            Ok(Arc::new(Postgres::open(&settings).await?))
        }
    }
}

/// The embedded database in the folder of the data.
pub(crate) fn file(data: &Path) -> PathBuf {
    data.join(FILE)
}

async fn embedded(data: &Path) -> Result<Sqlite, CannotRun> {
    std::fs::create_dir_all(data).map_err(CannotRun::Folder)?;
    let file = file(data);
    let opened = tokio::task::spawn_blocking(move || Sqlite::open(&file)).await;
    Ok(opened.map_err(|error| StoreError::Failed(error.to_string()))??)
}

/// What every server is made of.
async fn put_together(
    config: Config,
    clock: Clock,
    chance: Chance,
) -> Result<(App, Option<Courier>), CannotRun> {
    let store = open(&config).await?;
    let app = App {
        store,
        rates: Arc::new(Rates::new(&config.limits, &clock)),
        streams: Arc::new(Streams::at_most(config.limits.pokes)),
        passwords: Arc::new(Passwords::new(config.passwords, &chance)?),
        attempts: Arc::new(Attempts::new(config.limits.failed_sign_ins)),
        syncs: Arc::new(Semaphore::new(config.limits.syncs)),
        quarantine: Arc::default(),
        figures: figures::handle(),
        merged: Arc::new(Notify::new()),
        config: Arc::new(config),
        clock,
        chance,
    };
    let courier = Courier::start(&app)?;
    Ok((app, courier))
}

/// A server without a listener: who holds it hands it requests, and all of them come from the loopback.
pub struct Core {
    /// Answers requests.
    pub router: Router,
    /// What it keeps.
    pub store: Arc<dyn Store>,
    courier: Option<Courier>,
}

/// Puts a server together on its store.
pub async fn assemble(config: Config, clock: Clock, chance: Chance) -> Result<Core, CannotRun> {
    let (app, courier) = put_together(config, clock, chance).await?;
    let store = Arc::clone(&app.store);
    let router = router(app).layer(MockConnectInfo(Peer(SocketAddr::from(([127, 0, 0, 1], 0)))));
    Ok(Core { router, store, courier })
}

/// Starts a server. It serves when this answers.
pub async fn start(config: Config, clock: Clock, chance: Chance) -> Result<Running, CannotRun> {
    let (app, courier) = put_together(config, clock, chance).await?;
    let watching = watch(&app).await?;
    let (store, streams) = (Arc::clone(&app.store), Arc::clone(&app.streams));
    let wanted = app.config.listen;
    let listener = TcpListener::bind(wanted).await.map_err(|error| CannotRun::Listen(wanted, error))?;
    let addr = listener.local_addr().map_err(|error| CannotRun::Listen(wanted, error))?;
    let (stop, stopped) = oneshot::channel();
    let builder = Builder::start(&app);
    let serving = tokio::spawn(serve(listener, router(app), stopped));
    tracing::info!(%addr, "listening");
    Ok(Running { addr, store, stop, serving, courier, builder, streams, watching })
}

/// What sees to it that who listens hears what grows.
async fn watch(app: &App) -> Result<Vec<JoinHandle<()>>, CannotRun> {
    let (store, grown) = (Arc::clone(&app.store), Arc::<Grown>::default());
    store.announce_to(grown.clone());
    let nats = Nats::open(&app.config.nats, store.epoch().await?).await?;
    let mut watching = Vec::new();
    if let Some(nats) = &nats {
        watching.push(nats.start(Arc::clone(&grown)).await?);
    }
    let (clock, streams) = (app.clock.clone(), Arc::clone(&app.streams));
    let pause = Duration::from_secs(app.config.pokes.look_seconds.into());
    watching.push(Lookout { store, clock, streams, grown, nats, pause }.start());
    Ok(watching)
}

async fn serve(listener: TcpListener, router: Router, stopped: oneshot::Receiver<()>) {
    let service = router.into_make_service_with_connect_info::<Peer>();
    let until = async { drop(stopped.await) };
    if let Err(error) = axum::serve(Sockets(listener), service).with_graceful_shutdown(until).await {
        tracing::error!(%error, "serving ended");
    }
}

impl Core {
    /// Ends at once: nothing is finished, nothing is closed. For tests of what must hold then.
    pub fn kill(self) {
        if let Some(courier) = self.courier {
            courier.kill();
        }
    }
}

impl Running {
    /// Takes no new requests, finishes those that run and the deliveries under way, and closes the store.
    pub async fn stop(self) -> Result<(), CannotRun> {
        // Nobody listens any more when serving has ended by itself.
        let _ = self.stop.send(());
        // Serving goes on until the last answer is given, and a stream is one that never ends by itself.
        self.streams.close();
        if let Err(error) = self.serving.await {
            tracing::error!(%error, "serving ended badly");
        }
        self.watching.iter().for_each(JoinHandle::abort);
        if let Some(courier) = self.courier {
            courier.stop().await;
        }
        self.builder.stop().await;
        Ok(self.store.close().await?)
    }

    /// Ends at once, as a power cut does: nothing is finished, nothing is closed. For tests of what must hold then.
    pub fn kill(self) {
        self.serving.abort();
        self.builder.kill();
        self.streams.close();
        self.watching.iter().for_each(JoinHandle::abort);
        if let Some(courier) = self.courier {
            courier.kill();
        }
    }

    /// The store of this server.
    #[must_use]
    pub fn store(&self) -> Arc<dyn Store> {
        Arc::clone(&self.store)
    }
}

fn router(app: App) -> Router {
    let (router, api) = api().split_for_parts();
    operations::describe(router, api)
        .fallback(operations::nothing_here)
        .method_not_allowed_fallback(operations::not_this_way)
        .layer(DefaultBodyLimit::max(app.config.limits.body_bytes))
        .layer(middleware::from_fn_with_state(app.clone(), by_address))
        .layer(middleware::from_fn_with_state(app.clone(), figures::observe))
        .layer(SetResponseHeaderLayer::overriding(
            exchange::routes::WIRE,
            HeaderValue::from(u16::from(v1::VERSION)),
        ))
        .with_state(app)
}

#[derive(OpenApi)]
#[openapi(info(title = "Rounds server", description = "Sign-in and sync for devices, and operations."))]
struct Api;

fn api() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(description())
        .merge(auth::routes::routes())
        .merge(exchange::routes::routes())
        .merge(segments::routes::routes())
        .merge(pokes::routes::routes())
        .merge(operations::routes())
}

fn description() -> utoipa::openapi::OpenApi {
    let mut api = Api::openapi();
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
    let components = api.components.get_or_insert_default();
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    api
}

/// The description of all JSON that the server speaks.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    api().into_openapi()
}
