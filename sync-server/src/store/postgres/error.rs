//! What a failure of PostgreSQL means to those who asked.

use crate::store::StoreError;
use deadpool_postgres::PoolError;
use tokio_postgres::Error;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::WrongType;

impl From<Error> for StoreError {
    /// Whatever may have been the network's or the database's moment is `Unavailable`: the device asks again, and what
    /// was committed while the answer was lost is a duplicate by its hash.
    fn from(error: Error) -> Self {
        let said = explained(&error);
        match error.code() {
            Some(state) => of_state(state, said),
            None if is_about_a_value(&error) => Self::Damaged(said),
            None => Self::Unavailable(said),
        }
    }
}

impl From<PoolError> for StoreError {
    fn from(error: PoolError) -> Self {
        match error {
            PoolError::Backend(error) => error.into(),
            other => Self::Unavailable(other.to_string()),
        }
    }
}

fn of_state(state: &SqlState, said: String) -> StoreError {
    // Somebody else was faster, or two waited for each other and we were chosen to give way.
    if [&SqlState::UNIQUE_VIOLATION, &SqlState::T_R_SERIALIZATION_FAILURE, &SqlState::T_R_DEADLOCK_DETECTED]
        .contains(&state)
    {
        return StoreError::Conflict;
    }
    // Classes of codes: connection lost, resources used up (connections, disk, memory), operator intervened (shut
    // down, cancelled), not in the right state (locked for too long, refusing connections), system error.
    let class = state.code().get(..2).unwrap_or_default();
    let passing = matches!(class, "08" | "53" | "55" | "57" | "58");
    // After a failover: the connection leads to what is a standby now, or it idled in a transaction for too long.
    let moved = [&SqlState::READ_ONLY_SQL_TRANSACTION, &SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT];
    match class {
        _ if passing || moved.contains(&state) => StoreError::Unavailable(said),
        "XX" => StoreError::Damaged(said),
        _ => StoreError::Failed(said),
    }
}

fn is_about_a_value(error: &Error) -> bool {
    use std::error::Error as _;
    error.source().is_some_and(|cause| cause.is::<WrongType>())
}

/// The error with what lies behind it. It holds no password: that is never part of an error here.
fn explained(error: &Error) -> String {
    match error.as_db_error() {
        Some(told) => format!("{} ({})", told.message(), told.code().code()),
        None => {
            use std::error::Error as _;
            error.source().map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(state: &SqlState) -> StoreError {
        of_state(state, String::new())
    }

    #[test]
    fn what_passes_is_asked_again_and_what_does_not_is_told() {
        assert_eq!(of(&SqlState::T_R_DEADLOCK_DETECTED), StoreError::Conflict);
        for passing in [
            &SqlState::ADMIN_SHUTDOWN,
            &SqlState::TOO_MANY_CONNECTIONS,
            &SqlState::DISK_FULL,
            &SqlState::LOCK_NOT_AVAILABLE,
            &SqlState::READ_ONLY_SQL_TRANSACTION,
            &SqlState::CONNECTION_FAILURE,
            &SqlState::QUERY_CANCELED,
        ] {
            assert!(matches!(of(passing), StoreError::Unavailable(_)), "{}", passing.code());
        }
        assert!(matches!(of(&SqlState::DATA_CORRUPTED), StoreError::Damaged(_)));
        assert!(matches!(of(&SqlState::UNDEFINED_TABLE), StoreError::Failed(_)));
    }
}
