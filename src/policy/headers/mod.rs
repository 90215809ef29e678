//! The headers that a policy adds to responses: what each response gets.

pub(crate) mod change;
pub(crate) mod preflight;
pub(crate) mod vary;

use http::header::{
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, AUTHORIZATION, CACHE_CONTROL,
    COOKIE, HeaderMap, ORIGIN,
};
use http::{HeaderName, HeaderValue};

use super::rules::{Names, Rules};
use crate::fetch::names::header_text;
use crate::fetch::request::{ANY, REQUEST_PRIVATE_NETWORK, SEC_FETCH_SITE, any, list_value};
use change::{Change, ConstantLines, MethodKind, Values};
use preflight::{PreflightHeaders, lists_requested_headers};
use vary::{CommonVary, Vary};

/// Everything on responses that does not depend on the request. It is built once for a policy.
pub(crate) struct ResponseHeaders {
    expose_headers: Option<HeaderValue>,
    lines: ConstantLines,
    /// For responses to all methods except `OPTIONS`. Empty under an any-origin policy.
    vary: Vary,
    /// For responses to `OPTIONS`. Two headers decide whether such a request is a preflight.
    vary_options: Vary,
    writes: VaryOfWrites,
    /// The same for requests that are denied. Where own pages get another response, they name `Sec-Fetch-Site`.
    vary_denied: Vary,
    vary_denied_options: Vary,
    pub(super) preflight: PreflightHeaders,
}

impl ResponseHeaders {
    pub(crate) fn new(rules: &Rules) -> Self {
        let mut depends_on = vec![ORIGIN];
        for predicate in &rules.predicates {
            depends_on.extend_from_slice(predicate.reads());
        }
        let reads_site = rules.reject_disallowed_origins || rules.allow_looked_up_origins;
        let denied = |depends_on: &[HeaderName]| {
            let read: &[HeaderName] = if reads_site { &[SEC_FETCH_SITE] } else { &[] };
            Vary::new(&[depends_on, read].concat())
        };
        let vary = Vary::new(if rules.any_origin { &[] } else { &depends_on });
        let vary_denied = denied(&depends_on);
        let writes = if rules.rejects_cross_site_writes() {
            VaryOfWrites::new(&depends_on, rules.credentials)
        } else {
            VaryOfWrites {
                allowed: if rules.any_origin {
                    vary.clone()
                } else {
                    Vary::new(&depends_on)
                },
                unnamed: vary.clone(),
                denied: vary_denied.clone(),
            }
        };
        depends_on.insert(1, ACCESS_CONTROL_REQUEST_METHOD);
        let vary_options = Vary::new(&depends_on);
        let vary_denied_options = denied(&depends_on);
        if lists_requested_headers(rules) {
            depends_on.push(ACCESS_CONTROL_REQUEST_HEADERS);
        }
        if rules.allow_private_network {
            depends_on.push(REQUEST_PRIVATE_NETWORK);
        }
        Self {
            expose_headers: exposed_headers(&rules.exposed_headers),
            lines: ConstantLines {
                vary: CommonVary::Nothing,
                credentials: rules.credentials,
                timing: rules.timing_allow_origin,
                resource_policy: rules.cross_origin_resource_policy,
            },
            preflight: PreflightHeaders::new(rules, Vary::new(&depends_on)),
            vary,
            vary_options,
            writes,
            vary_denied,
            vary_denied_options,
        }
    }

    /// The change of a response that any origin may read.
    #[inline]
    pub(super) fn any_origin(&self, kind: MethodKind) -> Change {
        let vary = match kind {
            // Somebody may be named beside any origin.
            MethodKind::Write => &self.writes.allowed,
            kind => self.vary(kind),
        };
        if self.expose_headers.is_none() && vary.is_empty() {
            Change::AnyOrigin(self.lines)
        } else {
            self.values(Some(&ANY), vary)
        }
    }

    /// The change of a response that one origin may read.
    #[inline]
    pub(super) fn one_origin(&self, origin: &HeaderValue, kind: MethodKind) -> Change {
        let vary = match kind {
            MethodKind::Write => &self.writes.allowed,
            kind => self.vary(kind),
        };
        self.values(Some(origin), vary)
    }

