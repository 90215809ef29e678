//! Layers with more than one fixed policy: the policy is chosen or replaced, or observers see its decisions.

pub(crate) mod attachments;
pub(crate) mod choice;
pub(crate) mod observe;
pub(crate) mod replaceable;
mod replaceable_sync;
mod resolved;
pub(crate) mod source;
#[cfg(feature = "tracing")]
pub(crate) mod trace;

pub(crate) use observe::diagnose;
#[cfg(feature = "lookup")]
pub(crate) use resolved::Resolved;
