//! The client side of the Fetch standard, one file for each of its algorithms.
//!
//! A fetch runs from top to bottom through the first five: main fetch, HTTP fetch, CORS-preflight fetch,
//! HTTP-network fetch, HTTP-redirect fetch.

pub(crate) mod main_fetch;

pub(crate) mod http_fetch;

pub(crate) mod preflight_fetch;

pub(crate) mod network_fetch;

pub(crate) mod redirect;

// The state of a fetch.
pub(crate) mod exchange;
pub(crate) mod modes;
pub(crate) mod network_error;
mod new_request;
pub(crate) mod preflight_cache;
pub(crate) mod request;
pub(crate) mod step;
pub(crate) mod url;

// The questions that a fetch asks.
pub(crate) mod destination;
pub(crate) mod fetch_params;
pub(crate) mod filtered_response;
pub(crate) mod header_list;
pub(crate) mod local_network;
mod mime_type;
pub(crate) mod names;
pub(crate) mod referrer_policy;
pub(crate) mod response_checks;
pub(crate) mod safelisted_headers;
mod structured_item;
pub(crate) mod websocket;

// What goes over the wire, and how long to wait for it.
pub(crate) mod added_headers;
pub(crate) mod request_cookies;
pub(crate) mod time_limit;
