//! The CORS-preflight cache: what preflight responses have allowed, and until when.

use std::collections::HashMap;
use std::time::Duration;

use http::Method;
use http::header::HeaderName;

use super::header_names::NON_WILDCARD;
use super::modes::CredentialsMode;

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
    /// By origin and URL.
    entries: HashMap<Key, Entries>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    /// As sent in `Origin`.
    pub(crate) origin: String,
    pub(crate) url: String,
}

/// When each method and header expires, for one origin and URL. The index is the credentials flag.
#[derive(Debug, Clone, Default)]
struct Entries {
    methods: [HashMap<Vec<u8>, Duration>; 2],
    headers: [HashMap<Vec<u8>, Duration>; 2],
}

impl PreflightCache {
    pub(crate) fn advance(&mut self, time: Duration) {
        self.now = self.now.saturating_add(time);
    }

    /// [Fetch standard, create a new cache entry](https://fetch.spec.whatwg.org/#concept-cache-create-entry)
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
        let flag = usize::from(credentials == CredentialsMode::Include);
        for method in methods {
            entries.methods[flag].insert(method.to_vec(), end);
        }
        for name in headers {
            entries.headers[flag].insert(name.to_ascii_lowercase(), end);
        }
    }

    /// [Fetch standard, method cache entry match](https://fetch.spec.whatwg.org/#concept-cache-match-method)
    pub(crate) fn has_method(
        &self,
        key: &Key,
        credentials: CredentialsMode,
        method: &Method,
    ) -> bool {
        self.matches(key, credentials, method.as_str(), |entries| {
            &entries.methods
        })
    }

    /// [Fetch standard, header-name cache entry match](https://fetch.spec.whatwg.org/#concept-cache-match-header)
    pub(crate) fn has_header(
        &self,
        key: &Key,
        credentials: CredentialsMode,
        name: &HeaderName,
    ) -> bool {
        self.matches(key, credentials, name.as_str(), |entries| &entries.headers)
    }

    /// An entry that was made with credentials serves every request. One that was made without them serves only
    /// requests without credentials.
    /// [Fetch standard, cache entry match](https://fetch.spec.whatwg.org/#concept-cache-match)
    fn matches(
        &self,
        key: &Key,
        credentials: CredentialsMode,
        name: &str,
        of: impl Fn(&Entries) -> &[HashMap<Vec<u8>, Duration>; 2],
    ) -> bool {
        let Some(entries) = self.entries.get(key) else {
            return false;
        };
        let is_alive = |entries: &HashMap<Vec<u8>, Duration>, name: &str| {
            entries
                .get(name.as_bytes())
                .is_some_and(|end| *end > self.now)
        };
        let covers_any = name != NON_WILDCARD.as_str();
        let matches = |entries| is_alive(entries, name) || (covers_any && is_alive(entries, "*"));
        let [without, with] = of(entries);
        matches(with) || (credentials != CredentialsMode::Include && matches(without))
    }

    /// [Fetch standard, clear cache entries](https://fetch.spec.whatwg.org/#concept-cache-clear)
    pub(crate) fn clear(&mut self, key: &Key) {
        self.entries.remove(key);
    }
}
