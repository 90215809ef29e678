//! Origin patterns by the suffixes of a host: what allows `https://a.b.example.com` is found under
//! one of `com`, `example.com`, `b.example.com` and `a.b.example.com`.

use super::hash::Seed;
use super::table::{SetTooLarge, Table};
use crate::origin::{HostKind, Origin, OriginPattern};

pub(super) struct PatternTable {
    table: Table,
    seed: Seed,
    /// Bit n: there is a `*.` pattern with a certain port whose base has n labels.
    depths_with_port: u128,
    /// Bit n: there is a `*.` pattern with any port whose base has n labels.
    depths_any_port: u128,
    /// Whether there is a pattern without `*.`, with any port.
    has_hosts: bool,
}

/// What is asked for: an origin, or whether other patterns cover a pattern.
struct Sought<'a> {
    scheme: &'a [u8],
    host: &'a [u8],
    /// `:8443`, or nothing; `:*` for a pattern with any port.
    port: &'a [u8],
    any_port: bool,
    /// The host stands for all its subdomains.
    subdomains: bool,
    /// The host is a domain name, which `*.` patterns can cover.
    is_domain: bool,
}

const ANY_PORT: &[u8] = b":*";

impl PatternTable {
    pub(super) fn build(patterns: &[OriginPattern]) -> Result<Self, SetTooLarge> {
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
            let host = pattern
                .host()
                .rsplit('.')
                .fold(0, |hash, label| seed.prepend(hash, label.as_bytes()));
            let key = match (pattern.allows_subdomains(), pattern.allows_any_port()) {
                (true, false) => keys.below_with_port,
                (true, true) => keys.below_any_port,
                (false, _) => keys.host_itself,
            };
            (seed.combine(host, key), pattern.as_str())
        });
        Ok(Self {
            table: Table::build(keyed)?,
            seed,
            depths_with_port,
            depths_any_port,
            has_hosts,
        })
    }

    pub(super) fn allows(&self, origin: &Origin<'_>) -> bool {
        self.covers(&Sought {
            scheme: origin.scheme_bytes(),
            host: origin.host_bytes(),
            port: origin.port_bytes(),
            any_port: false,
            subdomains: false,
            is_domain: origin.host_kind() == HostKind::Domain,
        })
    }

    /// Whether the patterns other than this one allow all that it allows.
    pub(super) fn makes_redundant(&self, pattern: &OriginPattern) -> bool {
        self.covers(&Sought {
            scheme: pattern.scheme().as_bytes(),
            host: pattern.host().as_bytes(),
            port: pattern.port_text().as_bytes(),
            any_port: pattern.allows_any_port(),
            subdomains: pattern.allows_subdomains(),
            is_domain: pattern.host_kind() == HostKind::Domain,
        })
    }

    /// One pass over the host from the right, at most two look-ups per label, and those only where
    /// some pattern has as many labels.
    fn covers(&self, sought: &Sought<'_>) -> bool {
        let keys = Keys::of(self.seed, sought.scheme, sought.port);
        let mut hash = 0;
        let mut start = sought.host.len() + 1;
        for (labels_before, label) in sought.host.rsplit(|byte| *byte == b'.').enumerate() {
            start -= label.len() + 1;
            hash = self.seed.prepend(hash, label);
            let suffix = &sought.host[start..];
            let is_whole = start == 0;
            let depth = depth_bit(labels_before + 1);
            // A pattern's own key is not asked for: only what covers it.
            if sought.is_domain && (!is_whole || sought.subdomains) {
                let with_port = self.depths_with_port & depth != 0
                    && !sought.any_port
                    && !is_whole
                    && self.has(
                        hash,
                        keys.below_with_port,
                        sought.scheme,
                        b"*.",
                        suffix,
                        sought.port,
                    );
                let any_port = self.depths_any_port & depth != 0
                    && !(is_whole && sought.any_port)
                    && self.has(
                        hash,
                        keys.below_any_port,
                        sought.scheme,
                        b"*.",
                        suffix,
                        ANY_PORT,
                    );
                if with_port || any_port {
                    return true;
                }
            }
        }
        self.has_hosts
            && !sought.subdomains
            && !sought.any_port
            && self.has(
                hash,
                keys.host_itself,
                sought.scheme,
                b"",
                sought.host,
                ANY_PORT,
            )
    }

    /// Whether the pattern made of these parts is in the table.
    fn has(
        &self,
        host_hash: u64,
        key: u64,
        scheme: &[u8],
        wildcard: &[u8],
        host: &[u8],
        port: &[u8],
    ) -> bool {
        self.table.has(self.seed.combine(host_hash, key), |text| {
            text.strip_prefix(scheme)
                .and_then(|text| text.strip_prefix(b"://"))
                .and_then(|text| text.strip_prefix(wildcard))
                .and_then(|text| text.strip_prefix(host))
                == Some(port)
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
