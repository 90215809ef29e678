//! The checks of `build()`. They report every problem, and compile a policy without problems.

mod credentials;
mod names;
mod numbers;
mod origins;
mod presets;

use super::unchecked::UncheckedPolicy;
use crate::config::DEFAULT_PREFLIGHT_STATUS;
use crate::error::{ConfigError, Field, Problems, Reason};
use crate::matcher::{OriginMatcher, TooLarge};
use crate::origin::OriginPattern;
use crate::policy::Policy;
use crate::policy::notation::Notation;
use crate::policy::rules::Rules;

impl UncheckedPolicy {
    /// Call it once: it takes the rules out.
    pub(super) fn check(&mut self) -> Result<Policy, ConfigError> {
        let mut problems = Problems::default();
        let origins = self.check_origins(&mut problems);
        self.rules.methods.listed = self.check_methods(&mut problems);
        self.rules.request_headers.listed = self.check_request_headers(&mut problems);
        self.rules.exposed_headers.listed = self.check_exposed_headers(&mut problems);
        self.rules.presets = self.check_presets(&mut problems);
        self.add_presets();
        self.rules.settings.max_age = self.check_max_age(&mut problems);
        self.check_preflight_status(&mut problems);
        problems.into_result()?;
        compile(std::mem::take(&mut self.rules), origins, self.notation)
    }
}

fn compile(
    mut rules: Rules,
    mut origins: Vec<OriginPattern>,
    notation: Notation,
) -> Result<Policy, ConfigError> {
    if rules.settings.preflight_status == Some(DEFAULT_PREFLIGHT_STATUS) {
        rules.settings.preflight_status = None;
    }
    if rules.any_origin {
        // With any origin allowed, the other ways to allow one add nothing.
        for origin in &origins {
            rules.risks_beside_any_origin.add(origin);
        }
        origins.clear();
        rules.predicates.clear();
        rules.settings.allow_loopback_origins = false;
        rules.settings.allow_looked_up_origins = false;
    }
    let matcher = OriginMatcher::compile(&origins).map_err(|TooLarge| {
        let text = format!("{} origins", origins.len());
        let fix = notation.fix(
            "list fewer, or call allow_origins_if() with a function",
            "list fewer, or call allow_origins_if() with a function in the code",
        );
        ConfigError::new(Field::Origins, &text, Reason::TooManyOrigins, fix)
    })?;
    Ok(Policy::new(rules, matcher, notation))
}
