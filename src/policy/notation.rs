//! How a policy is written: by the builder or as data.

/// How a policy is written. A fix has to be in the same notation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Notation {
    /// Calls of the builder's methods.
    Builder,
    /// Keys of a [`CorsConfig`](crate::CorsConfig).
    Config,
    /// The one call [`CorsLayer::permissive()`](crate::CorsLayer::permissive), which has no builder to change.
    Permissive,
}

impl Notation {
    /// The text in this notation.
    pub(crate) fn fix(self, builder: &'static str, config: &'static str) -> &'static str {
        match self {
            Self::Builder | Self::Permissive => builder,
            Self::Config => config,
        }
    }
}
