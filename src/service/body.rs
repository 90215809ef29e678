//! The body of a response: the inner service's, or none.

use std::pin::Pin;
use std::task::{Context, Poll};

use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

pin_project! {
    /// The body of a response that went through [`Cors`](crate::Cors): the inner service's own, or an
    /// empty one where the layer answered itself. Any inner body works.
    ///
    /// # Example
    /// ```
    /// use http_body::Body as _;
    /// use tower_cors::ResponseBody;
    ///
    /// let body = ResponseBody::<http_body_util::Full<bytes::Bytes>>::empty();
    /// assert_eq!(body.size_hint().exact(), Some(0));
    /// ```
    #[derive(Debug, Clone)]
    pub struct ResponseBody<B> {
        #[pin]
        inner: Option<B>,
    }
}

impl<B> ResponseBody<B> {
    /// A body without a byte.
    ///
    /// # Example
    /// See [`ResponseBody`].
    #[must_use]
    pub const fn empty() -> Self {
        Self { inner: None }
    }

    /// The inner service's body as it is.
    ///
    /// # Example
    /// ```
    /// use http_body::Body as _;
    /// use tower_cors::ResponseBody;
    ///
    /// let body = ResponseBody::new(http_body_util::Full::new(bytes::Bytes::from("hello")));
    /// assert_eq!(body.size_hint().exact(), Some(5));
    /// ```
    pub const fn new(inner: B) -> Self {
        Self { inner: Some(inner) }
    }

    /// The inner service's body; `None` where the layer answered itself.
    ///
    /// # Example
    /// ```
    /// assert_eq!(tower_cors::ResponseBody::new("body").into_inner(), Some("body"));
    /// ```
    pub fn into_inner(self) -> Option<B> {
        self.inner
    }
}

impl<B: Body> Body for ResponseBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        match self.project().inner.as_pin_mut() {
            Some(inner) => inner.poll_frame(cx),
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.inner.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.inner
            .as_ref()
            .map_or_else(|| SizeHint::with_exact(0), Body::size_hint)
    }
}
