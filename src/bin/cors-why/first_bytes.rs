//! The first bytes of a response's body. The rest is not downloaded.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame};

/// The most bytes of one body that an audit reads. A question about one request reads none.
pub(crate) const MOST_BYTES: usize = 64 * 1024;

/// A body that ends after [`MOST_BYTES`].
pub(crate) struct FirstBytes<B> {
    body: B,
    left: usize,
}

impl<B> FirstBytes<B> {
    pub(crate) fn new(body: B) -> Self {
        Self {
            body,
            left: MOST_BYTES,
        }
    }
}

impl<B: Body<Data = Bytes> + Unpin> Body for FirstBytes<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        let left = self.left;
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        polled.map_ok(|frame| {
            frame.map_data(|mut data| {
                data.truncate(left);
                self.left -= data.len();
                data
            })
        })
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0 || self.body.is_end_stream()
    }
}
