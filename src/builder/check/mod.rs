//! The checks of `build()`. They report every problem, and compile a policy without problems.

mod credentials;
mod names;
mod numbers;
mod origins;
mod presets;

use super::unchecked::UncheckedPolicy;
use crate::config::DEFAULT_PREFLIGHT_STATUS;
use crate::error::{ConfigError, Field, Problem, Reason};
use crate::matcher::OriginMatcher;
use crate::origin::OriginPattern;
use crate::policy::Policy;

impl UncheckedPolicy {
    pub(super) fn check(mut self) -> Result<Policy, ConfigError> {
        let mut problems = Vec::new();
        let origins = self.check_origins(&mut problems);
        self.rules.methods.listed = self.check_methods(&mut problems);
        self.rules.request_headers.listed = self.check_request_headers(&mut problems);
        self.rules.exposed_headers.listed = self.check_exposed_headers(&mut problems);
        self.rules.presets = self.check_presets(&mut problems);
        self.add_presets();
        self.rules.settings.max_age = self.check_max_age(&mut problems);
        self.check_preflight_status(&mut problems);
        if let Some(error) = ConfigError::of(problems) {
            return Err(error);
        }
        self.compile(origins)
    }

    fn compile(mut self, mut origins: Vec<OriginPattern>) -> Result<Policy, ConfigError> {
        if self.rules.settings.preflight_status == Some(DEFAULT_PREFLIGHT_STATUS) {
            self.rules.settings.preflight_status = None;
        }
        if self.rules.any_origin {
            // With any origin allowed, the other ways to allow one add nothing.
            for origin in &origins {
                self.rules.risks_beside_any_origin.add(origin);
            }
            origins.clear();
            self.rules.predicates.clear();
            self.rules.settings.allow_loopback_origins = false;
            self.rules.settings.allow_looked_up_origins = false;
        }
        let count = origins.len();
        let origins = OriginMatcher::compile(&origins).map_err(|_| {
            let fix = self.notation.fix(
                "list fewer, or call allow_origins_if() with a function",
                "list fewer, or call allow_origins_if() with a function in the code",
            );
            let text = format!("{count} origins");
            let reason = Reason::TooManyOrigins;
            ConfigError::from(Problem::new(Field::Origins, None, &text, reason, fix))
        })?;
        Ok(Policy::new(self.rules, origins, self.notation))
    }
}
