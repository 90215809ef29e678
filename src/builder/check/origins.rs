//! The checks of origins.

use crate::builder::UncheckedPolicy;
use crate::builder::inputs::Item;
use crate::error::credentials::CredentialConflict;
use crate::error::{Field, Problems, Reason};
use crate::matcher::Arena;
use crate::origin::{OriginError, OriginPattern};
use crate::policy::rules::{Notation, Risks};

/// The origins that passed. In a long list, the exact ones are in a block of memory of their own.
#[derive(Default)]
pub(super) struct CheckedOrigins {
    pub(super) patterns: Vec<OriginPattern>,
    pub(super) exact: Arena,
}

impl CheckedOrigins {
    pub(super) fn len(&self) -> usize {
        self.patterns.len() + self.exact.len()
    }

    pub(super) fn add_to(&self, risks: &mut Risks) {
        let exact = self.exact.iter().map(OriginPattern::parse);
        self.patterns.iter().for_each(|origin| risks.add(origin));
        exact.flatten().for_each(|origin| risks.add(&origin));
    }

    fn move_exact(&mut self) {
        let exact = &mut self.exact;
        self.patterns.retain(|origin| {
            if origin.is_exact() {
                exact.push(origin.as_str());
            }
            !origin.is_exact()
        });
    }
}

impl UncheckedPolicy {
    /// Call it once: it takes the origins out.
    pub(super) fn check_origins(&mut self, problems: &mut Problems) -> CheckedOrigins {
        let nobody = self.origins.is_empty() && self.rules.allow_only_the_list();
        if self.rules.no_origin && !nobody {
            let fix = self.notation.fix(
                "remove allow_no_origin(), or the calls that allow an origin",
                "write `origins = \"none\"` without other keys that allow an origin",
            );
            problems.add(
                Field::Origins,
                None,
                "none",
                Reason::NoOriginBesideOrigins,
                fix,
            );
        }
        if nobody && !self.rules.no_origin {
            let fix = self.notation.fix(
                "call allow_origins([\"https://app.example.com\"]) with the origins of the pages that may call, or \
                 allow_any_origin() for an API that is open to all",
                "name the origins of the pages that may call: `origins = [\"https://app.example.com\"]`, \
                 or write `origins = \"*\"` for an API that is open to all",
            );
            problems.add(Field::Origins, None, "", Reason::NoOrigin, fix);
        }
        self.check_credentials_with(CredentialConflict::AnyOrigin, problems);
        let (first, more) = std::mem::take(&mut self.origins).into_parts();
        let mut checked = CheckedOrigins::default();
        let first_count = first.len();
        for (index, item) in first.into_iter().enumerate() {
            let read = match item {
                Item::Value(origin) => Ok(origin),
                Item::Text(text) => OriginPattern::parse(text),
            };
            checked
                .patterns
                .extend(self.check_origin(index, read, problems));
        }
        if !more.is_empty() {
            let lengths = checked.patterns.iter().map(|origin| origin.as_str().len());
            checked.exact = more.arena(lengths);
            checked.move_exact();
            let mut index = first_count;
            // Each text in turn is in the same memory.
            let mut scratch = String::new();
            more.for_each(|text| {
                let mut pattern = std::mem::take(&mut scratch);
                pattern.clear();
                pattern.push_str(text);
                let read = OriginPattern::parse(pattern);
                match self.check_origin(index, read, problems) {
                    Some(origin) if origin.is_exact() => {
                        checked.exact.push(origin.as_str());
                        scratch = origin.into_text();
                    }
                    origin => checked.patterns.extend(origin),
                }
                index += 1;
            });
        }
        self.check_credentials_with(CredentialConflict::NullOrigin, problems);
        checked
    }

    pub(in crate::builder) fn check_origin(
        &self,
        index: usize,
        read: Result<OriginPattern, OriginError>,
        problems: &mut Problems,
    ) -> Option<OriginPattern> {
        match read {
            Ok(origin) => {
                if self.rules.credentials {
                    self.check_risks(index, &origin, problems);
                }
                Some(origin)
            }
            Err(error) => {
                let fix = self.fix_of_origin(&error);
                let reason = Reason::Origin(error.problem());
                problems.add(Field::Origins, Some(index), error.text(), reason, &fix);
                None
            }
        }
    }

    /// What a policy with credentials has to allow by a setting of its own.
    fn check_risks(&self, index: usize, origin: &OriginPattern, problems: &mut Problems) {
        let mut report = |reason, instead: &str, call, key| {
            let fix = format!("{instead}, or {}", self.notation.fix(call, key));
            problems.add(Field::Origins, Some(index), origin.as_str(), reason, &fix);
        };
        if !self.rules.dangerously_allow_insecure_origins && origin.is_insecure() {
            let rest = origin.as_str().strip_prefix("http").unwrap_or_default();
            // The default port of `https`, which browsers leave out.
            let rest = rest.strip_suffix(":443").unwrap_or(rest);
            report(
                Reason::InsecureOrigin,
                &format!("write \"https{rest}\""),
                "call dangerously_allow_insecure_origins()",
                "set dangerously_allow_insecure_origins = true",
            );
        }
        if !self.rules.dangerously_allow_public_suffixes && origin.is_over_public_suffix() {
            report(
                Reason::PublicSuffix,
                &origin.fix_over_public_suffix(),
                "call dangerously_allow_public_suffixes()",
                "set dangerously_allow_public_suffixes = true",
            );
        }
        if !self.rules.dangerously_allow_whole_schemes && origin.is_whole_scheme() {
            report(
                Reason::WholeScheme,
                "name each host in full, leave credentials out",
                "call dangerously_allow_whole_schemes()",
                "set dangerously_allow_whole_schemes = true",
            );
        }
    }

    fn fix_of_origin(&self, error: &OriginError) -> String {
        match self.notation {
            Notation::Builder | Notation::Permissive => error.fix(),
            Notation::Config => error.fix_in_config(),
        }
    }
}
