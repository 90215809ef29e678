//! CORS middleware for Tower: axum, tonic, hyper and everything else that is a `Service`.
//!
//! ```
//! use axum::{Router, routing::get};
//! use tower_cors::{CorsLayer, origin};
//!
//! let cors = CorsLayer::builder()
//!     .allow_origins([origin!("https://app.example.com")])
//!     .allow_headers(["content-type"])
//!     .build()?;
//! let app: Router = Router::new().route("/items", get(async || "[]")).layer(cors);
//! # Ok::<(), tower_cors::ConfigError>(())
//! ```
//!
//! The README has the quick start, the ten usual mistakes and a table for those who come from
//! tower-http. This page says how CORS works, as far as a server is concerned.
//!
//! # What CORS is
//!
//! A web page may send requests to any server; it may *read* the responses of its own origin alone. An
//! origin is scheme, host and port: `https://example.com` and `https://www.example.com` are two. CORS is
//! how a server tells the *browser* that pages of other origins may read its responses too, and send what
//! a plain HTML form can't. The browser enforces it, to protect its user. So `curl` always works, and says
//! nothing about what a browser will do.
//!
//! # The three kinds of request
//!
//! 1. **No `Origin` header**: no CORS request. A page's own GETs, `curl`, other servers. It reaches the
//!    inner service.
//! 2. **CORS-preflight request**: `OPTIONS` with `Origin` and `Access-Control-Request-Method`. Before a
//!    request that no form could send (another method than GET, HEAD and POST, a JSON body, an
//!    `Authorization` header, an upload with a progress listener) the browser asks whether it may. The
//!    layer answers; the inner service is never called.
//! 3. **Actual request**: everything else with `Origin`, plain `OPTIONS` included. It reaches the inner
//!    service, *allowed or not*, unless [`reject_disallowed_origins`] is called; CORS decides who reads
//!    the response. Browsers send `Origin` on same-origin POSTs too.
//!
//! <https://fetch.spec.whatwg.org/#http-cors-protocol>
//!
//! # What ends up on the wire
//!
//! | request | origin allowed | not allowed, malformed, or several `Origin` lines |
//! |---|---|---|
//! | no `Origin` | `Vary: origin`; under any-origin `Access-Control-Allow-Origin: *` and the exposed headers | |
//! | preflight | 204, `Access-Control-Allow-Origin`, `-Credentials`, the whole list of `-Methods` and `-Headers`, `-Max-Age`, `Vary` | 403, `Vary`, no CORS header |
//! | actual | the inner response with `Access-Control-Allow-Origin`, `-Credentials`, `-Expose-Headers`, `Vary` | the inner response without any CORS header, `Vary` |
//!
//! - `Access-Control-Allow-Origin` echoes the request's origin; `*` under [`allow_any_origin`].
//! - If the origin is allowed but the method or a header isn't, the answer to the preflight is the same
//!   truthful list: the browser finds the culprit missing, and names it in its console.
//! - A preflight's list of headers is read in any order and case, over several lines, with blanks and
//!   empty members, up to 8192 bytes and 64 lines. What is longer is denied.
//! - CORS headers that the inner service sets are replaced, or removed where the policy denies; two values
//!   of `Access-Control-Allow-Origin` never leave.
//! - Under an any-origin policy, actual requests are answered alike whatever their `Origin` line says, so
//!   that no `Vary` is needed; preflights are refused if no client sends such an origin.
//!
//! # Caches and CDNs
//!
//! A shared cache that keeps a response for one origin and serves it to another breaks pages, one user in
//! ten at a time. So every response says what it depends on: `Vary: origin` wherever the policy has a
//! list, on denied responses and those without `Origin` too; what a predicate reads
//! ([`allow_origins_if_request`]); on responses to `OPTIONS`, what makes a preflight. Your own `Vary`
//! members are kept, `*` is left alone, nothing is named twice. Some CDNs ignore `Vary` unless told
//! otherwise: make `Origin` part of the cache key there.
//!
//! Browsers keep answers to preflights by themselves: for 5 s, or [`max_age`] (Chromium at most 7200 s,
//! Firefox 86400 s), by origin, URL and whether credentials go along.
//!
//! # What CORS does not protect
//!
//! - **It is no access control.** `curl`, scripts and servers send what they like and read everything.
//! - **It is no protection against cross-site request forgery.** A disallowed page can still *send* what a
//!   form can; it can't read the answer. Use `SameSite` cookies, tokens or a check of `Sec-Fetch-Site`.
//!   [`reject_disallowed_origins`] helps against pages of other origins, and no other client.
//! - **`WebSocket`s know no CORS**: the browser connects, whatever the answer says. Only the server can
//!   look at `Origin`, and `reject_disallowed_origins` does.
//! - **An allowed origin is trusted whole.** With credentials, a hole in any page of an allowed origin, or
//!   of any subdomain of an allowed pattern, is a hole in yours.
//!
//! # Where it differs from others
//!
//! From [tower-http](https://docs.rs/tower-http): see the README. From
//! [jub0bs/cors](https://github.com/jub0bs/cors), the strictest library for Go, on purpose:
//!
//! - IPv4-mapped IPv6 hosts (`http://[::ffff:7f00:1]`) are origins like others, hyphens may stand anywhere
//!   in a label, and a last label may start with a digit (`foo.3com`), since browsers send all of these.
//! - A host with a final dot (`https://example.com.`) is refused in a policy, as a slip, and read in a
//!   request, where it is another origin.
//! - Schemes other than `http` count as secure: they are those of apps and extensions.
//! - Request headers may be asked for in any order, repeated and with any number of blanks within the
//!   bounds above. Preflights that fail get the truthful list; origins that fail get 403.
//! - `Vary` on preflights names the request headers only where the answer depends on them.
//! - Under an any-origin policy, preflights with an `Origin` that no client sends are refused.
//! - `null` can be allowed, without credentials, by a method of its own.
//!
//! # Several policies
//!
//! [`CorsLayer::choose`] makes one layer, outside the router, that chooses among policies: by path prefix, by
//! host, or by a function of the request.
//!
//! # Policies that change
//!
//! [`CorsLayer::reloadable`] gives a layer together with a [`CorsHandle`], which replaces the policy while
//! the layer serves. Each request comes under one policy as a whole.
//!
//! # Cost
//!
//! An actual request costs one or two look-ups in a hash table, whatever the number of origins, and the
//! insertion of its headers; nothing is allocated but by the response's own header map. (Where a pattern,
//! a predicate or one of more than eight origins allows the request, its `Origin` value is shared with the
//! response; a value that was made by `HeaderValue::from_str`, as tests do and servers don't, allocates a
//! counter for that.) There is no lock, no conversion to UTF-8 and no regular expression.
//! A reloadable layer counts one more reference, under a lock that it tries and never waits for.
//!
//! [`reject_disallowed_origins`]: CorsBuilder::reject_disallowed_origins
//! [`allow_any_origin`]: CorsBuilder::allow_any_origin
//! [`allow_origins_if_request`]: CorsBuilder::allow_origins_if_request
//! [`max_age`]: CorsBuilder::max_age
#![warn(clippy::unwrap_used)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod builder;
mod choose;
mod config;
mod dynamic;
mod error;
mod explain;
mod fetch;
mod layer;
#[cfg(feature = "lookup")]
mod lookup;
mod matcher;
mod origin;
mod policy;
mod reload;
mod service;
#[cfg(feature = "testing")]
pub mod testing;

pub use builder::{
    CorsBuilder, HeaderNameList, IntoHeaderName, IntoMethod, IntoOriginPattern, MethodList,
    OriginList, state,
};
pub use choose::{ChosenCors, ChosenFuture, CorsChoice, CorsChoiceBuilder};
pub use config::CorsConfig;
pub use dynamic::Observation;
pub use error::credentials::Excluded;
pub use error::{ConfigError, Field, Problem, Reason};
pub use explain::Explanation;
pub use layer::CorsLayer;
#[cfg(feature = "lookup-cache")]
pub use lookup::{CacheError, CachedLookup};
#[cfg(feature = "lookup")]
pub use lookup::{
    CorsLookup, CorsLookupLayer, DeclaredHeaders, LookupFailure, LookupFuture, OriginLookup,
};
pub use origin::{Origin, OriginError, OriginPattern, OriginProblem};
pub use policy::Policy;
pub use policy::decision::{Decision, Denial, RequestKind};
pub use policy::predicate::RequestView;
pub use reload::CorsHandle;
pub use service::Cors;
pub use service::body::ResponseBody;
pub use service::future::ResponseFuture;

/// The README's examples, run as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
