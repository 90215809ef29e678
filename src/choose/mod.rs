//! What a choice among policies compares: hosts and path prefixes.

pub(crate) mod host;
pub(crate) mod path;
