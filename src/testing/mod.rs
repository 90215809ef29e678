//! A browser for tests: what a page gets from a service, and why.
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
//! In the browser the page's `fetch` throws a `TypeError`, and the PUT never arrives. CORS is what the browser
//! does between the request and the response. It sends a preflight before the request, and it hides a response
//! that the page may not read. curl does neither. A test that compares header lines would need to know all
//! these rules. This module knows them:
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
//! This test fails, as it should. Its message is more helpful than a browser's console:
//!
//! ```text
#![doc = include_str!("message.txt")]
//! ```
//!
//! It names the step of the standard, what the server sent, what was needed, and the fix. Apply the fix; the
//! next message asks for `content-type`. Apply that too, and the test passes:
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
//!   returns the [`Fetched`]. Assert on the headers and the body that the *script* sees. If a header is in
//!   [`Fetched::hidden_headers`] instead, expose it.
//! - **Another page**: [`assert_blocks!`] returns the [`Blocked`].
//! - **Errors**: let a route respond with 401 or 500, and assert that the page can read the status.
//! - **Cookies**: [`Fetched::cookies`] tells for each cookie whether the browser sent or stored it, and if not,
//!   why and how to fix it.
//! - **Streams**: [`Browser::first_chunks`] reads the first events of an `EventSource`.
//! - **Links, forms, `new WebSocket()`**: CORS doesn't apply to them. [`RequestMode::WebSocket`] and
//!   [`RequestMode::Navigate`] show what the browser does instead.
//! - **`EventSource`, beacons, images, scripts, fonts**: [`RequestMode`] and [`Destination`] say how to write them.
//! - **Everything else**: [`audit`] sends requests from hostile origins to a service. It finds faults that
//!   hand-written tests often miss, such as a missing `Vary`.
//!
//! Any service works: with this crate's layer, with another layer, or with headers set by hand. The
//! [`Blocked`] has a fix for each case.
//!
//! # Where is my cookie?
//!
//! CORS with credentials is set up, and the session still isn't there: browsers have rules for cookies that CORS
//! doesn't change. [`Fetched::cookies`] tells which rule it was:
//!
//! ```
//! use axum::{Router, body::Body, http::header::SET_COOKIE, routing::post};
//! use http::Request;
//! use tower_cors::testing::{Browser, CredentialsMode, assert_allows};
//! use tower_cors::{CorsLayer, origin};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let cors = CorsLayer::builder()
//!     .allow_origins([origin!("https://app.example")])
//!     .allow_credentials()
//!     .build()?;
//! let login = || async { [(SET_COOKIE, "session=1; HttpOnly; Secure")] };
//! let mut app = Router::new().route("/login", post(login)).layer(cors);
//!
//! let mut page = Browser::at("https://app.example").credentials(CredentialsMode::Include);
//! let request = Request::post("https://api.other.example/login").body(Body::empty())?;
//! let fetched = assert_allows!(page.fetch(&mut app, request).await);
//! assert!(fetched.cookies()[0].to_string().starts_with(
//!     "session from https://api.other.example/login was not stored: the request is cross-site, and the \
//!      cookie is not SameSite=None; send the cookie with SameSite=None; Secure, or serve the API on the \
//!      page's site, such as https://api.app.example"
//! ));
//! # Ok(())
//! # }
//! ```
//!
//! # What it models
//!
//! The client side of the Fetch standard: the request constructor, main fetch, HTTP fetch, the preflight and
//! its cache, the CORS check, redirects and their tainting, filtered responses, and the TAO check. It also
//! blocks bad ports and mixed content, which work in curl. Tests compare it with the CORS cases of the Web
//! Platform Tests (`cargo test --features testing --test testing wpt`), and with Chromium, Firefox and WebKit
//! (`docs/browsers.md`). Where a browser differs from the standard, the model follows the standard, except for two
//! rules about cookies, where the browsers agree: after a redirect of another site, `SameSite` goes by the current URL
//! alone (Chromium and WebKit), and `Secure` cookies go over `http://localhost` (Chromium and Firefox).
//!
//! Cookies follow RFC 6265bis: domain, path, `Secure`, `SameSite`, `Partitioned`, prefixes and expiry, and the
//! browser's policy for third-party cookies. `Cross-Origin-Resource-Policy` follows the Fetch standard.
//! [`LocalNetworkAccess`] is about pages on the internet that call this machine or the local network.
//!
//! Not modelled: frames, `document.cookie`, the Storage Access API, the HTTP cache, service workers, Content
//! Security Policy, HSTS, the `Referer` header, and failures of the network and of TLS. A 401 opens no password
//! dialog.
//!
//! A fetch never panics and never hangs, unless the service blocks the thread: see [`Browser::time_limit`].
//! It needs no runtime.

mod assertions;
mod audit;
mod browser;
mod browser_requests;
mod browser_settings;
mod cookies;
mod escaped_text;
mod fetch;
mod report;
mod site;

pub use crate::{assert_allows, assert_blocks};
pub use audit::{Audit, Fault, Finding, NoBody, Report, Severity, audit};
pub use browser::Browser;
pub use cookies::context::ThirdPartyCookies;
pub use cookies::event::{CookieEvent, CookieOutcome};
pub use cookies::rule::CookieRule;
pub use fetch::destination::Destination;
pub use fetch::exchange::Exchange;
pub use fetch::filtered_response::ResponseType;
pub use fetch::local_network::AddressSpace;
pub use fetch::local_network::{LocalNetworkAccess, Permission};
pub use fetch::modes::{CredentialsMode, EmbedderPolicy, RedirectMode, RequestMode};
pub use fetch::network_error::Cause;
pub use fetch::referrer_policy::ReferrerPolicy;
pub use fetch::step::Step;
pub use report::blocked::Blocked;
pub use report::fetched::Fetched;
pub use report::mistakes::Mistake;
