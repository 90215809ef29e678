//! The choice among several policies: by a function of the request, by host, by path.

pub(crate) mod host;
pub(crate) mod path;

use std::borrow::Cow;
use std::fmt;

use http::{HeaderName, Uri};

use crate::fetch::host::HostReading;
use crate::fetch::request::RequestHead;
use crate::policy::headers::vary::Vary;
use crate::policy::predicate::RequestView;
use path::{AmbiguousPath, PathPrefix};

/// Targets of type `T`, and how a request is matched to one.
pub(crate) struct Choice<T> {
    pub(crate) functions: Vec<Function<T>>,
    /// In lower case, sorted.
    pub(crate) hosts: Vec<(Box<str>, T)>,
    /// The longest prefix first.
    pub(crate) prefixes: Vec<(PathPrefix, T)>,
    pub(crate) otherwise: Option<T>,
    /// For hosts and paths with several readings.
    pub(crate) ambiguous: T,
    /// The request headers that the functions read.
    pub(crate) vary: Vary,
}

/// A function that chooses, and the request headers that it reads.
pub(crate) struct Function<T> {
    pub(crate) reads: Box<[HeaderName]>,
    pub(crate) choose: Box<ChooseFn<T>>,
}

pub(crate) type ChooseFn<T> = dyn Fn(&RequestView<'_>) -> Option<T> + Send + Sync;

impl<T: Clone> Choice<T> {
    /// `None` if no policy applies.
    pub(crate) fn choose(&self, request: RequestHead<'_>) -> Option<Cow<'_, T>> {
        for function in &self.functions {
            let view = RequestView::new(request, &function.reads);
            if let Some(chosen) = (function.choose)(&view) {
                return Some(Cow::Owned(chosen));
            }
        }
        self.choose_by_address(request).map(Cow::Borrowed)
    }

    fn choose_by_address(&self, request: RequestHead<'_>) -> Option<&T> {
        if !self.hosts.is_empty() {
            match HostReading::new(request) {
                HostReading::Missing => {}
                HostReading::Ambiguous => return Some(&self.ambiguous),
                HostReading::Named(authority) => {
                    if let Some(chosen) = host::find(&self.hosts, authority.host_without_dot()) {
                        return Some(chosen);
                    }
                }
            }
        }
        if !self.prefixes.is_empty() {
            match path::find(&self.prefixes, request.uri.map_or("", Uri::path)) {
                Ok(Some(chosen)) => return Some(chosen),
                Ok(None) => {}
                Err(AmbiguousPath) => return Some(&self.ambiguous),
            }
        }
        self.otherwise.as_ref()
    }
}

impl<T: fmt::Debug> fmt::Debug for Choice<T> {
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
