//! What went wrong below, in the closed codes of the contract.

use crate::transport::TransportError;
use contract::{Code, Refusal};
use document::{BrokenChange, CannotApply, Unreadable};
use domain::calls::InvalidTransition;
use rules::calls::Blocker;
use store::{CommitError, OpenError, ReadError};
use sync::json::ProblemCode;

/// Turns an error of a lower floor into a refusal.
pub trait OrRefuse<T> {
    /// The value, or the refusal that fits the error.
    fn or_refuse(self) -> Result<T, Refusal>;
}

impl<T, E: Explain> OrRefuse<T> for Result<T, E> {
    fn or_refuse(self) -> Result<T, Refusal> {
        self.map_err(|error| error.explain())
    }
}

/// An error that has a code.
pub trait Explain {
    /// The refusal that fits.
    fn explain(&self) -> Refusal;
}

impl Explain for OpenError {
    fn explain(&self) -> Refusal {
        let code = match self {
            Self::WrongKey | Self::Damaged => Code::StoreDamaged,
            Self::Busy => Code::StoreBusy,
            Self::TooNew { .. } => Code::StoreTooNew,
            Self::Io(error) if error.kind() == std::io::ErrorKind::StorageFull => Code::DiskFull,
            Self::Io(_) | Self::Sql(_) | Self::Migration(_) => Code::Internal,
        };
        Refusal::because(code, self)
    }
}

impl Explain for CommitError {
    fn explain(&self) -> Refusal {
        let code = match self {
            Self::DiskFull => Code::DiskFull,
            Self::Damaged => Code::StoreDamaged,
            Self::Busy => Code::StoreBusy,
            Self::Encoding(_) | Self::Sql(_) => Code::Internal,
        };
        Refusal::because(code, self)
    }
}

impl Explain for ReadError {
    fn explain(&self) -> Refusal {
        let code = match self {
            Self::Damaged(_) => Code::StoreDamaged,
            Self::Busy => Code::StoreBusy,
            Self::Sql(_) => Code::Internal,
        };
        Refusal::because(code, self)
    }
}

impl Explain for Unreadable {
    fn explain(&self) -> Refusal {
        match self {
            Self::Change(broken) => broken.explain(),
            _ => Refusal::because(Code::StoreDamaged, self),
        }
    }
}

impl Explain for CannotApply {
    fn explain(&self) -> Refusal {
        Refusal::because(Code::StoreDamaged, self)
    }
}

impl Explain for BrokenChange {
    fn explain(&self) -> Refusal {
        let code = match self {
            Self::TooLarge(_) | Self::Excessive(_) => Code::TextTooLong,
            _ => Code::StoreDamaged,
        };
        Refusal::because(code, self)
    }
}

impl Explain for InvalidTransition {
    fn explain(&self) -> Refusal {
        Refusal::of(match self {
            Self::Frozen => Code::CallFrozen,
            Self::Cancelled => Code::CallCancelled,
            Self::NotSubmitted => Code::CallNotSubmitted,
        })
    }
}

impl Explain for Blocker {
    fn explain(&self) -> Refusal {
        Refusal::of(match self {
            Self::NoAttendee => Code::AttendeeRequired,
            Self::TimeInvalid => Code::TimeInvalid,
            Self::NotYetBegun => Code::NotYetOver,
            Self::SideEffectUnanswered => Code::SideEffectUnanswered,
        })
    }
}

impl Explain for TransportError {
    fn explain(&self) -> Refusal {
        let code = match self {
            Self::Unreachable(_) => Code::NoNetwork,
            Self::Foreign(_) => Code::ServerAnswer,
            Self::NewerWire(_) => Code::ServerTooNew,
            Self::Refused { problem, .. } => match problem.code {
                ProblemCode::SignInFailed | ProblemCode::NotSignedIn => Code::SignInFailed,
                ProblemCode::DeviceOfAnother => Code::DeviceOfAnother,
                ProblemCode::WireUnsupported => Code::ServerTooNew,
                ProblemCode::Busy => Code::ServerBusy,
                _ => Code::ServerAnswer,
            },
        };
        Refusal::because(code, self)
    }
}
