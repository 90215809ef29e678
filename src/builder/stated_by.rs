//! Whether a policy was stated by calls or as data: its problems are told in the words for it.

/// Who has to mend a policy, and so what to tell them to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StatedBy {
    /// A program, by the builder's methods.
    Calls,
    /// A file or the like, by the keys of a [`CorsConfig`](crate::CorsConfig).
    Keys,
}

impl StatedBy {
    /// The fix in the words that fit.
    pub(crate) fn fix(self, calls: &'static str, keys: &'static str) -> &'static str {
        match self {
            Self::Calls => calls,
            Self::Keys => keys,
        }
    }
}
