//! The rules of a policy: the one representation that builder, configuration and compiled policy share.
//!
//! A setting that is a boolean or a number is only a field of [`CorsConfig`]: the builder sets that field, `build()`
//! checks it, and the code that writes headers reads it.

use std::sync::Arc;

use http::{HeaderName, Method};

use super::predicate::Predicate;
use crate::config::CorsConfig;
use crate::fetch::names::is_safelisted_method;
use crate::fetch::requested_headers::is_bounded_token;
use crate::origin::OriginPattern;
use crate::policy::presets::Preset;
use crate::trust::hosts::Hosts;

/// Everything in a policy, except the list of origins, which is compiled into a matcher.
#[derive(Clone, Default)]
pub(crate) struct Rules {
    pub(crate) any_origin: bool,
    /// No page of another origin may read, and that is meant.
    pub(crate) no_origin: bool,
    /// `None` if the policy accepts every name.
    pub(crate) hosts: Option<Arc<Hosts>>,
    pub(crate) predicates: Vec<Predicate>,
    pub(crate) methods: Names<Method>,
    pub(crate) request_headers: Names<HeaderName>,
    pub(crate) exposed_headers: Names<HeaderName>,
    /// Their entries are in the lists too.
    pub(crate) presets: Vec<Preset>,
    /// The other settings. The lists of this `CorsConfig` stay empty.
    pub(crate) settings: CorsConfig,
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

impl Rules {
    /// Rejecting all requests of disallowed origins includes their writes.
    pub(crate) fn rejects_cross_site_writes(&self) -> bool {
        self.settings.reject_cross_site_writes || self.settings.reject_disallowed_origins
    }

    /// Whether predicates and look-ups are asked about `http://` origins other than this machine's.
    pub(crate) fn allows_insecure_origins(&self) -> bool {
        self.settings.dangerously_allow_insecure_origins || !self.settings.credentials
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
