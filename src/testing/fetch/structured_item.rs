//! A structured field that is an item: a value with parameters.
//!
//! [RFC 9651, parsing structured fields](https://www.rfc-editor.org/rfc/rfc9651#section-4.2)

use http::header::{HeaderMap, HeaderName};

use super::header_list::{get, is_token_byte};

/// A bare item. Only tokens and strings are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum BareItem {
    Token(Vec<u8>),
    String(Vec<u8>),
    Other,
}

pub(super) struct Item {
    pub(super) value: BareItem,
    /// A later parameter replaces an earlier one of the same name.
    parameters: Vec<(Vec<u8>, BareItem)>,
}

impl Item {
    pub(super) fn parameter(&self, name: &[u8]) -> Option<&BareItem> {
        let mut named = self.parameters.iter().rev();
        named.find(|(key, _)| key == name).map(|(_, value)| value)
    }
}

/// The item of a header; `None` if the header is absent or anything else. So are several lines.
///
/// [Fetch standard, get a structured field value](https://fetch.spec.whatwg.org/#concept-header-list-get-structured-header)
pub(super) fn get_item(headers: &HeaderMap, name: &HeaderName) -> Option<Item> {
    let value = get(headers, name)?;
    let mut parser = Parser(trim_spaces(&value));
    let item = parser.item()?;
    parser.0.is_empty().then_some(item)
}

struct Parser<'a>(&'a [u8]);

impl<'a> Parser<'a> {
    /// Section 4.2.3.
    fn item(&mut self) -> Option<Item> {
        let value = self.bare_item()?;
        let mut parameters = vec![];
        // Section 4.2.3.2.
        while self.skip(b';') {
            self.take(|byte| byte == b' ');
            let name = self.key()?;
            let value = if self.skip(b'=') {
                self.bare_item()?
            } else {
                BareItem::Other
            };
            parameters.push((name, value));
        }
        Some(Item { value, parameters })
    }

    /// Section 4.2.3.1.
    fn bare_item(&mut self) -> Option<BareItem> {
        match *self.0.first()? {
            b'"' => self.string().map(BareItem::String),
            b'*' | b'A'..=b'Z' | b'a'..=b'z' => {
                let token = self.take(|byte| is_token_byte(byte) || matches!(byte, b':' | b'/'));
                Some(BareItem::Token(token.to_vec()))
            }
            b'-' | b'0'..=b'9' => self.number(true),
            b'@' => {
                self.skip(b'@');
                self.number(false)
            }
            b':' => {
                self.skip(b':');
                self.take(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte));
                self.skip(b':').then_some(BareItem::Other)
            }
            b'?' => {
                self.skip(b'?');
                (self.skip(b'0') || self.skip(b'1')).then_some(BareItem::Other)
            }
            b'%' => {
                self.skip(b'%');
                self.string().map(|_| BareItem::Other)
            }
            _ => None,
        }
    }

    /// Section 4.2.4: up to 15 digits, or 12 and 3 behind a point.
    fn number(&mut self, may_have_point: bool) -> Option<BareItem> {
        self.skip(b'-');
        let whole = self.take(|byte| byte.is_ascii_digit()).len();
        if may_have_point && self.skip(b'.') {
            let behind = self.take(|byte| byte.is_ascii_digit()).len();
            let is_decimal = (1..=12).contains(&whole) && (1..=3).contains(&behind);
            return is_decimal.then_some(BareItem::Other);
        }
        (1..=15).contains(&whole).then_some(BareItem::Other)
    }

    /// Section 4.2.5.
    fn string(&mut self) -> Option<Vec<u8>> {
        let mut text = vec![];
        let mut rest = self.0.strip_prefix(b"\"")?;
        loop {
            match rest {
                [b'"', after @ ..] => {
                    self.0 = after;
                    return Some(text);
                }
                [b'\\', byte @ (b'"' | b'\\'), after @ ..]
                | [byte @ (b' '..=b'[' | b']'..=b'~'), after @ ..] => {
                    text.push(*byte);
                    rest = after;
                }
                _ => return None,
            }
        }
    }

    /// Section 4.2.3.3.
    fn key(&mut self) -> Option<Vec<u8>> {
        let is_start = |byte: &u8| byte.is_ascii_lowercase() || *byte == b'*';
        self.0.first().filter(|first| is_start(first))?;
        let key = self.take(|byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-.*".contains(&byte)
        });
        Some(key.to_vec())
    }

    fn skip(&mut self, byte: u8) -> bool {
        match self.0.split_first() {
            Some((first, rest)) if *first == byte => {
                self.0 = rest;
                true
            }
            _ => false,
        }
    }

    fn take(&mut self, is_part: impl Fn(u8) -> bool) -> &'a [u8] {
        let count = self.0.iter().take_while(|byte| is_part(**byte)).count();
        let (taken, rest) = self.0.split_at(count);
        self.0 = rest;
        taken
    }
}

/// Section 4.2, steps 2 and 6.
fn trim_spaces(mut bytes: &[u8]) -> &[u8] {
    while let [b' ', rest @ ..] | [rest @ .., b' '] = bytes {
        bytes = rest;
    }
    bytes
}
