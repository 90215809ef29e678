//! The allowed origins of a policy, compiled: [`OriginMatcher`].
//!
//! A look-up first checks whether the whole origin is one of the exact ones. If not, and if there are patterns, it
//! splits the origin into its parts and looks up the suffixes of its host. The parts that a pattern names were checked
//! when the pattern was parsed. The parts that it leaves open, such as the labels before its base, are checked when the
//! pattern is found. The cost is linear in the length of the origin, which is bounded, and does not grow with the
//! number of origins.

mod first_labels;
mod hash;
mod patterns;
mod table;
mod texts;

use http::HeaderValue;

use crate::fetch::request::shared_value;
use crate::origin::{LONGEST_ORIGIN, OriginPattern};
use hash::Seed;
use patterns::PatternTable;
use table::Table;
pub(crate) use table::TooLarge;
pub(crate) use texts::{Arena, Texts};

/// Up to this many exact origins or patterns are compared one by one. The origins are kept as header values that are
/// ready to send.
const FEW: usize = 8;

pub(crate) struct OriginMatcher {
    exact: Exact,
    patterns: Patterns,
}

enum Exact {
    Few(Box<[HeaderValue]>),
    Many { table: Table, seed: Seed },
}

#[derive(Clone)]
enum Patterns {
    Few(Box<[OriginPattern]>),
    Many(PatternTable),
}

impl Default for OriginMatcher {
    fn default() -> Self {
        Self {
            exact: Exact::Few(Box::default()),
            patterns: Patterns::Few(Box::default()),
        }
    }
}

impl OriginMatcher {
    /// Compiles patterns, and the texts of many exact origins. Those that another pattern covers are left out.
    pub(crate) fn compile(origins: &[OriginPattern], many: Arena) -> Result<Self, TooLarge> {
        let (mut exact, mut patterns): (Vec<_>, Vec<_>) =
            origins.iter().partition(|origin| origin.is_exact());
        if patterns.is_empty() {
            return Ok(Self {
                exact: Exact::compile(&exact, many, |_| true)?,
                patterns: Patterns::few(&[]),
            });
        }
        let all = PatternTable::build(&patterns)?;
        let count = patterns.len();
        patterns.retain(|pattern| !all.makes_redundant(pattern));
        exact.retain(|origin| !all.makes_redundant(origin));
        Ok(Self {
            exact: Exact::compile(&exact, many, |text| {
                let origin = std::str::from_utf8(text).map(OriginPattern::parse);
                !matches!(origin, Ok(Ok(origin)) if all.makes_redundant(&origin))
            })?,
            patterns: match patterns.len() {
                0..=FEW => Patterns::few(&patterns),
                left if left == count => Patterns::Many(all),
                _ => Patterns::Many(PatternTable::build(&patterns)?),
            },
        })
    }

    /// The same patterns, with some exact origins more and some fewer. It copies the others without reading them.
    pub(crate) fn with_exact(
        &self,
        added: &[OriginPattern],
        removed: &[OriginPattern],
    ) -> Result<Self, TooLarge> {
        let texts = |origins: &[OriginPattern]| {
            let texts = origins.iter().map(|origin| origin.as_str().to_owned());
            texts.collect::<Vec<_>>()
        };
        let removed = TextSet::new(&texts(removed))?;
        let is_kept = |text: &&str| !removed.contains(text.as_bytes());
        let added = texts(added);
        let added = added.iter().map(String::as_str);
        let added = added.filter(|text| !self.patterns.allow(text.as_bytes()));
        let all = self.exact.iter().chain(added).filter(is_kept);
        let (count, bytes) = all.clone().fold((0, 0), |(count, bytes), text| {
            (count + 1, bytes + text.len() + 2)
        });
        let exact = if count > FEW {
            let mut arena = Arena::with_capacity(bytes);
            all.for_each(|text| arena.push(text));
            Exact::compile(&[], arena, |_| true)?
        } else {
            // They were read before.
            let few: Vec<_> = all
                .map(OriginPattern::parse)
                .filter_map(Result::ok)
                .collect();
            Exact::compile(&few.iter().collect::<Vec<_>>(), Arena::default(), |_| true)?
        };
        let patterns = self.patterns.clone();
        Ok(Self { exact, patterns })
    }

