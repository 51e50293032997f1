//! A keychain that always holds one fixed key, so that a prepared store can be opened by the device, by the store
//! alone and by bare SQL, and so that no machine's real keychain is touched.

use keyring::credential::{Credential, CredentialApi, CredentialBuilderApi};
use std::any::Any;
use store::Key;

/// Bits of the key. Not a secret: everything under it is synthetic.
pub(crate) const BITS: [u8; 32] = [7; 32];
/// The same in base64, as the device keeps it.
const TEXT: &str = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";

/// The key that every device of this process gets from now on.
pub fn install() -> Key {
    keyring::set_default_credential_builder(Box::new(Fixed));
    key()
}

/// The key.
#[must_use]
pub fn key() -> Key {
    Key::new(BITS)
}

/// The key as SQLCipher wants a raw one.
#[must_use]
pub fn literal() -> String {
    BITS.iter().fold(String::from("x'"), |hex, byte| hex + &format!("{byte:02x}")) + "'"
}

#[derive(Debug)]
struct Fixed;

impl CredentialBuilderApi for Fixed {
    fn build(&self, _: Option<&str>, _: &str, _: &str) -> keyring::Result<Box<Credential>> {
        Ok(Box::new(Self))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl CredentialApi for Fixed {
    fn set_secret(&self, _: &[u8]) -> keyring::Result<()> {
        Ok(())
    }

    fn get_secret(&self) -> keyring::Result<Vec<u8>> {
        Ok(TEXT.as_bytes().to_vec())
    }

    fn delete_credential(&self) -> keyring::Result<()> {
        Ok(())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
