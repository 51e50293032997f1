//! Choices, drawn from bytes: the fuzzer changes the bytes and so the choices. When no bytes are left, every choice is the
//! first one, so that short bytes are small cases.

/// The bytes that are left.
pub struct Draw<'a>(&'a [u8]);

impl<'a> Draw<'a> {
    pub fn from(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub fn is_over(&self) -> bool {
        self.0.is_empty()
    }

    pub fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    /// One of so many; at most 256.
    pub fn below(&mut self, count: usize) -> usize {
        usize::from(self.byte()) % count.max(1)
    }

    pub fn one_of<'b, T>(&mut self, list: &'b [T]) -> Option<&'b T> {
        let place = self.below(list.len());
        list.get(place)
    }

    /// Once in so many times.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == times - 1
    }

    /// Any number; small ones more often.
    pub fn number(&mut self) -> u64 {
        match self.below(8) {
            0..6 => u64::from(self.byte()),
            6 => u64::from(u32::from_be_bytes([self.byte(), self.byte(), self.byte(), self.byte()])),
            _ => u64::MAX >> self.below(64),
        }
    }

    /// A few bytes, as many as the first one says.
    pub fn some(&mut self) -> &'a [u8] {
        let length = usize::from(self.byte()).min(self.0.len());
        let (some, rest) = self.0.split_at(length);
        self.0 = rest;
        some
    }

    pub fn rest(self) -> &'a [u8] {
        self.0
    }
}
