//! What a test learns from a fetch: the response that the page sees, or why the browser blocked it.

pub(crate) mod blocked;
pub(crate) mod fetched;
mod fetched_display;
pub(crate) mod message;
pub(crate) mod mistakes;
