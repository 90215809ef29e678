//! What a look-up is asked: an origin, and the values of the declared headers, in bytes of our own.

use std::sync::Arc;

use http::header::HOST;
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::fetch::host::RequestHost;
use crate::lookup::DeclaredHeaders;

/// A declared value of more bytes is refused without asking. A browser sends no longer host, and a cache would have to
/// keep it.
pub(super) const LONGEST_VALUE: usize = 1024;

pub(super) struct Question {
    pub(super) origin: Arc<str>,
    pub(super) declared: DeclaredValues,
}

/// The values of the declared headers, one after another. Without declared headers, it allocates nothing.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct DeclaredValues(Box<[u8]>);

const MISSING: u8 = 0;
/// Not the same as a missing one.
const AMBIGUOUS_HOST: u8 = 1;
/// The length follows in two bytes, then the value.
const VALUE: u8 = 2;

impl DeclaredValues {
    /// Copies the values, so that nothing of the request's memory is kept. The error is the header that is too long.
    pub(super) fn read(
        names: &[HeaderName],
        headers: &DeclaredHeaders<'_>,
    ) -> Result<Self, HeaderName> {
        let mut bytes = Vec::new();
        for name in names {
            let Some(value) = headers.get(name) else {
                let is_ambiguous = *name == HOST && *headers.host() == RequestHost::Ambiguous;
                bytes.push(if is_ambiguous {
                    AMBIGUOUS_HOST
                } else {
                    MISSING
                });
                continue;
            };
            let length = u16::try_from(value.len()).ok();
            let length = length.filter(|length| usize::from(*length) <= LONGEST_VALUE);
            let length = length.ok_or_else(|| name.clone())?;
            bytes.push(VALUE);
            bytes.extend_from_slice(&length.to_le_bytes());
            bytes.extend_from_slice(value.as_bytes());
        }
        Ok(Self(bytes.into_boxed_slice()))
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The values as headers, for a look-up that runs without the request.
    pub(super) fn to_headers(&self, names: &[HeaderName]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let mut rest = &*self.0;
        for name in names {
            let Some((kind, after)) = rest.split_first() else {
                break;
            };
            rest = after;
            match *kind {
                VALUE => {
                    let Some((length, after)) = rest.split_first_chunk::<2>() else {
                        break;
                    };
                    let length = usize::from(u16::from_le_bytes(*length));
                    let Some((value, after)) = after.split_at_checked(length) else {
                        break;
                    };
                    rest = after;
                    if let Ok(value) = HeaderValue::from_bytes(value) {
                        headers.insert(name, value);
                    }
                }
                AMBIGUOUS_HOST => {
                    // Two lines are read as an ambiguous host.
                    headers.append(HOST, HeaderValue::from_static("a"));
                    headers.append(HOST, HeaderValue::from_static("b"));
                }
                _ => {}
            }
        }
        headers
    }
}

impl Question {
    pub(super) fn is(&self, origin: &str, declared: &DeclaredValues) -> bool {
        *self.origin == *origin && self.declared == *declared
    }
}
