//! The empty body of an audit's requests.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

/// An empty request body, which an [`Audit`](super::Audit) sends.
///
/// # Example
/// ```
/// use http_body::Body as _;
/// use tower_cors::testing::NoBody;
///
/// assert!(NoBody.is_end_stream());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NoBody;

impl Body for NoBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(None)
    }

    fn is_end_stream(&self) -> bool {
        true
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(0)
    }
}

/// Drops the bytes: an audit sends none.
impl From<Bytes> for NoBody {
    fn from(_: Bytes) -> Self {
        Self
    }
}
