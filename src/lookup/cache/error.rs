//! Why a cached look-up has no answer.

use std::sync::Arc;
use std::time::Duration;

use http::HeaderName;

use super::question::LONGEST_VALUE;

/// Why a cached look-up has no answer. The origin is denied.
///
/// # Example
/// ```
/// # use tower_cors::lookup::CacheError;
/// fn is_overloaded<E>(error: &CacheError<E>) -> bool {
///     matches!(error, CacheError::TooManyWaiting)
/// }
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CacheError<E> {
    /// The look-up failed. All requests that waited for it share the error, and so do those of the next second.
    #[error("{0}")]
    Failed(#[source] Arc<E>),
    /// The look-up took longer than this: [`run_limit`](super::CachedLookupBuilder::run_limit).
    #[error("it took longer than {0:?}")]
    TimedOut(Duration),
    /// The look-up panicked.
    #[error("it panicked")]
    Panicked,
    /// Too many new questions waited, and this one had to leave:
    /// [`most_waiting`](super::CachedLookupBuilder::most_waiting).
    #[error("too many look-ups are waiting")]
    TooManyWaiting,
    /// The value of this declared header is longer than 1024 bytes, so the look-up was not asked.
    #[error("the value of {0} is longer than {LONGEST_VALUE} bytes")]
    ValueTooLong(HeaderName),
    /// The request was not served by a tokio runtime, which runs the look-ups.
    #[error("there is no tokio runtime")]
    NoRuntime,
}

impl<E> Clone for CacheError<E> {
    fn clone(&self) -> Self {
        match self {
            Self::Failed(error) => Self::Failed(Arc::clone(error)),
            Self::TimedOut(limit) => Self::TimedOut(*limit),
            Self::Panicked => Self::Panicked,
            Self::TooManyWaiting => Self::TooManyWaiting,
            Self::ValueTooLong(header) => Self::ValueTooLong(header.clone()),
            Self::NoRuntime => Self::NoRuntime,
        }
    }
}
