//! Many origin patterns, found by the suffixes of a host: a pattern that allows `https://a.b.example.com` has the base
//! `com`, `example.com`, `b.example.com` or `a.b.example.com`.

use super::first_labels::FirstLabels;
use super::hash::Seed;
use super::table::{Table, TooLarge};
use crate::origin::{Origin, OriginPattern, Parts};

#[derive(Clone)]
pub(super) struct PatternTable {
    table: Table,
    seed: Seed,
    /// For `https` without a port, like nearly all origins.
    usual: Keys,
    /// Bit n: a `*.` pattern with a fixed port exists whose base has n labels.
    depths_with_port: u128,
    /// Bit n: a `*.` pattern with any port exists whose base has n labels.
    depths_any_port: u128,
    /// Whether there is a pattern for one host, with any port.
    has_hosts: bool,
    /// Whether there is a pattern for any host of a scheme.
    has_schemes: bool,
    /// The patterns with a `*` in the first label, if there are any.
    first_labels: Option<Box<FirstLabels>>,
}

const ANY_PORT: &[u8] = b":*";

impl PatternTable {
    pub(super) fn build(patterns: &[&OriginPattern]) -> Result<Self, TooLarge> {
        let seed = Seed::random();
        let mut built = Self {
            table: Table::for_texts(patterns.len()),
            usual: Keys::new(seed, b"https", b""),
            seed,
            depths_with_port: 0,
            depths_any_port: 0,
            has_hosts: false,
            has_schemes: false,
            first_labels: None,
        };
        for pattern in patterns {
            let key = built.key_of(pattern);
            built.table.add(key, pattern.as_str())?;
        }
        built.table.shrink();
        Ok(built)
    }

    /// The key of a pattern. Notes what a look-up has to try to find it.
    fn key_of(&mut self, pattern: &OriginPattern) -> u64 {
        let seed = self.seed;
        let port = pattern.port_text().as_bytes();
        let keys = Keys::new(seed, pattern.scheme().as_bytes(), port);
        let host = seed.hash(pattern.host().as_bytes());
        let any_port = pattern.allows_any_port();
        if pattern.allows_any_host() {
            self.has_schemes = true;
            keys.scheme
        } else if let Some((prefix, suffix)) = pattern.around_star() {
            let base = seed.combine(host, keys.first_label(any_port));
            self.first_labels
                .get_or_insert_default()
                .add(seed, base, prefix, suffix)
        } else if pattern.allows_subdomains() {
            let depth = depth_bit(pattern.host().split('.').count());
            if any_port {
                self.depths_any_port |= depth;
            } else {
                self.depths_with_port |= depth;
            }
            seed.combine(host, keys.below(any_port))
        } else {
            self.has_hosts = true;
            seed.combine(host, keys.host_itself())
        }
    }

    /// Whether a pattern allows a text that may be an origin.
    #[inline]
    pub(super) fn allows(&self, text: &[u8]) -> bool {
        let Some(origin) = Parts::new(text) else {
            return false;
        };
        let unusual;
        let keys = if let (b"https", []) = (origin.scheme, origin.port) {
            &self.usual
        } else {
            unusual = Keys::new(self.seed, origin.scheme, origin.port);
            &unusual
        };
        // Any base that is found is enough: another one would leave the same labels and port to check.
        let is_named = self
            .find_base(origin, self.depths_with_port, keys)
            .is_some_and(|base| origin.has_labels_before(base.len()))
            || (self.has_hosts && self.has_host(origin, keys))
            || (self.first_labels.is_some()
                && (self.has_first_label(origin, false, keys)
                    || self.has_first_label(origin, true, keys)));
        if is_named {
            return origin.has_port_or_none();
        }
        self.has_schemes && self.has_scheme(origin, keys) && Origin::parse(text).is_ok()
    }

    /// Whether another pattern allows everything that this pattern allows. Of two patterns with a `*` in the first
    /// label, both are kept.
    pub(super) fn makes_redundant(&self, pattern: &OriginPattern) -> bool {
        if pattern.allows_any_host() {
            return false;
        }
        let wanted = Parts {
            scheme: pattern.scheme().as_bytes(),
            host: pattern.host().as_bytes(),
            port: pattern.port_text().as_bytes(),
        };
        let keys = Keys::new(self.seed, wanted.scheme, wanted.port);
        let any_port = pattern.allows_any_port();
        let is_first_label = pattern.around_star().is_some();
        let hash = self.seed.hash(wanted.host);
        let has_below_host = |any_port| {
            let port = if any_port { ANY_PORT } else { wanted.port };
            let key = self.seed.combine(hash, keys.below(any_port));
            self.has_below(wanted, wanted.host, port, key)
        };
        // This looks up only what covers the pattern, not the pattern's own key.
        let is_covered_by_same_host = if is_first_label {
            has_below_host(true) || (!any_port && has_below_host(false))
        } else if pattern.allows_subdomains() {
            !any_port && has_below_host(true)
        } else {
            self.has_first_label(wanted, true, &keys)
                || (!any_port
                    && (self.has_host(wanted, &keys) || self.has_first_label(wanted, false, &keys)))
        };
        let depths_with_port = if any_port { 0 } else { self.depths_with_port };
        is_covered_by_same_host
            || self
                .find_base(wanted, depths_with_port, &keys)
                .is_some_and(|base| wanted.has_labels_before(base.len()))
            || (self.has_schemes && self.has_scheme(wanted, &keys))
    }

