//! Many origin patterns, found by the suffixes of a host: a pattern that allows `https://a.b.example.com`
//! is under `com`, `example.com`, `b.example.com` or `a.b.example.com`.

use super::hash::Seed;
use super::table::{Table, TooLarge};
use crate::origin::{OriginPattern, Parts};

pub(super) struct PatternTable {
    table: Table,
    seed: Seed,
    /// For `https` without a port, as nearly all origins are.
    usual: Keys,
    /// Bit n: there is a `*.` pattern with a certain port whose base has n labels.
    depths_with_port: u128,
    /// Bit n: there is a `*.` pattern with any port whose base has n labels.
    depths_any_port: u128,
    /// Whether there is a pattern without `*.`, with any port.
    has_hosts: bool,
}

const ANY_PORT: &[u8] = b":*";

impl PatternTable {
    pub(super) fn build(patterns: &[OriginPattern]) -> Result<Self, TooLarge> {
        let seed = Seed::random();
        let (mut depths_with_port, mut depths_any_port, mut has_hosts) = (0, 0, false);
        for pattern in patterns {
            let depth = depth_bit(pattern.host().split('.').count());
            match (pattern.allows_subdomains(), pattern.allows_any_port()) {
                (true, false) => depths_with_port |= depth,
                (true, true) => depths_any_port |= depth,
                (false, _) => has_hosts = true,
            }
        }
        let keyed = patterns.iter().map(|pattern| {
            let keys = Keys::of(
                seed,
                pattern.scheme().as_bytes(),
                pattern.port_text().as_bytes(),
            );
            let host = seed.hash(pattern.host().as_bytes());
            let key = match (pattern.allows_subdomains(), pattern.allows_any_port()) {
                (true, false) => keys.below_with_port,
                (true, true) => keys.below_any_port,
                (false, _) => keys.host_itself,
            };
            (seed.combine(host, key), pattern.as_str())
        });
        Ok(Self {
            table: Table::build(keyed)?,
            usual: Keys::of(seed, b"https", b""),
            seed,
            depths_with_port,
            depths_any_port,
            has_hosts,
        })
    }

    /// Whether a pattern allows a text that may be an origin.
    #[inline]
    pub(super) fn allows(&self, origin: Parts<'_>) -> bool {
        let unusual;
        let keys = if let (b"https", []) = (origin.scheme, origin.port) {
            &self.usual
        } else {
            unusual = Keys::of(self.seed, origin.scheme, origin.port);
            &unusual
        };
        // The first base that is found decides: any other one would leave the same labels and port to check.
        let is_named = match self.find_base(origin, self.depths_with_port, keys) {
            Some(base) => origin.has_labels_before(base.len()),
            None => self.has_hosts && self.has_host(origin, keys),
        };
        is_named && origin.has_port_or_none()
    }

    /// Whether the patterns other than this one allow all that it allows.
    pub(super) fn makes_redundant(&self, pattern: &OriginPattern) -> bool {
        let wanted = Parts {
            scheme: pattern.scheme().as_bytes(),
            host: pattern.host().as_bytes(),
            port: pattern.port_text().as_bytes(),
        };
        let keys = Keys::of(self.seed, wanted.scheme, wanted.port);
        if pattern.allows_any_port() {
            return self.find_base(wanted, 0, &keys).is_some();
        }
        // Don't look up its own key, only what covers it.
        let is_host_covered = if pattern.allows_subdomains() {
            let hash = self.seed.hash(wanted.host);
            self.has_below(
                wanted,
                wanted.host,
                ANY_PORT,
                self.seed.combine(hash, keys.below_any_port),
            )
        } else {
            self.has_host(wanted, &keys)
        };
        is_host_covered
            || self
                .find_base(wanted, self.depths_with_port, &keys)
                .is_some()
    }

    /// The suffix of a host that is the base of a pattern: one pass from the right, and at most two look-ups
    /// for each number of labels that a base has.
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
                if (with_port & 1 != 0 && has(keys.below_with_port, wanted.port))
                    || (any_port & 1 != 0 && has(keys.below_any_port, ANY_PORT))
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
            .combine(self.seed.hash(wanted.host), keys.host_itself);
        self.table.has(hash, |text| {
            text.strip_prefix(wanted.scheme)
                .and_then(|text| text.strip_prefix(b"://"))
                .and_then(|text| text.strip_prefix(wanted.host))
                == Some(ANY_PORT)
        })
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        self.table.iter()
    }
}

/// What the scheme, the port and the kind of pattern add to the hash of a host.
struct Keys {
    below_with_port: u64,
    below_any_port: u64,
    host_itself: u64,
}

impl Keys {
    fn of(seed: Seed, scheme: &[u8], port: &[u8]) -> Self {
        let scheme = seed.hash(scheme);
        Self {
            below_with_port: seed.combine(scheme, seed.hash(port)),
            below_any_port: scheme,
            host_itself: !scheme,
        }
    }
}

/// Bit n of the masks. A host of 253 bytes has at most 127 labels, so that each has its own bit.
fn depth_bit(labels: usize) -> u128 {
    1 << (labels % 128)
}
