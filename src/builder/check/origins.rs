//! The checks of origins.

use crate::builder::UncheckedPolicy;
use crate::error::credentials::CredentialConflict;
use crate::error::{Field, Problems, Reason};
use crate::origin::{OriginError, OriginPattern};
use crate::policy::notation::Notation;

impl UncheckedPolicy {
    pub(super) fn check_origins(&self, problems: &mut Problems) -> Vec<OriginPattern> {
        let settings = &self.rules.settings;
        let nobody = self.origins.is_empty()
            && self.rules.predicates.is_empty()
            && !settings.allow_loopback_origins
            && !settings.allow_looked_up_origins;
        let nobody = nobody && !self.rules.any_origin && !settings.allow_null_origin;
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
        let mut origins = Vec::with_capacity(self.origins.len());
        for (index, origin) in self.origins.iter().enumerate() {
            match origin.read(|text| OriginPattern::parse(text)) {
                Ok(origin) => {
                    if settings.credentials {
                        self.check_risks(index, &origin, problems);
                    }
                    origins.push(origin);
                }
                Err((text, error)) => {
                    let fix = self.fix_of_origin(&error);
                    let reason = Reason::Origin(error.problem());
                    problems.add(Field::Origins, Some(index), text, reason, &fix);
                }
            }
        }
        self.check_credentials_with(CredentialConflict::NullOrigin, problems);
        origins
    }

    /// What a policy with credentials has to allow by a setting of its own.
    fn check_risks(&self, index: usize, origin: &OriginPattern, problems: &mut Problems) {
        let settings = &self.rules.settings;
        let mut report = |reason, instead: &str, call, key| {
            let fix = format!("{instead}, or {}", self.notation.fix(call, key));
            problems.add(Field::Origins, Some(index), origin.as_str(), reason, &fix);
        };
        if !settings.dangerously_allow_insecure_origins && origin.is_insecure() {
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
        if !settings.dangerously_allow_public_suffixes && origin.is_over_public_suffix() {
            report(
                Reason::PublicSuffix,
                &origin.fix_over_public_suffix(),
                "call dangerously_allow_public_suffixes()",
                "set dangerously_allow_public_suffixes = true",
            );
        }
        if !settings.dangerously_allow_whole_schemes && origin.is_whole_scheme() {
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
