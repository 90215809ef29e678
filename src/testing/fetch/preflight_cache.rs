//! The CORS-preflight cache: what preflight responses have allowed, and until when.

use std::collections::HashMap;
use std::time::Duration;

use http::Method;
use http::header::HeaderName;

use super::modes::CredentialsMode;
use super::names::NON_WILDCARD;

/// Without `Access-Control-Max-Age`. [Fetch standard, CORS-preflight fetch](https://fetch.spec.whatwg.org/#cors-preflight-fetch),
/// step 7.9
const DEFAULT_MAX_AGE: u64 = 5;
/// The limit that Chromium sets, in seconds. Firefox has 86,400.
const LONGEST_MAX_AGE: u64 = 7200;

/// [Fetch standard, CORS-preflight cache](https://fetch.spec.whatwg.org/#concept-cache)
///
/// The clock starts at zero. Only the test moves it.
#[derive(Debug, Clone, Default)]
pub(crate) struct PreflightCache {
    now: Duration,
    entries: HashMap<Key, Entries>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    /// The [network partition key](https://fetch.spec.whatwg.org/#network-partition-key): the site of the top-level
    /// page.
    pub(crate) site: String,
    /// As sent in `Origin`.
    pub(crate) origin: String,
    pub(crate) url: String,
}

/// The entries of one key.
#[derive(Debug, Clone, Default)]
struct Entries {
    methods: Names,
    headers: Names,
}

/// When each method or header name expires. The index is the entry's credentials flag.
#[derive(Debug, Clone, Default)]
struct Names([HashMap<Vec<u8>, Duration>; 2]);

impl PreflightCache {
    pub(crate) fn advance(&mut self, time: Duration) {
        self.now = self.now.saturating_add(time);
    }

    /// [Fetch standard, CORS-preflight fetch](https://fetch.spec.whatwg.org/#cors-preflight-fetch), steps 7.9 to 7.15
    pub(crate) fn store(
        &mut self,
        key: Key,
        credentials: CredentialsMode,
        max_age: Option<u64>,
        methods: &[&[u8]],
        headers: &[&[u8]],
    ) {
        let max_age = max_age.unwrap_or(DEFAULT_MAX_AGE).min(LONGEST_MAX_AGE);
        let end = self.now.saturating_add(Duration::from_secs(max_age));
        let entries = self.entries.entry(key).or_default();
        for method in methods {
            entries
                .methods
                .store(method, true, credentials, self.now, end);
        }
        for name in headers {
            let name = name.to_ascii_lowercase();
            let covered_by_any = name != NON_WILDCARD.as_str().as_bytes();
            entries
                .headers
                .store(&name, covered_by_any, credentials, self.now, end);
        }
    }

    /// [Fetch standard, method cache entry match](https://fetch.spec.whatwg.org/#concept-cache-match-method)
    pub(crate) fn has_method(
        &self,
        key: &Key,
        credentials: CredentialsMode,
        method: &Method,
    ) -> bool {
        let name = method.as_str().as_bytes();
        self.entries
            .get(key)
            .is_some_and(|entries| entries.methods.has(name, true, credentials, self.now))
    }

    /// [Fetch standard, header-name cache entry match](https://fetch.spec.whatwg.org/#concept-cache-match-header)
    pub(crate) fn has_header(
        &self,
        key: &Key,
        credentials: CredentialsMode,
        name: &HeaderName,
    ) -> bool {
        let covered_by_any = *name != NON_WILDCARD;
        let name = name.as_str().as_bytes();
        self.entries.get(key).is_some_and(|entries| {
            let headers = &entries.headers;
            headers.has(name, covered_by_any, credentials, self.now)
        })
    }

    /// [Fetch standard, clear cache entries](https://fetch.spec.whatwg.org/#concept-cache-clear)
    pub(crate) fn clear(&mut self, key: &Key) {
        self.entries.remove(key);
    }
}

impl Names {
    fn has(
        &self,
        name: &[u8],
        covered_by_any: bool,
        credentials: CredentialsMode,
        now: Duration,
    ) -> bool {
        let [without, with] = &self.0;
        let is_alive = |entries: &HashMap<Vec<u8>, Duration>, name: &[u8]| {
            entries.get(name).is_some_and(|end| *end > now)
        };
        let matches =
            |entries| is_alive(entries, name) || (covered_by_any && is_alive(entries, b"*"));
        matches(with) || (credentials != CredentialsMode::Include && matches(without))
    }

    /// Gives all entries that match a new end, `*` and those with credentials too. Without a match, there is a new
    /// entry.
    fn store(
        &mut self,
        name: &[u8],
        covered_by_any: bool,
        credentials: CredentialsMode,
        now: Duration,
        end: Duration,
    ) {
        let includes_credentials = credentials == CredentialsMode::Include;
        let mut is_matched = false;
        for (has_credentials, entries) in [false, true].into_iter().zip(&mut self.0) {
            // [Fetch standard, cache entry match](https://fetch.spec.whatwg.org/#concept-cache-match): an entry with
            // credentials serves every request, one without them only requests without credentials.
            if !has_credentials && includes_credentials {
                continue;
            }
            for name in [Some(name), covered_by_any.then_some(&b"*"[..])] {
                let entry = name.and_then(|name| entries.get_mut(name));
                if let Some(entry) = entry.filter(|entry| **entry > now) {
                    *entry = end;
                    is_matched = true;
                }
            }
        }
        if !is_matched {
            let [without, with] = &mut self.0;
            let entries = if includes_credentials { with } else { without };
            entries.insert(name.to_vec(), end);
        }
    }
}
