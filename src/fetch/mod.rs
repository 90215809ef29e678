//! The request as the Fetch standard sees it: its lines, whether it is a preflight, header names and lists.

pub(crate) mod host;
pub(crate) mod names;
pub(crate) mod own_page;
pub(crate) mod request;
pub(crate) mod requested_headers;
