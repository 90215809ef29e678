//! CORS middleware for Tower: axum, tonic, hyper and every other `Service`.
//!
//! ```
//! use axum::{Router, routing::get};
//! use tower_cors::{CorsLayer, origin};
//!
//! let cors = CorsLayer::builder()
//!     .allow_origins([origin!("https://app.example.com")])            // checked by the compiler
//!     .allow_origins(["https://*.example.org", "http://localhost:*"]) // checked by build()
//!     .allow_methods(["PUT", "DELETE"])                               // besides GET, HEAD and POST
//!     .allow_headers(["content-type", "authorization"])
//!     .allow_credentials()                                            // cookies
//!     .build()?;
//! let app: Router = Router::new().route("/items", get(async || "[]")).layer(cors);
//! # Ok::<(), tower_cors::ConfigError>(())
//! ```
//!
//! - A wildcard with credentials doesn't compile. [`build()`](CorsBuilder::build) reports every other
//!   mistake, all at once, each with its fix. Nothing panics.
//! - The layer answers preflights itself and adds the right headers to every other response, errors
//!   included.
//! - [`Policy::explain_request`] says what a browser does with a request, why, and what fixes it.
//!
//! The [README][readme] has a quick start, recipes, the ten usual mistakes, patterns, and tests. [`CorsBuilder`] lists all settings. This page teaches what a server's author needs to know
//! about CORS, in five minutes.
//!
//! # What CORS is
//!
//! A web page may send requests to any server, but it may only *read* the responses of its own origin. An
//! origin is a scheme, a host and a port: `https://example.com` and `https://www.example.com` are two
//! origins. With CORS, a server tells the *browser* that pages of other origins may read its responses, and
//! may send what a plain HTML form can't send. The browser enforces this, to protect its user. So `curl`
//! always works, and says nothing about what a browser will do.
//!
//! # The three kinds of request
//!
//! 1. **No `Origin` header**: not a CORS request. Examples are a page's GETs to its own origin, `curl`, and
//!    other servers. It reaches the inner service.
//! 2. **CORS-preflight request**: `OPTIONS` with `Origin` and `Access-Control-Request-Method`. The browser
//!    asks for permission before it sends a request that no form could send: another method than GET, HEAD
//!    and POST, a JSON body, an `Authorization` header, an upload with a progress listener. The layer
//!    answers. The inner service is not called.
//! 3. **Actual request**: every other request with `Origin`, including plain `OPTIONS`. It reaches the
//!    inner service *whether its origin is allowed or not*, unless you call [`reject_disallowed_origins`].
//!    CORS decides who reads the response. Browsers send `Origin` on same-origin POSTs too.
//!
//! The standard: <https://fetch.spec.whatwg.org/#http-cors-protocol>
//!
//! # What ends up on the wire
//!
//! | request | the origin is allowed | it is not allowed, malformed, or there are several `Origin` lines |
//! |---|---|---|
//! | no `Origin` | the inner response with `Vary: origin`; under [`allow_any_origin`] with `Access-Control-Allow-Origin: *` and the exposed headers | |
//! | preflight | 204, `Access-Control-Allow-Origin`, `-Credentials`, the whole list of `-Methods` and `-Headers`, `-Max-Age`, `Vary` | 403, `Vary`, no CORS header |
//! | actual | the inner response with `Access-Control-Allow-Origin`, `-Credentials`, `-Expose-Headers`, `Vary` | the inner response without any CORS header, `Vary` |
//!
//! Only if you ask for it: 403 for cross-site writes ([`reject_cross_site_writes`]), 403 for all disallowed
//! origins ([`reject_disallowed_origins`]), and 421 for hosts that you did not name ([`allow_hosts`]). These
//! have no CORS header, and `Cache-Control: no-store`.
//!
//! - `Access-Control-Allow-Origin` is the request's origin, or `*` under [`allow_any_origin`].
//! - If the origin is allowed but the method or a header is not, the preflight gets the same list. The
//!   browser finds what is missing and names it in its console.
//! - A preflight's list of headers may come in any order and case, on several lines, with blanks and empty
//!   members, up to 8192 bytes and 64 lines. A longer list is denied.
//! - CORS headers that the inner service sets are replaced. If the origin is not allowed, they are removed.
//!   So a response never has two values of `Access-Control-Allow-Origin`.
//! - Under [`allow_any_origin`], all actual requests get the same headers, whatever their `Origin` is, so
//!   `Vary` is not needed. Preflights are refused if no client sends such an origin.
//!
//! # Where to put the layer
//!
//! Make it the outermost layer, except for layers that must see every request, such as tracing. In axum,
//! call `.layer(cors)` last, after all routes. On a `tower::ServiceBuilder`, add it first. If some paths or
//! hosts need a policy of their own, put one layer around all of them: [`CorsLayer::choose`].
//!
//! # Features
//!
//! All are off by default. None of them makes a policy less strict.
//!
//! | feature | what it adds |
//! |---|---|
//! | `lookup` | `CorsLayer::with_lookup`: asks a database about origins that the list doesn't have |
//! | `lookup-cache` | `CachedLookup`: keeps the answers of a look-up for a while |
//! | `public-suffix` | with credentials, checks patterns such as `https://*.co.uk` against the whole Public Suffix List |
//! | `schemars` | a JSON Schema of [`CorsConfig`] |
//! | `serde` | reads [`CorsConfig`] from TOML, JSON, YAML and environment variables |
//! | `testing` | `tower_cors::testing`: a browser for tests, and `audit` for any Tower service |
//! | `tracing` | `CorsLayer::trace_decisions`: an event for each denial |
//! | `why` | the command `cors-why`, which says why a browser blocks the responses of any server |
//!
//! # Longer pages
//!
//! [README][readme], [coming from tower-http][from], [features in detail][features],
//! [policies from files][config], [several policies][several], [what CORS does not stop][not],
//! [it isn't CORS][isnt], [how it is tested][tested], [security][security].
//!
//! # Caches and CDNs
//!
//! A shared cache may store the response for one origin and send it to another. Then a page works for some
//! users and fails for others. So every response names in `Vary` what it depends on: `origin` wherever the
//! policy has a list, on denied responses and on those without `Origin` too; the headers that a predicate
//! reads ([`allow_origins_if_request`]); and on responses to `OPTIONS`, the headers that make a preflight.
//! Members that your handler put into `Vary` are kept, `*` is left alone, and nothing is named twice. Some
//! CDNs ignore `Vary` by default: make `Origin` part of the cache key there.
//!
//! Browsers keep the answers to preflights for 5 s, or for [`max_age`] (Chromium at most 7200 s, Firefox
//! 86400 s). They keep them by origin, URL, and whether the request has credentials.
//!
//! # What CORS does not protect
//!
//! - **It is not access control.** `curl`, scripts and servers send what they like and read everything.
//! - **It does not protect against cross-site request forgery.** A page that isn't allowed can still *send*
//!   what a form can; it can't read the answer. [`reject_cross_site_writes`] stops that.
//! - **`WebSocket`s don't use CORS.** The browser connects, whatever the answer says. Only the server can
//!   look at `Origin`, and [`reject_cross_site_writes`] does that.
//! - **It does not protect against DNS rebinding.** A page whose own name leads to your server is its own
//!   page to the browser. [`allow_hosts`] and [`allow_loopback_hosts`] stop that.
//! - **An allowed origin is trusted as a whole.** With credentials, a hole in any page of an allowed origin,
//!   or of any subdomain of an allowed pattern, is a hole in your API.
//!
//! [What CORS does not stop][not] shows the three attacks on the wire, and the line that stops each.
//!
//! # Policies that change
//!
//! [`CorsLayer::reloadable`] gives a layer and a [`CorsHandle`], which replaces the policy while the layer
//! serves. Each request is answered under one policy as a whole.
//!
//! # Cost
//!
//! An actual request costs one search for its origin and the insertion of its headers. Up to eight listed
//! origins are compared one by one. With more, the cost of the search does not depend on their number: it is
//! one look-up in a hash table, and a few more if there are patterns. The layer takes no lock, converts nothing to UTF-8 and runs no regular
//! expression. Only the response's own header map allocates. There are two exceptions. If a pattern, a
//! predicate or one of more than eight origins allows the request, the response shares the request's
//! `Origin` value. If that value was made by `HeaderValue::from_str`, as in tests, the sharing allocates a
//! counter. Servers make theirs in another way. And if the inner service has sent a part of the layer's
//! `Vary`, each name that is added is copied, unless `http` has a constant for it. A reloadable layer also
//! counts one reference, under a lock that it tries and never waits for.
//!
//! # Compared with jub0bs/cors
//!
//! [jub0bs/cors](https://github.com/jub0bs/cors) is the strictest library for Go. This crate differs from its
//! version 1.0.2 on purpose:
//!
//! - These are origins, because browsers send them: IPv4-mapped IPv6 hosts (`http://[::ffff:7f00:1]`),
//!   labels with hyphens anywhere, a last label that starts with a digit (`foo.3com`).
//! - A host with a final dot (`https://example.com.`) is refused in a policy, because it is most likely a
//!   typing error. In a request it is another origin.
//! - Schemes other than `http` count as secure. They belong to apps and extensions.
//! - Request headers may be asked for in any order, repeated, and with any number of blanks, within the
//!   limits above. A preflight with an allowed origin gets the whole list, one with a disallowed origin gets
//!   403.
//! - Answers to preflights have `Vary` too. Shared caches should not keep them, but some can be told to. It
//!   names the request headers only where the answer depends on them.
//! - Under [`allow_any_origin`], preflights with an `Origin` that no client sends are refused.
//! - `null` can be allowed, without credentials, by a method of its own.
//!
//! [`reject_disallowed_origins`]: CorsBuilder::reject_disallowed_origins
//! [`allow_any_origin`]: CorsBuilder::allow_any_origin
//! [`allow_origins_if_request`]: CorsBuilder::allow_origins_if_request
//! [`max_age`]: CorsBuilder::max_age
//! [`reject_cross_site_writes`]: CorsBuilder::reject_cross_site_writes
//! [`allow_hosts`]: CorsBuilder::allow_hosts
//! [`allow_loopback_hosts`]: CorsBuilder::allow_loopback_hosts
//! [readme]: https://docs.rs/tower-cors/latest/tower_cors/guide/readme/index.html
//! [isnt]: https://docs.rs/tower-cors/latest/tower_cors/guide/it_is_not_cors/index.html
//! [tested]: https://docs.rs/tower-cors/latest/tower_cors/guide/testing/index.html
//! [security]: https://docs.rs/tower-cors/latest/tower_cors/guide/security/index.html
//! [not]: https://docs.rs/tower-cors/latest/tower_cors/guide/what_cors_does_not_stop/index.html
//! [from]: https://docs.rs/tower-cors/latest/tower_cors/guide/from_tower_http/index.html
//! [features]: https://docs.rs/tower-cors/latest/tower_cors/guide/features/index.html
//! [config]: https://docs.rs/tower-cors/latest/tower_cors/guide/config/index.html
//! [several]: https://docs.rs/tower-cors/latest/tower_cors/guide/several_policies/index.html
#![warn(clippy::unwrap_used)]
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod builder;
mod choose;
mod config;
mod dynamic;
pub mod error;
pub mod explain;
mod fetch;
#[cfg(any(doc, doctest))]
pub mod guide;
mod handle;
mod layer;
#[cfg(feature = "lookup")]
pub mod lookup;
mod matcher;
mod origin;
mod policy;
pub mod service;
#[cfg(feature = "testing")]
pub mod testing;
mod trust;

#[doc(inline)]
pub use builder::CorsBuilder;
pub use config::CorsConfig;
#[doc(inline)]
pub use error::ConfigError;
#[doc(inline)]
pub use explain::Explanation;
pub use handle::CorsHandle;
pub use layer::CorsLayer;
pub use origin::{Origin, OriginPattern};
pub use policy::Policy;
pub use policy::answer::{Answer, Changes};
pub use policy::decision::{Decision, RequestKind};
pub use policy::denial::Denial;
pub use policy::presets::Preset;
pub use policy::rejection::Rejection;
#[doc(inline)]
pub use service::Cors;

/// The README's examples, run as tests.
#[cfg(all(doctest, feature = "serde", feature = "testing"))]
#[doc = include_str!("../README.md")]
pub struct Readme;