    /// The change of a response to a request without `Origin`.
    #[inline]
    pub(super) fn not_cors(&self, kind: MethodKind) -> Change {
        self.nobody(self.vary(kind))
    }

    /// The change of a response to an origin that is not allowed.
    #[inline]
    pub(super) fn denied(&self, kind: MethodKind) -> Change {
        self.nobody(match kind {
            MethodKind::Safe => &self.vary_denied,
            MethodKind::Options => &self.vary_denied_options,
            MethodKind::Write => &self.writes.denied,
        })
    }

    #[inline]
    fn nobody(&self, vary: &Vary) -> Change {
        match vary {
            Vary::Common(vary) => Change::NotAllowed(self.lines(*vary)),
            Vary::Names(_) => self.values(None, vary),
        }
    }

    #[inline]
    fn lines(&self, vary: CommonVary) -> ConstantLines {
        ConstantLines { vary, ..self.lines }
    }

    fn values(&self, allow_origin: Option<&HeaderValue>, vary: &Vary) -> Change {
        let (common, vary) = match vary {
            Vary::Common(common) => (*common, None),
            Vary::Names(names) => (CommonVary::Nothing, Some(names.clone())),
        };
        Change::Values(
            self.lines(common),
            Values {
                allow_origin: allow_origin.cloned(),
                expose_headers: allow_origin.and(self.expose_headers.as_ref()).cloned(),
                vary,
            },
        )
    }

    /// The headers of the response that the layer gives in place of the inner service.
    pub(super) fn refused(&self, kind: MethodKind) -> HeaderMap {
        refused(self.denied(kind))
    }

    /// The same for a write of an allowed origin, with credentials that the policy does not grant.
    pub(super) fn refused_for_credentials(&self) -> HeaderMap {
        refused(self.nobody(&self.writes.allowed))
    }

    /// The same for any other cross-site write.
    pub(super) fn refused_write(&self) -> HeaderMap {
        refused(self.nobody(&self.writes.denied))
    }

    #[inline]
    fn vary(&self, kind: MethodKind) -> &Vary {
        match kind {
            MethodKind::Safe => &self.vary,
            MethodKind::Options => &self.vary_options,
            MethodKind::Write => &self.writes.unnamed,
        }
    }
}

/// <https://fetch.spec.whatwg.org/#http-access-control-expose-headers>
fn exposed_headers(names: &Names<HeaderName>) -> Option<HeaderValue> {
    match &*names.listed {
        _ if names.any => Some(any()),
        // The value of a standard name is a constant, so its clones do not count references.
        [name] => Some(HeaderValue::from(name.clone())),
        listed => list_value(&mut listed.iter().map(header_text), ","),
    }
}

fn refused(mut change: Change) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(2);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    change.apply(&mut headers);
    headers
}

/// For responses to methods that are not safe: what it depends on whether such a request is refused.
struct VaryOfWrites {
    /// For an origin that is allowed, by its name or because any is.
    allowed: Vary,
    /// Without `Origin`.
    unnamed: Vary,
    denied: Vary,
}

impl VaryOfWrites {
    /// Where cross-site writes are refused.
    fn new(depends_on: &[HeaderName], credentials: bool) -> Self {
        let with = |more: &[HeaderName]| Vary::new(&[depends_on, more].concat());
        Self {
            allowed: if credentials {
                with(&[])
            } else {
                with(&[SEC_FETCH_SITE, COOKIE, AUTHORIZATION])
            },
            unnamed: with(&[SEC_FETCH_SITE]),
            denied: with(&[SEC_FETCH_SITE]),
        }
    }
}

pub(crate) const ALLOW_PRIVATE_NETWORK: HeaderName =
    HeaderName::from_static("access-control-allow-private-network");
pub(crate) const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-resource-policy");
pub(crate) const TIMING_ALLOW_ORIGIN: HeaderName = HeaderName::from_static("timing-allow-origin");
/// Not of a standard: see [`CorsLayer::dangerously_expose_diagnosis`](crate::CorsLayer::dangerously_expose_diagnosis).
pub(crate) const CORS_DIAGNOSIS: HeaderName = HeaderName::from_static("cors-diagnosis");
