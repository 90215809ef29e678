//! The checks of origins.

use crate::builder::unchecked::UncheckedPolicy;
use crate::error::credentials::CredentialConflict;
use crate::error::{Field, Problem, Reason};
use crate::origin::{OriginError, OriginPattern};
use crate::policy::notation::Notation;

impl UncheckedPolicy {
    pub(super) fn check_origins(&self, problems: &mut Vec<Problem>) -> Vec<OriginPattern> {
        let settings = &self.rules.settings;
        let nobody = self.origins.is_empty()
            && self.rules.predicates.is_empty()
            && !settings.allow_loopback_origins
            && !settings.allow_looked_up_origins;
        if nobody && !self.rules.any_origin && !settings.allow_null_origin {
            let fix = self.notation.fix(
                "read the setting that the origins come from, or leave the layer out",
                "name the origins of the pages that may call: `origins = [\"https://app.example.com\"]`, \
                 or write `origins = \"*\"` for an API that is open to all",
            );
            problems.push(Problem::new(
                Field::Origins,
                None,
                "",
                Reason::NoOrigin,
                fix,
            ));
        }
        self.check_credentials_with(CredentialConflict::AnyOrigin, problems);
        let mut origins = Vec::with_capacity(self.origins.len());
        for (index, origin) in self.origins.iter().enumerate() {
            let mut report = |text: &str, reason, fix: String| {
                problems.push(Problem::new(
                    Field::Origins,
                    Some(index),
                    text,
                    reason,
                    &fix,
                ));
            };
            let origin = match origin.read(|text| OriginPattern::parse(text)) {
                Ok(origin) => origin,
                Err((text, error)) => {
                    let fix = self.fix_of_origin(&error);
                    report(text, Reason::Origin(error.problem()), fix);
                    continue;
                }
            };
            if settings.credentials
                && !settings.dangerously_allow_insecure_origins
                && origin.is_insecure()
            {
                let secure = origin.as_str().replacen("http://", "https://", 1);
                report(
                    origin.as_str(),
                    Reason::InsecureOrigin,
                    format!(
                        "write \"{secure}\", or {}",
                        self.notation.fix(
                            "call dangerously_allow_insecure_origins()",
                            "set dangerously_allow_insecure_origins = true",
                        )
                    ),
                );
            }
            if settings.credentials
                && !settings.dangerously_allow_public_suffixes
                && origin.is_over_public_suffix()
            {
                report(
                    origin.as_str(),
                    Reason::PublicSuffix,
                    format!(
                        "{}, or {}",
                        origin.fix_over_public_suffix(),
                        self.notation.fix(
                            "call dangerously_allow_public_suffixes()",
                            "set dangerously_allow_public_suffixes = true",
                        )
                    ),
                );
            }
            if settings.credentials
                && !settings.dangerously_allow_whole_schemes
                && origin.is_whole_scheme()
            {
                report(
                    origin.as_str(),
                    Reason::WholeScheme,
                    format!(
                        "name each host in full, leave credentials out, or {}",
                        self.notation.fix(
                            "call dangerously_allow_whole_schemes()",
                            "set dangerously_allow_whole_schemes = true",
                        )
                    ),
                );
            }
            origins.push(origin);
        }
        self.check_credentials_with(CredentialConflict::NullOrigin, problems);
        origins
    }

    fn fix_of_origin(&self, error: &OriginError) -> String {
        match self.notation {
            Notation::Builder | Notation::Permissive => error.fix(),
            Notation::Config => error.fix_in_config(),
        }
    }
}
