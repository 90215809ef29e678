//! The rules of a policy: the one representation that builder, configuration and compiled policy share.
//!
//! A setting that is a boolean or a number is one field: the builder sets it, `build()` checks it, and the code that
//! writes headers reads it. A list stays as it was written until `build()` has checked it.

use std::sync::Arc;
use std::time::Duration;

use http::{HeaderName, Method};

use super::predicate::Predicate;
use super::presets::Preset;
use crate::fetch::names::is_safelisted_method;
use crate::fetch::requested_headers::is_bounded_token;
use crate::origin::OriginPattern;
use crate::trust::hosts::Hosts;

/// Everything in a policy, except the list of origins, which is compiled into a matcher.
#[derive(Clone, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each flag is independent of the others"
)]
pub(crate) struct Rules {
    pub(crate) any_origin: bool,
    /// No page of another origin may read, and that is meant.
    pub(crate) no_origin: bool,
    pub(crate) allow_null_origin: bool,
    pub(crate) allow_loopback_origins: bool,
    pub(crate) allow_looked_up_origins: bool,
    pub(crate) predicates: Vec<Predicate>,
    /// `None` if the policy accepts every name.
    pub(crate) hosts: Option<Arc<Hosts>>,
    pub(crate) allow_loopback_hosts: bool,
    pub(crate) methods: Names<Method>,
    pub(crate) request_headers: Names<HeaderName>,
    pub(crate) exposed_headers: Names<HeaderName>,
    /// Their entries are in the lists too.
    pub(crate) presets: Vec<Preset>,
    pub(crate) credentials: bool,
    /// In whole seconds, once it is checked.
    pub(crate) max_age: Option<Duration>,
    /// `None` is [`DEFAULT_PREFLIGHT_STATUS`].
    pub(crate) preflight_status: Option<u16>,
    pub(crate) forward_preflights: bool,
    pub(crate) allow_private_network: bool,
    pub(crate) timing_allow_origin: bool,
    pub(crate) cross_origin_resource_policy: bool,
    pub(crate) reject_disallowed_origins: bool,
    pub(crate) reject_cross_site_writes: bool,
    pub(crate) dangerously_allow_insecure_origins: bool,
    pub(crate) dangerously_allow_public_suffixes: bool,
    pub(crate) dangerously_allow_whole_schemes: bool,
    /// Of the origins that are listed beside any origin. They have no effect, until a fix replaces any origin.
    pub(crate) risks_beside_any_origin: Risks,
}

/// What the listed origins need, one setting each, before credentials are allowed.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Risks {
    pub(crate) insecure: bool,
    pub(crate) public_suffix: bool,
    pub(crate) whole_scheme: bool,
}

impl Risks {
    pub(crate) fn add(&mut self, pattern: &OriginPattern) {
        self.insecure |= pattern.is_insecure();
        self.public_suffix |= pattern.is_over_public_suffix();
        self.whole_scheme |= pattern.is_whole_scheme();
    }
}

/// Methods or header names that a policy allows, in addition to the CORS-safelisted ones.
#[derive(Clone)]
pub(crate) struct Names<T> {
    /// `*`. For request headers, it does not cover `Authorization`.
    pub(crate) any: bool,
    /// Everything that the preflight asks for.
    pub(crate) mirrored: bool,
    pub(crate) listed: Vec<T>,
}

impl<T> Default for Names<T> {
    fn default() -> Self {
        Self {
            any: false,
            mirrored: false,
            listed: vec![],
        }
    }
}

/// The status that most servers use, because the response has no body.
pub(crate) const DEFAULT_PREFLIGHT_STATUS: u16 = 204;

impl Rules {
    /// Whether no rule besides the list allows an origin.
    pub(crate) fn allow_only_the_list(&self) -> bool {
        !self.any_origin
            && !self.allow_null_origin
            && !self.allow_loopback_origins
            && !self.allow_looked_up_origins
            && self.predicates.is_empty()
    }

    pub(crate) fn preflight_status(&self) -> u16 {
        self.preflight_status.unwrap_or(DEFAULT_PREFLIGHT_STATUS)
    }

    /// Rejecting all requests of disallowed origins includes their writes.
    pub(crate) fn rejects_cross_site_writes(&self) -> bool {
        self.reject_cross_site_writes || self.reject_disallowed_origins
    }

    /// Whether predicates and look-ups are asked about `http://` origins other than this machine's.
    pub(crate) fn allows_insecure_origins(&self) -> bool {
        self.dangerously_allow_insecure_origins || !self.credentials
    }

    /// <https://fetch.spec.whatwg.org/#cors-preflight-fetch>, step 7.5
    pub(crate) fn allows_method(&self, method: &[u8]) -> bool {
        if self.methods.any || self.methods.mirrored {
            return is_bounded_token(method);
        }
        is_safelisted_method(method)
            || self
                .methods
                .listed
                .iter()
                .any(|listed| listed.as_str().as_bytes() == method)
    }

    /// Whether the list names `Authorization`, which `*` does not cover.
    pub(crate) fn lists_authorization(&self) -> bool {
        self.request_headers
            .listed
            .contains(&http::header::AUTHORIZATION)
    }
}

/// How a policy is written. A fix has to be in the same notation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Notation {
    /// Calls of the builder's methods.
    Builder,
    /// Keys of a [`CorsConfig`](crate::CorsConfig).
    Config,
    /// The one call [`CorsLayer::permissive()`](crate::CorsLayer::permissive), which has no builder to change.
    Permissive,
}

impl Notation {
    /// The text in this notation.
    pub(crate) fn fix(self, builder: &'static str, config: &'static str) -> &'static str {
        match self {
            Self::Builder | Self::Permissive => builder,
            Self::Config => config,
        }
    }
}