    /// The suffix of a host that is the base of a pattern. It reads the host once, from the right, with at most two
    /// look-ups for each number of labels that a base has.
    #[inline]
    fn find_base<'h>(&self, wanted: Parts<'h>, with_port: u128, keys: &Keys) -> Option<&'h [u8]> {
        // Bit 0 of both belongs to the next dot.
        let (mut with_port, mut any_port) = (with_port >> 1, self.depths_any_port >> 1);
        let mut before = wanted.host;
        while let Some(dot) = before.iter().rposition(|byte| *byte == b'.') {
            before = &before[..dot];
            if (with_port | any_port) & 1 != 0 {
                let base = &wanted.host[dot + 1..];
                let hash = self.seed.hash(base);
                let has =
                    |key, port| self.has_below(wanted, base, port, self.seed.combine(hash, key));
                if (with_port & 1 != 0 && has(keys.below(false), wanted.port))
                    || (any_port & 1 != 0 && has(keys.below(true), ANY_PORT))
                {
                    return Some(base);
                }
            }
            (with_port, any_port) = (with_port >> 1, any_port >> 1);
            if with_port | any_port == 0 {
                return None;
            }
        }
        None
    }

    #[inline]
    fn has_below(&self, wanted: Parts<'_>, base: &[u8], port: &[u8], hash: u64) -> bool {
        self.table.has(hash, |text| {
            text.strip_prefix(wanted.scheme)
                .and_then(|text| text.strip_prefix(b"://*."))
                .and_then(|text| text.strip_prefix(base))
                == Some(port)
        })
    }

    fn has_host(&self, wanted: Parts<'_>, keys: &Keys) -> bool {
        let hash = self
            .seed
            .combine(self.seed.hash(wanted.host), keys.host_itself());
        self.table.has(hash, |text| {
            text.strip_prefix(wanted.scheme)
                .and_then(|text| text.strip_prefix(b"://"))
                .and_then(|text| text.strip_prefix(wanted.host))
                == Some(ANY_PORT)
        })
    }

    fn has_first_label(&self, wanted: Parts<'_>, any_port: bool, keys: &Keys) -> bool {
        let (Some(first_labels), Some((label, base))) =
            (&self.first_labels, wanted.split_first_label())
        else {
            return false;
        };
        let port = if any_port { ANY_PORT } else { wanted.port };
        let hash = self
            .seed
            .combine(self.seed.hash(base), keys.first_label(any_port));
        first_labels.find(self.seed, hash, label, |hash, prefix, suffix| {
            wanted.has_first_label(label, prefix, suffix)
                && self.table.has(hash, |text| {
                    text.strip_prefix(wanted.scheme)
                        .and_then(|text| text.strip_prefix(b"://"))
                        .and_then(|text| text.strip_prefix(prefix))
                        .and_then(|text| text.strip_prefix(b"*"))
                        .and_then(|text| text.strip_prefix(suffix))
                        .and_then(|text| text.strip_prefix(b"."))
                        .and_then(|text| text.strip_prefix(base))
                        == Some(port)
                })
        })
    }

    /// Whether any host of the scheme is allowed, without a port.
    fn has_scheme(&self, wanted: Parts<'_>, keys: &Keys) -> bool {
        wanted.port.is_empty()
            && self.table.has(keys.scheme, |text| {
                text.strip_prefix(wanted.scheme) == Some(b"://*")
            })
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        self.table.iter()
    }
}

/// What the scheme, the port and the kind of pattern add to the hash of a host.
#[derive(Clone)]
struct Keys {
    scheme: u64,
    scheme_and_port: u64,
}

impl Keys {
    fn new(seed: Seed, scheme: &[u8], port: &[u8]) -> Self {
        let scheme = seed.hash(scheme);
        Self {
            scheme,
            scheme_and_port: seed.combine(scheme, seed.hash(port)),
        }
    }

    fn below(&self, any_port: bool) -> u64 {
        if any_port {
            self.scheme
        } else {
            self.scheme_and_port
        }
    }

    fn host_itself(&self) -> u64 {
        !self.scheme
    }

    fn first_label(&self, any_port: bool) -> u64 {
        !self.below(any_port)
    }
}

/// Bit n of the masks. A host of 253 bytes has at most 127 labels, so each number has its own bit.
fn depth_bit(labels: usize) -> u128 {
    1 << (labels % 128)
}
