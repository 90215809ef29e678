//! Many texts one after another, each after its length: a list that is read once, and the memory of a table.

/// A list of texts that grows without copying, and gives its memory back piece by piece while it is read.
#[derive(Clone, Default)]
pub(crate) struct Texts {
    chunks: Vec<Vec<u8>>,
    count: usize,
    bytes: usize,
}

const CHUNK: usize = 1 << 18;

impl Texts {
    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Adds a text. Of a text of more than 64 KiB, which is not an origin, it keeps the start.
    pub(crate) fn push(&mut self, text: &str) {
        let mut end = text.len().min(usize::from(u16::MAX));
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let text = &text[..end];
        let needed = text.len() + 2;
        let has_room = |chunk: &Vec<u8>| chunk.capacity() - chunk.len() >= needed;
        if !self.chunks.last().is_some_and(has_room) {
            self.chunks.push(Vec::with_capacity(CHUNK.max(needed)));
        }
        if let Some(chunk) = self.chunks.last_mut() {
            push(chunk, text);
        }
        self.count += 1;
        self.bytes += needed;
    }

    /// Reads all texts, in their order.
    pub(crate) fn for_each(self, mut read: impl FnMut(&str)) {
        for chunk in self.chunks {
            let mut offset = 0;
            while let Some(text) = bytes_at(&chunk, offset) {
                offset += text.len() + 2;
                read(std::str::from_utf8(text).unwrap_or_default());
            }
        }
    }

    /// An empty arena with room for all texts, and for some others.
    pub(crate) fn arena(&self, others: impl Iterator<Item = usize>) -> Arena {
        let others: usize = others.map(|length| length + 2).sum();
        Arena::with_capacity(self.bytes + others)
    }
}

/// Texts in one block of memory, which a table takes over.
#[derive(Default)]
pub(crate) struct Arena {
    pub(super) bytes: Vec<u8>,
    count: usize,
}

impl Arena {
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self {
            bytes: Vec::with_capacity(bytes),
            count: 0,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.count
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0
    }

    pub(crate) fn push(&mut self, text: &str) {
        push(&mut self.bytes, text);
        self.count += 1;
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        iter(&self.bytes)
    }
}

/// `text` has at most `u16::MAX` bytes.
fn push(bytes: &mut Vec<u8>, text: &str) {
    let length = u16::try_from(text.len()).unwrap_or_default();
    bytes.extend_from_slice(&length.to_le_bytes());
    bytes.extend_from_slice(&text.as_bytes()[..usize::from(length)]);
}

pub(super) fn iter(bytes: &[u8]) -> impl Iterator<Item = &str> + Clone {
    let mut offset = 0;
    std::iter::from_fn(move || {
        let text = bytes_at(bytes, offset)?;
        offset += text.len() + 2;
        std::str::from_utf8(text).ok()
    })
}

pub(super) fn bytes_at(bytes: &[u8], offset: usize) -> Option<&[u8]> {
    let (length, rest) = bytes.get(offset..)?.split_first_chunk::<2>()?;
    rest.get(..usize::from(u16::from_le_bytes(*length)))
}
