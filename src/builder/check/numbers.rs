//! The checks of the preflight cache time and status.

use std::time::Duration;

use crate::builder::unchecked::UncheckedPolicy;
use crate::error::{Field, Problems, Reason};
use crate::policy::notation::Notation;

/// In seconds. Firefox has the highest limit of all browsers.
const LONGEST_MAX_AGE: u64 = 86_400;

impl UncheckedPolicy {
    /// Whole seconds.
    pub(super) fn check_max_age(&self, problems: &mut Problems) -> Option<u64> {
        let max_age = self.max_age?;
        let seconds = max_age.as_secs();
        let problem = if max_age > Duration::from_secs(LONGEST_MAX_AGE) {
            let unit = self.notation.fix(" s", "");
            let fix = format!("write at most {LONGEST_MAX_AGE}{unit}");
            Some((Reason::MaxAgeTooLong, fix))
        } else if max_age.subsec_nanos() != 0 {
            let fix = format!("write {seconds} s or {} s", seconds + 1);
            Some((Reason::MaxAgeFraction, fix))
        } else {
            None
        };
        if let Some((reason, fix)) = problem {
            let text = match self.notation {
                Notation::Builder | Notation::Permissive => format!("{max_age:?}"),
                Notation::Config => seconds.to_string(),
            };
            problems.add(Field::MaxAge, None, &text, reason, &fix);
        }
        Some(seconds)
    }

    pub(super) fn check_preflight_status(&self, problems: &mut Problems) {
        let status = self.rules.settings.preflight_status();
        if !(200..=299).contains(&status) {
            problems.add(
                Field::PreflightStatus,
                None,
                &status.to_string(),
                Reason::PreflightStatusNotOk,
                "write 204, or 200 for clients that do not know 204",
            );
        }
    }
}
