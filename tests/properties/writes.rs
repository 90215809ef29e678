//! Forged writes: pages that browsers send to a server, and the servers that they reach.
//!
//! The model is the browser's: which page sends, over which redirects, and what the browser adds by the Fetch standard and
//! Fetch Metadata. It knows nothing of the layer's rules.

use arbitrary::{Result, Unstructured};
use http::{HeaderValue, Request};
use tower_cors::{ConfigError, CorsLayer};

use crate::service::send;

/// A scheme, a host and a port that is not the default one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    scheme: &'static str,
    host: &'static str,
    port: Option<u16>,
}

impl Place {
    fn from_bytes(u: &mut Unstructured<'_>) -> Result<Self> {
        Ok(Self {
            scheme: *u.choose(&["https", "https", "http"])?,
            host: *u.choose(&[
                "api.example.com",
                "app.example.com",
                "evil.example",
                "127.0.0.1",
                "api.example.com.evil.example",
            ])?,
            port: *u.choose(&[None, None, Some(8443)])?,
        })
    }

    fn authority(self) -> String {
        let port = self
            .port
            .map_or_else(String::new, |port| format!(":{port}"));
        format!("{}{port}", self.host)
    }

    fn origin(self) -> String {
        format!("{}://{}", self.scheme, self.authority())
    }

    /// The hosts of the model have two labels in their registrable domain.
    fn site(self) -> (&'static str, &'static str) {
        let start = match self.host {
            "127.0.0.1" => 0,
            host => host
                .rmatch_indices('.')
                .nth(1)
                .map_or(0, |(dot, _)| dot + 1),
        };
        (self.scheme, &self.host[start..])
    }
}

/// Who sends, and how.
#[derive(Debug)]
struct Sent {
    page: Place,
    server: Place,
    /// A sandboxed frame.
    is_opaque: bool,
    /// The page's referrer policy hides its origin where CORS does not apply.
    hides_origin: bool,
    /// A browser that sends `Sec-Fetch-Site`.
    is_modern: bool,
    /// The request first went to a server of another site, which redirected it.
    redirected_by: Option<Place>,
    kind: &'static str,
    method: &'static str,
    /// Something in front of the server says that the visitor used TLS.
    shows_tls: Option<(&'static str, &'static str)>,
}

impl Sent {
    fn from_bytes(u: &mut Unstructured<'_>) -> Result<Self> {
        let kind = *u.choose(&["form", "script", "beacon", "websocket"])?;
        Ok(Self {
            page: Place::from_bytes(u)?,
            server: Place::from_bytes(u)?,
            is_opaque: u.ratio(1, 6)?,
            hides_origin: u.ratio(1, 6)?,
            is_modern: u.ratio(2, 3)?,
            redirected_by: match kind {
                "form" | "beacon" if u.ratio(1, 4)? => Some(Place::from_bytes(u)?),
                _ => None,
            },
            kind,
            method: match kind {
                "script" => *u.choose(&["POST", "PUT", "DELETE", "QUERY", "PATCH", "get"])?,
                "websocket" => "GET",
                _ => "POST",
            },
            shows_tls: *u.choose(&[
                None,
                Some(("x-forwarded-proto", "https")),
                Some(("x-forwarded-proto", "wss")),
                Some(("forwarded", "for=192.0.2.1;proto=https;by=203.0.113.4")),
            ])?,
        })
    }

