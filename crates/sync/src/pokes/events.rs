//! Server-sent events (WHATWG HTML, 9.2.6), as far as pokes need them: in pieces as they come, in bounded memory.

/// The longest line that is looked at; of a longer one only its beginning counts.
const LONGEST: usize = 256;

/// What a stream says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sound {
    /// The stream lives.
    Alive,
    /// There is news in a scope that is followed.
    Poke,
}

/// Reads a stream.
#[derive(Debug, Default)]
pub struct Reader {
    line: Vec<u8>,
    ended_by_return: bool,
    is_poke: bool,
    has_data: bool,
}

impl Reader {
    /// What these bytes say, after those that came before.
    pub fn read(&mut self, bytes: &[u8]) -> Vec<Sound> {
        bytes.iter().filter_map(|byte| self.take(*byte)).collect()
    }

    /// A line ends with a return, a line feed, or both.
    fn take(&mut self, byte: u8) -> Option<Sound> {
        let after_return = std::mem::replace(&mut self.ended_by_return, byte == b'\r');
        match byte {
            b'\n' if after_return => None,
            b'\n' | b'\r' => self.end_line(),
            _ => {
                if self.line.len() < LONGEST {
                    self.line.push(byte);
                }
                None
            }
        }
    }

    fn end_line(&mut self) -> Option<Sound> {
        let line = std::mem::take(&mut self.line);
        let colon = line.iter().position(|byte| *byte == b':').unwrap_or(line.len());
        let (field, value) = line.split_at(colon);
        let value = value.strip_prefix(b":").unwrap_or(value);
        match (field, value.strip_prefix(b" ").unwrap_or(value)) {
            _ if line.is_empty() => return self.end_event(),
            (b"", _) => return Some(Sound::Alive),
            (b"event", kind) => self.is_poke = kind == b"poke",
            (b"data", _) => self.has_data = true,
            _ => {}
        }
        None
    }

    fn end_event(&mut self) -> Option<Sound> {
        let (is_poke, has_data) = (std::mem::take(&mut self.is_poke), std::mem::take(&mut self.has_data));
        has_data.then_some(if is_poke { Sound::Poke } else { Sound::Alive })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const STREAM: &[u8] = b":\n\nevent: poke\ndata: news\n\n: alive\r\n\r\nevent:poke\rdata\r\rid: 7\nevent: poke\n\nevent: other\ndata: x\n\n";
    const SAYS: [Sound; 5] = [Sound::Alive, Sound::Poke, Sound::Alive, Sound::Poke, Sound::Alive];

    #[test]
    fn a_stream_says_what_it_says_however_it_is_cut() {
        assert_eq!(Reader::default().read(STREAM), SAYS);
        for pieces in 1..STREAM.len() {
            let mut reader = Reader::default();
            let said: Vec<_> = STREAM.chunks(pieces).flat_map(|piece| reader.read(piece)).collect();
            assert_eq!(said, SAYS, "in pieces of {pieces}");
        }
    }

    #[test]
    fn a_page_of_somebody_else_says_nothing() {
        assert_eq!(Reader::default().read(b"<!doctype html>\n<html>\n\n</html>\n"), []);
    }

    proptest! {
        #[test]
        fn whatever_comes_little_of_it_is_kept(bytes in prop::collection::vec(any::<u8>(), 0..4096)) {
            let mut reader = Reader::default();
            reader.read(&bytes);
            prop_assert!(reader.line.len() <= LONGEST);
        }
    }
}
