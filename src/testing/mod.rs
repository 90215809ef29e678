//! Testing CORS: a browser in a test, which says what a page gets, and why.
//!
//! # Works in curl, fails in fetch
//!
//! Here is an API. A test that calls it passes, and so does curl:
//!
//! ```
//! use axum::{Router, body::Body, routing::put};
//! use http::Request;
//! use tower::ServiceExt;
//! use tower_cors::{CorsLayer, origin};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let cors = CorsLayer::builder().allow_origins([origin!("https://app.example.com")]).build()?;
//! let app = Router::new().route("/items", put(|| async { "stored" })).layer(cors);
//!
//! let request = Request::put("https://api.example.com/items")
//!     .header("content-type", "application/json")
//!     .body(Body::from("{}"))?;
//! assert!(app.oneshot(request).await?.status().is_success()); // fine?
//! # Ok(())
//! # }
//! ```
//!
//! In the browser the page's `fetch` throws a `TypeError`, and the PUT never arrives. For CORS is not in
//! the request, nor in the response: it is what the browser does *between* them. It asks before it sends (a
//! preflight), it withholds what was not allowed, and curl does neither. A test that looks at header lines
//! has to know all of those rules; this module knows them:
//!
//! ```
//! # use axum::{Router, body::Body, routing::put};
//! # use http::Request;
//! use tower_cors::testing::{Browser, assert_allows};
//! # use tower_cors::{CorsLayer, origin};
//!
//! # async fn test() -> Result<(), Box<dyn std::error::Error>> {
//! # let cors = CorsLayer::builder().allow_origins([origin!("https://app.example.com")]).build()?;
//! # let mut app = Router::new().route("/items", put(|| async { "stored" })).layer(cors);
//! # let request = Request::put("https://api.example.com/items")
//! #     .header("content-type", "application/json")
//! #     .body(Body::from("{}"))?;
//! let mut page = Browser::at("https://app.example.com");
//! assert_allows!(page.fetch(&mut app, request).await);
//! # Ok(())
//! # }
//! # // The message below is the real one.
//! # let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
//! # let panic = std::panic::catch_unwind(|| runtime.block_on(test())).unwrap_err();
//! # let message = panic.downcast_ref::<String>().unwrap();
//! # let chapter = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/testing/message.txt"));
//! # assert_eq!(message.trim_end(), chapter.trim_end());
//! ```
//!
//! This test fails, as it should, and its message is what a browser's console ought to say:
//!
//! ```text
#![doc = include_str!("message.txt")]
//! ```
//!
//! It names the step of the standard, what the server sent, what was needed, and the fix. That is applied,
//! the next message asks for `content-type`, and then the test passes:
//!
//! ```
//! # use axum::{Router, body::Body, routing::put};
//! # use http::Request;
//! # use tower_cors::testing::{Browser, assert_allows};
//! # use tower_cors::{CorsLayer, origin};
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let cors = CorsLayer::builder()
//!     .allow_origins([origin!("https://app.example.com")])
//!     .allow_methods(["PUT"])
//!     .allow_headers(["content-type"])
//!     .build()?;
//! # let mut app = Router::new().route("/items", put(|| async { "stored" })).layer(cors);
//! # let request = Request::put("https://api.example.com/items")
//! #     .header("content-type", "application/json")
//! #     .body(Body::from("{}"))?;
//! # let mut page = Browser::at("https://app.example.com");
//! let fetched = assert_allows!(page.fetch(&mut app, request).await);
//! assert_eq!(fetched.body(), "stored");
//! # Ok(())
//! # }
//! ```
//!
//! # What to test
//!
//! - **Your page, as it really calls**: its method, its headers, its credentials mode. [`assert_allows!`]
//!   gives the [`Fetched`]: assert on the headers and the body that the *script* sees. A header that it
//!   lacks is in [`Fetched::hidden_headers`], and wants exposing.
//! - **A page of somebody else**: [`assert_blocks!`] gives the [`Blocked`].
//! - **Errors**: let a route answer 401 or 500, and assert that the page can read the status.
//! - **Everything else**: [`audit`] throws a battery of hostile origins at a service and looks for the
//!   faults that a test of one's own forgets, a missing `Vary` first among them.
//!
//! The service can be any: with this crate's layer, with another's, with headers set by hand. The
//! [`Blocked`] says how to fix it either way.
//!
//! # What it models, and what not
//!
//! The Fetch standard's client side, each step named where it is done: the request constructor, main fetch,
//! HTTP fetch, the preflight and its cache, the CORS check, redirects with their tainting, the filtered
//! responses, the TAO check; bad ports and mixed content, as they too work in curl. It is held to the
//! Web Platform Tests' CORS cases (`cargo test --features testing --test testing_wpt`), and to what
//! Chromium, Firefox and WebKit do (`docs/browsers.md`, where it also stands which of them departs from the
//! standard; the model doesn't).
//!
//! Not modelled: a cookie jar and `SameSite`, the HTTP cache, service workers, Content Security Policy,
//! Cross-Origin-Resource-Policy, referrer policies other than the default and the `Referer` line, the
//! network's and TLS's own failures. Of HTTP status 401 the page learns like of any other: no password
//! dialog opens.
//!
//! A fetch never panics and never hangs, whatever the service does, unless it blocks the thread: see
//! [`Browser::time_limit`]. No runtime is needed or brought along.

mod assertions;
mod audit;
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
mod settings;
mod site;
mod suspect;
mod url;
mod words;
mod words_of_server;

pub use crate::{assert_allows, assert_blocks};
pub use audit::{Audit, Fault, Finding, NoBody, Report, Severity, audit};
pub use blocked::Blocked;
pub use browser::Browser;
pub use cause::{Cause, Step};
pub use exchange::Exchange;
pub use fetched::{Fetched, ResponseType};
pub use options::{CredentialsMode, RedirectMode, RequestMode};
pub use suspect::Suspect;
