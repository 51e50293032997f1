//! A reader that refuses to hand out more than so many bytes between two entries: an open quote or brace must not
//! make the importer swallow a whole file.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

/// Longest entry, in bytes. Reading ahead makes the limit a little softer, never harder.
pub(super) const LONGEST_ENTRY: usize = 16 << 20;

/// What is left until the next entry must have been reached.
#[derive(Clone)]
pub(super) struct Allowance(Rc<Cell<usize>>);

impl Allowance {
    /// An entry was reached.
    pub(super) fn renew(&self) {
        self.0.set(LONGEST_ENTRY);
    }
}

/// The reader.
pub(super) struct Metered<R> {
    inner: R,
    left: Allowance,
}

pub(super) fn metered<R: Read>(inner: R) -> (Metered<R>, Allowance) {
    let left = Allowance(Rc::new(Cell::new(LONGEST_ENTRY)));
    (Metered { inner, left: left.clone() }, left)
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.left.0.get();
        if left == 0 {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "an entry is longer than 16 MiB"));
        }
        let room = buffer.len().min(left);
        let read = self.inner.read(&mut buffer[..room])?;
        self.left.0.set(left - read);
        Ok(read)
    }
}
