//! `rounds-web`: the device behind a loopback port, with the same screens, for machines without a webview and for
//! browser tests. Whoever does not know the token of this start gets nothing but the screens' files.

mod files;
mod guard;
mod routes;

use crate::Device;
use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

/// What the shell serves.
#[derive(Clone)]
pub struct Shell {
    /// The device behind it.
    pub device: Device,
    /// What a caller must know; new with every start.
    pub token: Arc<str>,
    /// Where the shell listens: no other host may be meant by a request.
    pub address: SocketAddr,
    /// Folder of the built screens.
    pub screens: PathBuf,
}

impl Shell {
    /// The address that opens the app.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/?token={}", self.address, self.token)
    }

    /// The routes of the shell.
    pub fn router(self) -> Router {
        let guarded = Router::new()
            .route("/command/{name}", post(routes::command))
            .route("/notices", get(routes::notices))
            .layer(from_fn_with_state(self.clone(), guard::token))
            .with_state(self.clone());
        guarded.merge(files::routes(&self.screens)).layer(from_fn_with_state(self, guard::host))
    }
}
