//! The bodies of responses: empty ones, and the wrapper for bodies that have no empty value.

use std::pin::Pin;
use std::task::{Context, Poll};

use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

/// A response body that can be empty.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "the response body `{Self}` has no empty value (`Default`)",
    label = "CORS needs an empty body for the responses that it makes itself",
    note = "to fix it, wrap the body: `.layer(cors.wrap_body())`"
)]
pub trait EmptyBody {
    fn empty() -> Self;
}

#[diagnostic::do_not_recommend]
impl<B: Default> EmptyBody for B {
    #[inline]
    fn empty() -> Self {
        B::default()
    }
}

pin_project! {
    /// The response body after [`CorsLayer::wrap_body`](crate::CorsLayer::wrap_body): the body of the inner service, or
    /// an empty one if the layer made the response.
    ///
    /// # Example
    /// ```
    /// use http_body::Body as _;
    /// use tower_cors::service::ResponseBody;
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
    /// An empty body.
    ///
    /// # Example
    /// See [`ResponseBody`].
    #[must_use]
    pub const fn empty() -> Self {
        Self { inner: None }
    }

    /// Wraps the body of the inner service.
    ///
    /// # Example
    /// ```
    /// use http_body::Body as _;
    /// use tower_cors::service::ResponseBody;
    ///
    /// let body =
    ///     ResponseBody::new(http_body_util::Full::new(bytes::Bytes::from("hello")));
    /// assert_eq!(body.size_hint().exact(), Some(5));
    /// ```
    pub const fn new(inner: B) -> Self {
        Self { inner: Some(inner) }
    }

    /// The body of the inner service. `None` if the layer made the response.
    ///
    /// # Example
    /// ```
    /// assert_eq!(
    ///     tower_cors::service::ResponseBody::new("body").into_inner(),
    ///     Some("body")
    /// );
    /// ```
    pub fn into_inner(self) -> Option<B> {
        self.inner
    }
}

/// An empty body.
impl<B> Default for ResponseBody<B> {
    fn default() -> Self {
        Self::empty()
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
