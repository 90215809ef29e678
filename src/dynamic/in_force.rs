//! The policy that is in force: for good, or until it is replaced.

use std::sync::Arc;

use super::replaceable::Replaceable;
use crate::policy::Policy;

#[derive(Clone)]
pub(crate) enum InForce {
    Fixed(Arc<Policy>),
    Replaceable(Arc<Replaceable<Policy>>),
}

impl InForce {
    pub(crate) fn get(&self) -> Arc<Policy> {
        match self {
            Self::Fixed(policy) => Arc::clone(policy),
            Self::Replaceable(policy) => policy.get(),
        }
    }
}
