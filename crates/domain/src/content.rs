//! Products and their key messages: what may be talked about.

use crate::ids::{MessageId, ProductId};
use crate::people::Country;
use serde::{Deserialize, Serialize};

/// A key message of a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyMessage {
    /// Its id.
    pub id: MessageId,
    /// In a few words: `Renal dosing`.
    pub text: String,
}

/// A brand that the team talks about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    /// Its id.
    pub id: ProductId,
    /// Brand name.
    pub name: String,
    /// What for: `Heart failure`.
    pub indication: String,
    /// Where it is sold.
    pub countries: Vec<Country>,
    /// What may be said, in order.
    pub messages: Vec<KeyMessage>,
}
