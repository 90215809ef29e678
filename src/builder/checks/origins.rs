//! Which origins `build()` refuses.

use crate::builder::draft::Draft;
use crate::builder::stated_by::StatedBy;
use crate::error::credentials::Excluded;
use crate::error::{Field, Problem, Reason};
use crate::origin::{OriginError, OriginProblem};

impl Draft {
    pub(in crate::builder) fn check_origins(&self, problems: &mut Vec<Problem>) {
        let nobody = self.origins.is_empty() && self.predicates.is_empty() && !self.looked_up;
        if nobody && !self.any_origin && !self.null_origin {
            let fix = self.stated_by.fix(
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
        self.check_credentials_with(Excluded::AnyOrigin, problems);
        for (index, origin) in self.origins.iter().enumerate() {
            let mut report = |text: &str, reason, fix: String| {
                problems.push(Problem::new(Field::Origins, Some(index), text, reason, fix));
            };
            let origin = match origin {
                Ok(origin) => origin,
                Err(error) => {
                    let fix = self.fix_of_origin(error);
                    report(error.text(), Reason::Origin(error.problem()), fix);
                    continue;
                }
            };
            if self.credentials && !self.options.insecure_origins && origin.is_insecure() {
                let secure = origin.as_str().replacen("http://", "https://", 1);
                report(
                    origin.as_str(),
                    Reason::InsecureOrigin,
                    format!(
                        "write \"{secure}\", or {}",
                        self.stated_by.fix(
                            "call dangerously_allow_insecure_origins()",
                            "set dangerously_allow_insecure_origins = true",
                        )
                    ),
                );
            }
            if self.credentials && !self.options.public_suffixes && origin.is_over_public_suffix() {
                report(
                    origin.as_str(),
                    Reason::PublicSuffix,
                    format!(
                        "{}, or {}",
                        origin.fix_over_public_suffix(),
                        self.stated_by.fix(
                            "call dangerously_allow_public_suffixes()",
                            "set dangerously_allow_public_suffixes = true",
                        )
                    ),
                );
            }
        }
        self.check_credentials_with(Excluded::NullOrigin, problems);
    }

    fn fix_of_origin(&self, error: &OriginError) -> String {
        match (self.stated_by, error.problem(), error.suggestion()) {
            (StatedBy::Keys, OriginProblem::AnyOrigin, None) => {
                "write `origins = \"*\"`, with no other entry".to_owned()
            }
            (StatedBy::Keys, OriginProblem::NullOrigin, None) => {
                "set allow_null_origin = true, if you must".to_owned()
            }
            (StatedBy::Keys, OriginProblem::MisplacedWildcard, None) => {
                "write each origin, or `origins = \"*\"` for all".to_owned()
            }
            _ => error.fix(),
        }
    }
}
