//! The JSON bodies that device and server exchange beside sync: signing in, and problems.

use domain::Instant;
use domain::ids::{DeviceId, UserId};
use domain::people::{Country, Role};
use serde::{Deserialize, Serialize};

/// Body of `POST /v1/sign-in`.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignIn {
    /// Login name.
    pub user: String,
    /// Password.
    pub password: String,
    /// The installation that asks.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "uuid"))]
    pub device: DeviceId,
}

/// Body of `POST /v1/refresh`.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Refresh {
    /// The refresh token that was given last. Each is good for once; a second use ends the session.
    pub refresh: String,
}

/// A session at the server.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    /// Bearer token, good for minutes.
    pub access: String,
    /// When it ends.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date-time"))]
    pub access_until: Instant,
    /// Good for one refresh, within weeks.
    pub refresh: String,
    /// Who this is.
    pub who: Who,
}

/// A signed-in person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Who {
    /// Id.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "uuid"))]
    pub user: UserId,
    /// Full name.
    pub name: String,
    /// What they do.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub role: Role,
    /// Name of the territory, if one.
    pub territory: Option<String>,
    /// Country whose rules hold.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub country: Country,
}

/// Why the server refused a request whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ProblemCode {
    /// User or password is wrong.
    SignInFailed,
    /// No token, an unknown or an ended one.
    NotSignedIn,
    /// The device belongs to another user.
    DeviceOfAnother,
    /// The body is larger than the server takes.
    TooLarge,
    /// The body cannot be read.
    BadBody,
    /// The server does not speak this version of the wire.
    WireUnsupported,
    /// The server cannot now; try again after the time in `Retry-After`.
    Busy,
    /// There is no such thing.
    NotFound,
    /// The caller's role may not do this.
    NotAllowed,
    /// The server failed.
    Internal,
}

/// Body of every answer that is not a success.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// Why.
    pub code: ProblemCode,
    /// What to do, for the log of a developer.
    pub detail: String,
}

impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SignIn {{ user: {:?}, device: {}, .. }}", self.user, self.device)
    }
}

impl std::fmt::Debug for Refresh {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Refresh { .. }")
    }
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Session {{ who: {:?}, access_until: {}, .. }}", self.who, self.access_until)
    }
}
