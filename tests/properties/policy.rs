//! Policies made from bytes, with the naive answer to whom they allow.

use arbitrary::{Result, Unstructured};
use http::HeaderName;
use tower_cors::{CorsLayer, Origin};

use crate::{input, oracle};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Which {
    Listed,
    Any,
    Mirrored,
}

/// What a policy says, besides the origins.
#[derive(Debug, Clone, Copy)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one independent yes or no"
)]
pub(crate) struct Choices {
    pub(crate) any_origin: bool,
    pub(crate) null: bool,
    pub(crate) credentials: bool,
    pub(crate) tenant: bool,
    pub(crate) methods: Which,
    pub(crate) headers: Which,
    pub(crate) private_network: bool,
    pub(crate) timing: bool,
    pub(crate) resource_policy: bool,
    pub(crate) rejects: bool,
    pub(crate) writes: bool,
    pub(crate) forwards: bool,
    pub(crate) exposes: bool,
}

#[derive(Debug)]
pub(crate) struct Stated {
    pub(crate) patterns: Vec<String>,
    pub(crate) choices: Choices,
}

/// The header that the function below reads.
pub(crate) const TENANT: HeaderName = HeaderName::from_static("x-tenant");

impl Stated {
    pub(crate) fn from_bytes(u: &mut Unstructured<'_>) -> Result<Self> {
        const WHICH: [Which; 3] = [Which::Listed, Which::Any, Which::Mirrored];
        let mut patterns = Vec::new();
        for _ in 0..*u.choose(&[1, 1, 2, 9])? {
            patterns.push(if u.arbitrary()? {
                (*u.choose(&[
                    "https://app.example.com",
                    "https://*.example.com",
                    "http://localhost:*",
                ])?)
                .to_owned()
            } else {
                input::pattern(u)?
            });
        }
        Ok(Self {
            patterns,
            choices: Choices {
                any_origin: u.ratio(1, 4)?,
                null: u.ratio(1, 4)?,
                credentials: u.ratio(1, 3)?,
                tenant: u.ratio(1, 4)?,
                methods: *u.choose(&WHICH)?,
                headers: *u.choose(&WHICH)?,
                private_network: u.ratio(1, 4)?,
                timing: u.ratio(1, 4)?,
                resource_policy: u.ratio(1, 4)?,
                rejects: u.ratio(1, 4)?,
                writes: u.ratio(1, 4)?,
                forwards: u.ratio(1, 4)?,
                exposes: u.arbitrary()?,
            },
        })
    }

    /// `None` if `build` refuses it, as it may with credentials: an insecure origin, a public suffix.
    pub(crate) fn build(&self) -> Option<CorsLayer> {
        let choices = self.choices;
        let mut builder = CorsLayer::builder()
            .allow_origins(&self.patterns)
            .allow_methods(["PUT", "DELETE"])
            .allow_headers(["x-a", "content-type"]);
        if choices.tenant {
            builder = builder.allow_origins_if_request([TENANT], |origin, request| {
                request
                    .header(&TENANT)
                    .is_some_and(|tenant| tenant.as_bytes() == origin.host().as_bytes())
            });
        }
        if choices.methods == Which::Mirrored {
            builder = builder.mirror_request_methods();
        }
        if choices.headers == Which::Mirrored {
            builder = builder.mirror_request_headers();
        }
        if choices.private_network {
            builder = builder.allow_private_network();
        }
        if choices.resource_policy {
            builder = builder.cross_origin_resource_policy();
        }
        if choices.timing {
            builder = builder.timing_allow_origin();
        }
        if choices.rejects {
            builder = builder.reject_disallowed_origins();
        }
        if choices.writes {
            builder = builder.reject_cross_site_writes();
        }
        if choices.forwards {
            builder = builder.forward_preflights();
        }
        if choices.exposes {
            builder = builder.expose_headers(["etag", "x-total"]);
        }
        if choices.credentials {
            return builder.allow_credentials().build().ok();
        }
        // The first wildcard leads to the state in which the others can be called.
        let mut builder = match (choices.any_origin, choices.null) {
            (true, _) => builder.allow_any_origin(),
            (false, true) => builder.allow_null_origin(),
            (false, false) if choices.methods == Which::Any => builder.allow_any_method(),
            (false, false) if choices.headers == Which::Any => builder.allow_any_header(),
            (false, false) => return builder.build().ok(),
        };
        if choices.methods == Which::Any {
            builder = builder.allow_any_method();
        }
        if choices.headers == Which::Any {
            builder = builder.allow_any_header();
        }
        builder.build().ok()
    }

    pub(crate) fn is_any_origin(&self) -> bool {
        self.choices.any_origin && !self.choices.credentials
    }

    /// The naive answer to whether the one `Origin` line is allowed, under a list.
    pub(crate) fn allows(&self, origin: &[u8], tenant: Option<&[u8]>) -> bool {
        if origin == b"null" {
            return self.choices.null && !self.choices.credentials;
        }
        let Ok(parsed) = Origin::parse(origin) else {
            return false;
        };
        let is_local = parsed.is_loopback();
        let may_ask = !self.choices.credentials || parsed.scheme() != "http" || is_local;
        let is_tenants = self.choices.tenant && may_ask && tenant == Some(parsed.host().as_bytes());
        is_tenants
            || self
                .patterns
                .iter()
                .any(|pattern| oracle::allows(pattern, parsed.as_str()))
    }
}
