//! The document of a call. Scalars at the root; attendees, products and amendments are maps whose every entry is a
//! scalar, so that two hands never replace each other's maps; notes are a text that merges by letter.

mod contested;
mod read;
mod write;

pub use contested::contested;
pub use read::{read, reread};
pub use write::{amend, create, edit};

/// Keys at the root.
mod key {
    pub const OWNER: &str = "owner";
    pub const AUDIENCE: &str = "audience";
    pub const STATE: &str = "state";
    pub const CHANNEL: &str = "channel";
    pub const TIME: &str = "time";
    pub const PLACE: &str = "place";
    pub const ORGANISATION: &str = "organisation";
    pub const NEXT_STEP: &str = "next_step";
    pub const SIDE_EFFECT: &str = "side_effect";
    pub const ATTENDEES: &str = "attendees";
    pub const PRODUCTS: &str = "products";
    pub const NOTES: &str = "notes";
    pub const AMENDMENTS: &str = "amendments";
}

/// Keys in the map of products.
mod product_key {
    use domain::ids::{MessageId, ProductId};

    /// Suffix of the key that says that a product was talked about.
    pub const ORDER: &str = "order";

    pub fn order(product: ProductId) -> String {
        format!("{product}/{ORDER}")
    }

    pub fn reaction(product: ProductId) -> String {
        format!("{product}/reaction")
    }

    pub fn message(product: ProductId, message: MessageId) -> String {
        format!("{product}/message/{message}")
    }
}

#[cfg(test)]
mod reread_tests;
#[cfg(test)]
mod tests;
