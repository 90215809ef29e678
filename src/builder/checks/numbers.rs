//! Which times and statuses `build()` refuses.

use std::time::Duration;

use http::StatusCode;

use crate::builder::draft::Draft;
use crate::builder::stated_by::StatedBy;
use crate::error::{Field, Problem, Reason};

/// The longest time that any browser keeps a preflight, in seconds (Firefox; Chromium: 7200).
const LONGEST_MAX_AGE: u64 = 86_400;

impl Draft {
    pub(in crate::builder) fn check_max_age(&self, problems: &mut Vec<Problem>) -> Option<u64> {
        let max_age = self.max_age?;
        let mut report = |reason, fix: String| {
            let text = match self.stated_by {
                StatedBy::Calls => format!("{max_age:?}"),
                StatedBy::Keys => max_age.as_secs().to_string(),
            };
            problems.push(Problem::new(Field::MaxAge, None, text, reason, fix));
        };
        if max_age > Duration::from_secs(LONGEST_MAX_AGE) {
            let unit = self.stated_by.fix(" s", "");
            report(
                Reason::MaxAgeTooLong,
                format!("write at most {LONGEST_MAX_AGE}{unit}"),
            );
        } else if max_age.subsec_nanos() != 0 {
            report(
                Reason::MaxAgeFraction,
                format!(
                    "write {} s or {} s",
                    max_age.as_secs(),
                    max_age.as_secs() + 1
                ),
            );
        }
        Some(max_age.as_secs())
    }

    pub(in crate::builder) fn check_preflight_status(
        &self,
        problems: &mut Vec<Problem>,
    ) -> StatusCode {
        let status = StatusCode::from_u16(self.preflight_status);
        status
            .ok()
            .filter(StatusCode::is_success)
            .unwrap_or_else(|| {
                problems.push(Problem::new(
                    Field::PreflightStatus,
                    None,
                    self.preflight_status.to_string(),
                    Reason::PreflightStatusNotOk,
                    "write 204, or 200 for clients that know no 204",
                ));
                StatusCode::NO_CONTENT
            })
    }
}
