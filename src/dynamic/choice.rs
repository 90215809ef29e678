//! The choice among several policies: by a function of the request, by host, by path.

use std::borrow::Cow;
use std::fmt;

use http::{HeaderName, Uri};

use super::source::PolicySource;
use crate::choose::host;
use crate::choose::path::{self, AmbiguousPath, PathPrefix};
use crate::fetch::host::HostReading;
use crate::fetch::request::RequestHead;
use crate::policy::headers::vary::Vary;
use crate::policy::predicate::RequestView;

/// Several policies, and how a request is matched to one.
pub(crate) struct Choice {
    pub(crate) functions: Vec<Function>,
    /// In lower case, sorted.
    pub(crate) hosts: Vec<(Box<str>, PolicySource)>,
    /// The longest prefix first.
    pub(crate) prefixes: Vec<(PathPrefix, PolicySource)>,
    pub(crate) otherwise: Option<PolicySource>,
    /// For requests whose host or path can be read in several ways.
    pub(crate) ambiguous: PolicySource,
    /// The request headers that the functions read.
    pub(crate) vary: Vary,
}

/// A function that chooses, and the request headers that it reads.
pub(crate) struct Function {
    pub(crate) reads: Box<[HeaderName]>,
    pub(crate) choose: Box<ChooseFn>,
}

pub(crate) type ChooseFn = dyn Fn(&RequestView<'_>) -> Option<PolicySource> + Send + Sync;

/// What a choice finds for a request.
pub(crate) enum Chosen<'c> {
    Target(Cow<'c, PolicySource>),
    /// The host or the path can be read in several ways.
    Ambiguous,
    /// No policy applies.
    None,
}

impl Choice {
    pub(crate) fn choose(&self, request: RequestHead<'_>) -> Chosen<'_> {
        for function in &self.functions {
            let view = RequestView::new(request, &function.reads);
            if let Some(chosen) = (function.choose)(&view) {
                return Chosen::Target(Cow::Owned(chosen));
            }
        }
        match self.choose_by_address(request) {
            Ok(Some(chosen)) => Chosen::Target(Cow::Borrowed(chosen)),
            Ok(None) => Chosen::None,
            Err(Ambiguous) => Chosen::Ambiguous,
        }
    }

    /// All targets, except those that functions return.
    pub(crate) fn targets(&self) -> impl Iterator<Item = &PolicySource> {
        let by_host = self.hosts.iter().map(|(_, target)| target);
        let by_path = self.prefixes.iter().map(|(_, target)| target);
        by_host.chain(by_path).chain(&self.otherwise)
    }

    fn choose_by_address(
        &self,
        request: RequestHead<'_>,
    ) -> Result<Option<&PolicySource>, Ambiguous> {
        if !self.hosts.is_empty() {
            match HostReading::new(request) {
                HostReading::Missing => {}
                HostReading::Ambiguous => return Err(Ambiguous),
                HostReading::Named(authority) => {
                    if let Some(chosen) = host::find(&self.hosts, authority.host_without_dot()) {
                        return Ok(Some(chosen));
                    }
                }
            }
        }
        if !self.prefixes.is_empty() {
            let path = request.uri.map_or("", Uri::path);
            let chosen = path::find(&self.prefixes, path).map_err(|AmbiguousPath| Ambiguous)?;
            if chosen.is_some() {
                return Ok(chosen);
            }
        }
        Ok(self.otherwise.as_ref())
    }
}

struct Ambiguous;

impl fmt::Debug for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hosts = self.hosts.iter().map(|(host, _)| &**host);
        let prefixes = self.prefixes.iter().map(|(prefix, _)| prefix.as_str());
        f.debug_struct("Choice")
            .field("functions", &self.functions.len())
            .field("hosts", &hosts.collect::<Vec<_>>())
            .field("path_prefixes", &prefixes.collect::<Vec<_>>())
            .field("otherwise", &self.otherwise)
            .finish_non_exhaustive()
    }
}
