//! Layers with more than one fixed policy: the policy is chosen or replaced, or observers see its decisions.

mod diagnosis;
pub(crate) mod observe;
pub(crate) mod replaceable;
mod replaceable_sync;
pub(crate) mod shadow;
pub(crate) mod source;
#[cfg(feature = "tracing")]
pub(crate) mod trace;
mod watch;

pub(crate) use diagnosis::diagnose;