    /// `Sec-Fetch-Site`, over all hops. <https://w3c.github.io/webappsec-fetch-metadata/#sec-fetch-site-header>
    fn site(&self) -> &'static str {
        let hops = self.redirected_by.into_iter().chain([self.server]);
        let mut site = "same-origin";
        for hop in hops {
            if self.is_opaque || hop.site() != self.page.site() {
                return "cross-site";
            }
            if hop != self.page {
                site = "same-site";
            }
        }
        site
    }

    /// The `Origin` that the browser sends. <https://fetch.spec.whatwg.org/#append-a-request-origin-header>
    fn origin(&self) -> String {
        let is_tainted = self
            .redirected_by
            .is_some_and(|first| first != self.page && first != self.server);
        let is_hidden = self.hides_origin && matches!(self.kind, "form" | "beacon");
        if self.is_opaque || is_tainted || is_hidden {
            "null".to_owned()
        } else {
            self.page.origin()
        }
    }

    fn request(&self) -> Request<()> {
        let mut request = Request::builder()
            .method(self.method)
            .uri("/transfer")
            .header("host", self.server.authority())
            .header("origin", self.origin())
            .header("cookie", "session=1");
        if self.is_modern {
            let mode = match self.kind {
                "form" => "navigate",
                "script" => "cors",
                "beacon" => "no-cors",
                kind => kind,
            };
            request = request
                .header("sec-fetch-site", self.site())
                .header("sec-fetch-mode", mode);
        }
        if self.kind == "websocket" {
            request = request
                .header("upgrade", "websocket")
                .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
        }
        if let (Some((name, value)), "https") = (self.shows_tls, self.server.scheme) {
            request = request.header(name, HeaderValue::from_static(value));
        }
        request.body(()).expect("the model's lines are valid")
    }

    /// Whether the server's own page sends, and the browser can say so.
    fn is_own(&self) -> bool {
        let hops = self.redirected_by.into_iter().chain([self.server]);
        !self.is_opaque && hops.into_iter().all(|hop| hop == self.page)
    }

    /// A page of the same host and port, over another scheme: a browser without `Sec-Fetch-Site` tells nobody.
    fn is_twin(&self) -> bool {
        self.page.host == self.server.host && self.page.port == self.server.port
    }
}

/// A policy, with whether it names a page that may write.
fn policy(u: &mut Unstructured<'_>, named: &Place) -> Result<(CorsLayer, bool)> {
    let writes = || CorsLayer::builder().reject_cross_site_writes();
    let origin = named.origin();
    let (built, is_selective) = match u.int_in_range(0..=5)? {
        0 => (writes().allow_no_origin().build(), false),
        1 => (writes().allow_any_origin().build(), false),
        2 => (writes().allow_null_origin().build(), false),
        3 => (list(&origin), true),
        4 => {
            let layer = CorsLayer::builder().reject_disallowed_origins();
            let layer = layer.allow_origins_if(move |asked| asked.as_str() == origin);
            let layer = layer
                .dangerously_allow_insecure_origins()
                .allow_credentials();
            (layer.build(), true)
        }
        _ => {
            let open = writes().allow_no_origin().build().expect("no mistake");
            let choice = CorsLayer::choose().path_prefix("/other", open);
            (choice.otherwise(list(&origin).expect("no mistake")), true)
        }
    };
    Ok((built.expect("no mistake"), is_selective))
}

fn list(origin: &str) -> std::result::Result<CorsLayer, ConfigError> {
    CorsLayer::builder()
        .reject_cross_site_writes()
        .allow_origins([origin])
        .allow_credentials()
        .dangerously_allow_insecure_origins()
        .build()
}

pub(crate) fn check(u: &mut Unstructured<'_>) -> Result<()> {
    let sent = Sent::from_bytes(u)?;
    let named = if u.arbitrary()? {
        sent.page
    } else {
        Place::from_bytes(u)?
    };
    let (cors, is_selective) = policy(u, &named)?;
    let request = sent.request();
    let answer = send(&cors, &request, &vec![]);
    let is_named = is_selective && sent.origin() == named.origin();
    let case = || format!("{sent:?}\n{request:?}\nunder\n{}", cors.policy());
    if is_named || sent.is_own() && (sent.is_modern || sent.origin() != "null") {
        assert!(answer.is_forwarded(), "refused: {}", case());
    } else if sent.is_modern || !sent.is_twin() || sent.origin() == "null" {
        assert!(!answer.is_forwarded(), "served: {}", case());
    } else if sent.page.scheme == "http"
        && sent.shows_tls.is_some()
        && sent.server.scheme == "https"
    {
        assert!(!answer.is_forwarded(), "an http page over TLS: {}", case());
    }
    Ok(())
}