    /// The value of `Access-Control-Allow-Origin` for this origin, if it is allowed.
    #[inline]
    pub(crate) fn find<'a>(&'a self, origin: &'a HeaderValue) -> Option<&'a HeaderValue> {
        match self.exact.find(origin) {
            None if self.patterns.allow(origin.as_bytes()) => Some(origin),
            found => found,
        }
    }

    /// The texts of all origins and patterns.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        let (few_patterns, many_patterns) = match &self.patterns {
            Patterns::Few(patterns) => (&**patterns, None),
            Patterns::Many(table) => (&[] as _, Some(table)),
        };
        self.exact
            .iter()
            .chain(few_patterns.iter().map(OriginPattern::as_str))
            .chain(many_patterns.into_iter().flat_map(PatternTable::iter))
    }
}

impl Exact {
    /// `many` is empty, or it has all origins.
    fn compile(
        origins: &[&OriginPattern],
        many: Arena,
        is_wanted: impl FnMut(&[u8]) -> bool,
    ) -> Result<Self, TooLarge> {
        if !many.is_empty() {
            let seed = Seed::random();
            let table = Table::from_arena(many, |text| seed.hash(text), is_wanted)?;
            return Ok(Self::Many { table, seed });
        }
        if origins.len() > FEW {
            let seed = Seed::random();
            let mut table = Table::for_texts(origins.len());
            for origin in origins {
                table.add(seed.hash(origin.as_str().as_bytes()), origin.as_str())?;
            }
            table.shrink();
            return Ok(Self::Many { table, seed });
        }
        let mut values = Vec::new();
        for origin in origins {
            let value = match origin.constant() {
                Some(text) => Some(HeaderValue::from_static(text)),
                None => shared_value(origin.as_str().to_owned()),
            };
            let value = value.expect("a header value can hold ASCII");
            if !values.contains(&value) {
                values.push(value);
            }
        }
        Ok(Self::Few(values.into_boxed_slice()))
    }

    fn iter(&self) -> impl Iterator<Item = &str> + Clone {
        let (few, many) = match self {
            Self::Few(values) => (&**values, None),
            Self::Many { table, .. } => (&[] as _, Some(table)),
        };
        few.iter()
            .filter_map(|value| value.to_str().ok())
            .chain(many.into_iter().flat_map(Table::iter))
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
    fn few(patterns: &[&OriginPattern]) -> Self {
        let mut unique = Vec::new();
        for pattern in patterns {
            if !unique.contains(*pattern) {
                unique.push((*pattern).clone());
            }
        }
        Self::Few(unique.into_boxed_slice())
    }

    #[inline]
    fn allow(&self, origin: &[u8]) -> bool {
        match self {
            Self::Few(patterns) => patterns.iter().any(|pattern| pattern.allows(origin)),
            Self::Many(table) => table.allows(origin),
        }
    }
}

/// A set of texts. A look-up does not get slower with their number.
pub(crate) enum TextSet {
    Few(Box<[String]>),
    Many { table: Table, seed: Seed },
}

impl Default for TextSet {
    fn default() -> Self {
        Self::Few(Box::default())
    }
}

impl TextSet {
    pub(crate) fn new(texts: &[String]) -> Result<Self, TooLarge> {
        if texts.len() <= FEW {
            return Ok(Self::Few(texts.into()));
        }
        let seed = Seed::random();
        let mut table = Table::for_texts(texts.len());
        for text in texts {
            table.add(seed.hash(text.as_bytes()), text)?;
        }
        table.shrink();
        Ok(Self::Many { table, seed })
    }

    #[inline]
    pub(crate) fn contains(&self, bytes: &[u8]) -> bool {
        match self {
            Self::Few(texts) => texts.iter().any(|text| text.as_bytes() == bytes),
            Self::Many { table, seed } => table.has(seed.hash(bytes), |text| text == bytes),
        }
    }
}
