//! Which origins a policy allows: the compiled set and its look-up.
//!
//! An origin is first sought as it stands among the exact ones; only if it isn't there, and there are
//! patterns, it is cut into its parts and its host's suffixes are sought among them. What a pattern names
//! has been checked with the pattern; what it leaves open, the labels before its base or a port, is
//! checked once it is found. Both look-ups are linear in the length of the origin, which is bounded, and
//! flat in the number of origins.

mod hash;
mod patterns;
mod table;

use http::HeaderValue;

use crate::fetch::header_value::shared_value;
use crate::origin::{Cut, LONGEST_ORIGIN, OriginPattern};
use hash::Seed;
use patterns::PatternTable;
pub(crate) use table::SetTooLarge;
use table::Table;

/// Up to so many exact origins or patterns are compared one by one; the origins are kept as header values
/// that are ready to be sent.
const FEW: usize = 8;

pub(crate) struct OriginSet {
    exact: Exact,
    patterns: Patterns,
}

enum Exact {
    Few(Box<[HeaderValue]>),
    Many { table: Table, seed: Seed },
}

enum Patterns {
    Few(Box<[OriginPattern]>),
    Many(PatternTable),
}

impl OriginSet {
    /// Compiles patterns into a set. What another pattern covers is left out.
    pub(crate) fn compile(origins: Vec<OriginPattern>) -> Result<Self, SetTooLarge> {
        let (mut exact, mut patterns): (Vec<_>, Vec<_>) =
            origins.into_iter().partition(OriginPattern::is_exact);
        if patterns.is_empty() {
            return Ok(Self {
                exact: Exact::compile(&exact)?,
                patterns: Patterns::Few(Box::default()),
            });
        }
        let all = PatternTable::build(&patterns)?;
        let count = patterns.len();
        patterns.retain(|pattern| !all.makes_redundant(pattern));
        exact.retain(|origin| !all.makes_redundant(origin));
        Ok(Self {
            exact: Exact::compile(&exact)?,
            patterns: match patterns.len() {
                0..=FEW => Patterns::few(patterns),
                left if left == count => Patterns::Many(all),
                _ => Patterns::Many(PatternTable::build(&patterns)?),
            },
        })
    }

    /// The value that allows this origin, if the set does.
    #[inline]
    pub(crate) fn find<'a>(&'a self, origin: &'a HeaderValue) -> Option<&'a HeaderValue> {
        match self.exact.find(origin) {
            None if self.patterns.allow(origin) => Some(origin),
            found => found,
        }
    }

    /// The texts of all origins and patterns.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        let (few, many) = match &self.exact {
            Exact::Few(values) => (&**values, None),
            Exact::Many { table, .. } => (&[] as _, Some(table)),
        };
        let (few_patterns, many_patterns) = match &self.patterns {
            Patterns::Few(patterns) => (&**patterns, None),
            Patterns::Many(table) => (&[] as _, Some(table)),
        };
        few.iter()
            .filter_map(|value| value.to_str().ok())
            .chain(many.into_iter().flat_map(Table::iter))
            .chain(few_patterns.iter().map(OriginPattern::as_str))
            .chain(many_patterns.into_iter().flat_map(PatternTable::iter))
    }
}

impl Exact {
    fn compile(origins: &[OriginPattern]) -> Result<Self, SetTooLarge> {
        if origins.len() > FEW {
            let seed = Seed::random();
            let keyed = origins
                .iter()
                .map(|origin| (seed.hash(origin.as_str().as_bytes()), origin.as_str()));
            return Ok(Self::Many {
                table: Table::build(keyed)?,
                seed,
            });
        }
        let mut values = Vec::new();
        for origin in origins {
            let value = shared_value(origin.as_str().to_owned()).ok_or(SetTooLarge)?;
            if !values.contains(&value) {
                values.push(value);
            }
        }
        Ok(Self::Few(values.into_boxed_slice()))
    }

    #[inline]
    fn find<'a>(&'a self, origin: &'a HeaderValue) -> Option<&'a HeaderValue> {
        match self {
            Self::Few(values) => values.iter().find(|value| *value == origin),
            Self::Many { table, seed } => {
                let bytes = origin.as_bytes();
                let is_there = bytes.len() <= LONGEST_ORIGIN
                    && table.has(seed.hash(bytes), |text| text == bytes);
                is_there.then_some(origin)
            }
        }
    }
}

impl Patterns {
    fn few(patterns: Vec<OriginPattern>) -> Self {
        let mut unique = Vec::new();
        for pattern in patterns {
            if !unique.contains(&pattern) {
                unique.push(pattern);
            }
        }
        Self::Few(unique.into_boxed_slice())
    }

    #[inline]
    fn allow(&self, origin: &HeaderValue) -> bool {
        let origin = origin.as_bytes();
        match self {
            Self::Few(patterns) => patterns.iter().any(|pattern| pattern.allows(origin)),
            Self::Many(table) => Cut::of(origin).is_some_and(|origin| table.allows(origin)),
        }
    }
}
