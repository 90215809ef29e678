//! A policy as it was stated, and the checks that it must pass.

use std::time::Duration;

use http::{HeaderName, Method};

use super::stated_by::StatedBy;
use crate::error::{ConfigError, Field, Problem, Reason};
use crate::fetch::requested_headers::NameSet;
use crate::matcher::OriginMatcher;
use crate::origin::{OriginError, OriginPattern};
use crate::policy::Policy;
use crate::policy::predicate::Predicate;
use crate::policy::rules::{
    AllowedHeaders, AllowedMethods, AllowedOrigins, ExposedHeaders, Options, Rules,
};

/// What was said about a policy, unchecked. A text that could not be read is kept for the error.
#[derive(Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one independent yes or no"
)]
pub(crate) struct Draft {
    pub(super) stated_by: StatedBy,
    pub(crate) any_origin: bool,
    pub(crate) null_origin: bool,
    pub(crate) origins: Vec<Result<OriginPattern, OriginError>>,
    pub(crate) predicates: Vec<Predicate>,
    pub(crate) looked_up: bool,
    pub(crate) any_method: bool,
    pub(crate) mirror_methods: bool,
    pub(crate) methods: Vec<Result<Method, String>>,
    pub(crate) any_header: bool,
    pub(crate) mirror_headers: bool,
    pub(crate) headers: Vec<Result<HeaderName, String>>,
    pub(crate) expose_any: bool,
    pub(crate) exposed: Vec<Result<HeaderName, String>>,
    pub(crate) credentials: bool,
    pub(crate) max_age: Option<Duration>,
    pub(crate) preflight_status: u16,
    pub(crate) options: Options,
}

impl Draft {
    /// A draft that says nothing.
    pub(crate) fn stated_by(stated_by: StatedBy) -> Self {
        Self {
            stated_by,
            any_origin: false,
            null_origin: false,
            origins: vec![],
            predicates: vec![],
            looked_up: false,
            any_method: false,
            mirror_methods: false,
            methods: vec![],
            any_header: false,
            mirror_headers: false,
            headers: vec![],
            expose_any: false,
            exposed: vec![],
            credentials: false,
            max_age: None,
            preflight_status: 204,
            options: Options::default(),
        }
    }

    /// Checks everything at once and compiles the policy.
    pub(crate) fn compile(mut self) -> Result<Policy, ConfigError> {
        let mut problems = Vec::new();
        self.check_origins(&mut problems);
        let methods = self.check_methods(&mut problems);
        let headers = self.check_request_headers(&mut problems);
        let exposed = self.check_exposed_headers(&mut problems);
        let max_age = self.check_max_age(&mut problems);
        let preflight_status = self.check_preflight_status(&mut problems);
        if let Some(error) = ConfigError::of(problems) {
            return Err(error);
        }
        let origins = std::mem::take(&mut self.origins);
        Ok(Policy::new(Rules {
            origins: self.compile_origins(origins.into_iter().flatten().collect())?,
            methods: match () {
                () if self.any_method => AllowedMethods::Any,
                () if self.mirror_methods => AllowedMethods::Mirrored,
                () => AllowedMethods::Listed(methods.into_boxed_slice()),
            },
            headers: match () {
                () if self.any_header => AllowedHeaders::Any {
                    authorization: headers.contains(&http::header::AUTHORIZATION),
                },
                () if self.mirror_headers => AllowedHeaders::Mirrored,
                () => AllowedHeaders::Listed {
                    listed: NameSet::new(&headers),
                    names: headers.into_boxed_slice(),
                },
            },
            exposed: if self.expose_any {
                ExposedHeaders::Any
            } else {
                ExposedHeaders::Listed(exposed.into_boxed_slice())
            },
            credentials: self.credentials,
            max_age,
            options: Options {
                preflight_status,
                ..self.options
            },
        }))
    }

    fn compile_origins(&self, origins: Vec<OriginPattern>) -> Result<AllowedOrigins, ConfigError> {
        if self.any_origin {
            return Ok(AllowedOrigins::Any);
        }
        let count = origins.len();
        match OriginMatcher::compile(origins) {
            Ok(set) => Ok(AllowedOrigins::Listed {
                set,
                null: self.null_origin,
                predicates: self.predicates.clone().into_boxed_slice(),
                looked_up: self.looked_up,
                insecure: self.options.insecure_origins || !self.credentials,
            }),
            Err(_) => Err(ConfigError::from(Problem::new(
                Field::Origins,
                None,
                format!("{count} origins"),
                Reason::TooManyOrigins,
                self.stated_by.fix(
                    "name fewer, or allow them by a function with allow_origins_if",
                    "name fewer, or allow them by a function in the code",
                ),
            ))),
        }
    }
}
