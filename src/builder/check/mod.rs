//! The checks of `build()`. They report every problem, and compile a policy without problems.

mod names;
mod origins;
mod trust;

use std::str::FromStr;
use std::time::Duration;

use super::UncheckedPolicy;
use super::inputs::Item;
use crate::error::credentials::CredentialConflict;
use crate::error::{ConfigError, Field, Problems, Reason};
use crate::matcher::{OriginMatcher, TooLarge};
use crate::policy::Policy;
use crate::policy::presets::Preset;
use crate::policy::rules::{DEFAULT_PREFLIGHT_STATUS, Notation, Rules};
use origins::CheckedOrigins;

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
        self.check_max_age(&mut problems);
        self.check_preflight_status(&mut problems);
        self.check_rejections(&mut problems);
        let hosts = self.check_hosts(&mut problems);
        problems.into_result()?;
        self.rules.hosts = hosts;
        compile(std::mem::take(&mut self.rules), origins, self.notation)
    }
}

fn compile(
    mut rules: Rules,
    mut origins: CheckedOrigins,
    notation: Notation,
) -> Result<Policy, ConfigError> {
    if rules.preflight_status == Some(DEFAULT_PREFLIGHT_STATUS) {
        rules.preflight_status = None;
    }
    if rules.any_origin {
        origins.add_to(&mut rules.risks_beside_any_origin);
        // Any page may read. The other ways to allow one say only who may write.
        if !rules.reject_cross_site_writes {
            origins = CheckedOrigins::default();
            rules.predicates.clear();
            rules.allow_loopback_origins = false;
        }
        rules.allow_looked_up_origins = false;
    }
    let count = origins.len();
    let matcher = OriginMatcher::compile(&origins.patterns, origins.exact)
        .map_err(|error| error.for_list(count, notation))?;
    Ok(Policy::new(rules, matcher, notation))
}

impl TooLarge {
    #[expect(clippy::unused_self, reason = "it says nothing else")]
    pub(super) fn for_list(self, origins: usize, notation: Notation) -> ConfigError {
        let text = format!("{origins} origins");
        let fix = notation.fix(
            "list fewer, or call allow_origins_if() with a function",
            "list fewer, or call allow_origins_if() with a function in the code",
        );
        ConfigError::new(Field::Origins, &text, Reason::TooManyOrigins, fix)
    }
}

impl UncheckedPolicy {
    /// The builder cannot express these combinations, but a configuration can.
    fn check_credentials_with(&self, excluded: CredentialConflict, problems: &mut Problems) {
        let (is_chosen, field, text) = match excluded {
            CredentialConflict::AnyOrigin => (self.rules.any_origin, Field::Origins, "*"),
            CredentialConflict::NullOrigin => {
                (self.rules.allow_null_origin, Field::NullOrigin, "null")
            }
            CredentialConflict::AnyMethod => (self.rules.methods.any, Field::Methods, "*"),
            CredentialConflict::AnyHeader => (self.rules.request_headers.any, Field::Headers, "*"),
            CredentialConflict::AnyExposedHeader => {
                (self.rules.exposed_headers.any, Field::ExposedHeaders, "*")
            }
        };
        if is_chosen && self.rules.credentials {
            let reason = Reason::WithCredentials(excluded);
            problems.add(field, None, text, reason, excluded.fix());
        }
    }

    /// The presets, each once, in their order.
    fn check_presets(&self, problems: &mut Problems) -> Vec<Preset> {
        let mut checked = Vec::new();
        for (index, item) in self.presets.iter().enumerate() {
            let read = match item {
                Item::Value(preset) => Ok(*preset),
                Item::Text(name) => Preset::from_name(name).ok_or(name),
            };
            match read {
                Ok(preset) if checked.contains(&preset) => {}
                Ok(preset) => checked.push(preset),
                Err(text) => {
                    let names: Vec<_> = Preset::ALL.iter().map(|preset| preset.name()).collect();
                    let names = format!("{names:?}");
                    let fix = format!("write one of {}", names.trim_matches(['[', ']']));
                    let (field, reason) = (Field::Presets, Reason::UnknownPreset);
                    problems.add(field, Some(index), text, reason, &fix);
                }
            }
        }
        checked
    }

    /// Runs after the lists are checked, because an index in an error counts the entries of the written list. The
    /// entries of a preset come last, even if the list has them too.
    fn add_presets(&mut self) {
        let rules = &mut self.rules;
        for preset in &rules.presets {
            add(&mut rules.methods.listed, preset.methods());
            add(&mut rules.request_headers.listed, preset.request_headers());
            add(&mut rules.exposed_headers.listed, preset.exposed_headers());
        }
    }

    /// Whole seconds.
    fn check_max_age(&self, problems: &mut Problems) {
        let Some(max_age) = self.rules.max_age else {
            return;
        };
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
    }

    fn check_preflight_status(&self, problems: &mut Problems) {
        let status = self.rules.preflight_status();
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

fn add<T: PartialEq + FromStr>(list: &mut Vec<T>, further: &[&str]) {
    for entry in further.iter().filter_map(|text| text.parse().ok()) {
        list.retain(|other| *other != entry);
        list.push(entry);
    }
}

/// In seconds. Firefox has the highest limit of all browsers.
const LONGEST_MAX_AGE: u64 = 86_400;
