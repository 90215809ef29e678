//! A policy that may change, or be watched: what is done about a request besides the plain course.

mod observation;

use std::sync::Arc;

use crate::course::Course;
use crate::policy::Policy;
use crate::request::Asked;
pub use observation::Observation;
pub(crate) use observation::Observer;

#[derive(Clone)]
pub(crate) struct Living {
    policy: Arc<Policy>,
    observers: Vec<Observer>,
}

impl Living {
    pub(crate) fn new(policy: Arc<Policy>) -> Self {
        Self {
            policy,
            observers: vec![],
        }
    }

    pub(crate) fn add_observer(&mut self, observer: Observer) {
        self.observers.push(observer);
    }

    /// The policy that is in force.
    pub(crate) fn policy(&self) -> Arc<Policy> {
        Arc::clone(&self.policy)
    }

    #[inline(never)]
    pub(crate) fn course(&self, asked: Asked<'_>) -> Course {
        // Once for each request: its answer and what is told of it come from one and the same policy.
        let policy = self.policy();
        if !self.observers.is_empty() {
            let observation = Observation::new(policy.decide_asked(asked), asked, &policy);
            for observer in &self.observers {
                observer.tell(&observation);
            }
        }
        policy.course(asked)
    }
}
