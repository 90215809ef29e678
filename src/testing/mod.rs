//! Testing CORS.

mod assertions;
mod bad_port;
mod blocked;
mod browser;
mod cause;
mod cors_check;
mod exchange;
mod fetch;
mod fetched;
mod filter;
mod header_list;
mod http_fetch;
mod names;
mod network;
mod options;
mod patience;
mod preflight;
mod preflight_cache;
mod quote;
mod redirect;
mod request;
mod safelist;
mod site;
mod suspect;
mod url;
mod words;
mod words_of_server;

pub use crate::{assert_allows, assert_blocks};
pub use blocked::Blocked;
pub use browser::Browser;
pub use cause::{Cause, Step};
pub use exchange::Exchange;
pub use fetched::{Fetched, ResponseType};
pub use options::{CredentialsMode, RedirectMode, RequestMode};
pub use suspect::Suspect;
