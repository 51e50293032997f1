//! Signatures by Standard Webhooks 1.0 (standardwebhooks.com), so that a receiver can check who sent what, when.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::Instant;
use standardwebhooks::{Webhook, WebhookError};

/// The specification's bounds for a symmetric key, in bytes.
const KEY_BYTES: std::ops::RangeInclusive<usize> = 24..=64;

/// Signs with the secret that sender and receiver share.
pub struct Signer(Webhook);

/// Why a text is not a signing secret. The secret itself is never shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a webhook secret is `whsec_` and the base64 of 24 to 64 bytes")]
pub struct BadSecret;

impl Signer {
    /// Takes `whsec_` and base64.
    pub fn new(secret: &str) -> Result<Self, BadSecret> {
        let encoded = secret.strip_prefix("whsec_").ok_or(BadSecret)?;
        let key = STANDARD.decode(encoded).map_err(|_| BadSecret)?;
        if !KEY_BYTES.contains(&key.len()) {
            return Err(BadSecret);
        }
        Webhook::from_bytes(key).map(Self).map_err(|_| BadSecret)
    }

    /// The headers for a message: id, time and signature, by their names.
    pub fn headers(
        &self,
        id: &str,
        at: Instant,
        body: &[u8],
    ) -> Result<[(&'static str, String); 3], WebhookError> {
        let timestamp = at.timestamp();
        let signature = self.0.sign(id, timestamp, body)?;
        Ok([
            (standardwebhooks::HEADER_WEBHOOK_ID, id.to_owned()),
            (standardwebhooks::HEADER_WEBHOOK_TIMESTAMP, timestamp.to_string()),
            (standardwebhooks::HEADER_WEBHOOK_SIGNATURE, signature),
        ])
    }
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signer(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification.
    #[test]
    fn the_specifications_example_is_signed_alike() {
        let signer = Signer::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let at = chrono::DateTime::from_timestamp(1_614_265_330, 0).unwrap();
        let headers = signer.headers("msg_p5jXN8AQM9LWM0D4loKWxJek", at, br#"{"test": 2432232314}"#).unwrap();
        assert_eq!(headers[1], ("webhook-timestamp", "1614265330".into()));
        assert_eq!(headers[2].1, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn what_is_not_a_secret_is_refused() {
        for wrong in ["MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_", "whsec_c2hvcnQ=", "whsec_!!!"] {
            assert_eq!(Signer::new(wrong).err(), Some(BadSecret), "{wrong}");
        }
    }
}
