//! A policy before `build()` checks it: its rules, and the values that `build()` still has to check.

use std::time::Duration;

use http::{HeaderName, Method};

use super::inputs::Item;
use crate::origin::OriginPattern;
use crate::policy::notation::Notation;
use crate::policy::rules::Rules;

/// The builder and a [`CorsConfig`](crate::CorsConfig) both fill one of these. `check` compiles it.
#[derive(Clone)]
pub(super) struct UncheckedPolicy {
    pub(super) notation: Notation,
    pub(super) rules: Rules,
    // `check` moves the valid entries of these lists into the rules.
    pub(super) origins: Vec<Item<OriginPattern>>,
    pub(super) methods: Vec<Item<Method>>,
    pub(super) request_headers: Vec<Item<HeaderName>>,
    pub(super) exposed_headers: Vec<Item<HeaderName>>,
    /// The names of the presets.
    pub(super) presets: Vec<String>,
    pub(super) max_age: Option<Duration>,
}

impl UncheckedPolicy {
    pub(super) fn new(notation: Notation) -> Self {
        Self {
            notation,
            rules: Rules::default(),
            origins: vec![],
            methods: vec![],
            request_headers: vec![],
            exposed_headers: vec![],
            presets: vec![],
            max_age: None,
        }
    }
}
