//! Where a service takes its policy from: fixed for good, or living.

use std::fmt;
use std::sync::Arc;

use crate::dynamic::Living;
use crate::fetch::request::Asked;
use crate::policy::Policy;
use crate::policy::outcome::Course;

#[derive(Clone)]
pub(crate) enum Source {
    /// The plain layer: one policy, and nobody watches.
    Fixed(Arc<Policy>),
    /// A policy that may change, or be watched. Kept apart, so that the plain layer pays nothing for it.
    Living(Arc<Living>),
}

impl Source {
    /// The one question of the middleware.
    #[inline]
    pub(crate) fn course(&self, asked: Asked<'_>) -> Course {
        match self {
            Self::Fixed(policy) => policy.course(asked),
            Self::Living(living) => living.course(asked),
        }
    }

    /// The same question, under a policy that was in force before.
    #[cfg(feature = "lookup")]
    pub(crate) fn course_under(&self, policy: &Arc<Policy>, asked: Asked<'_>) -> Course {
        match self {
            Self::Fixed(_) => policy.course(asked),
            Self::Living(living) => living.course_under(policy, asked),
        }
    }

    /// The policy that is in force.
    pub(crate) fn policy(&self) -> Arc<Policy> {
        match self {
            Self::Fixed(policy) => Arc::clone(policy),
            Self::Living(living) => living.policy(),
        }
    }

    /// What is more than a policy that stays.
    pub(crate) fn as_living(&self) -> Option<&Living> {
        match self {
            Self::Fixed(_) => None,
            Self::Living(living) => Some(living),
        }
    }

    /// The same policy, living.
    pub(crate) fn into_living(self) -> Living {
        match self {
            Self::Fixed(policy) => Living::new(policy),
            Self::Living(living) => Arc::unwrap_or_clone(living),
        }
    }
}

impl From<Living> for Source {
    fn from(living: Living) -> Self {
        Self::Living(Arc::new(living))
    }
}

/// The policy that is in force.
impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.policy().fmt(f)
    }
}
