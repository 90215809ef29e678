//! A policy that may change, or be watched: what is done about a request besides the plain course.

mod diagnosis;
mod in_force;
mod observe;
pub(crate) mod replaceable;
mod replaceable_sync;
mod shadow;
pub(crate) mod source;
#[cfg(feature = "tracing")]
mod trace;

use std::sync::Arc;

use crate::fetch::request::Asked;
use crate::policy::Policy;
use crate::policy::decision::Decision;
use crate::policy::outcome::Course;
use diagnosis::Diagnose;
use in_force::InForce;
pub use observe::Observation;
pub(crate) use observe::Observer;
use replaceable::Replaceable;
use shadow::Shadow;

#[derive(Clone)]
pub(crate) struct Living {
    policy: InForce,
    observers: Vec<Observer>,
    /// Set by whoever asks for it, so that the linker leaves it out of other programs.
    diagnose: Option<Diagnose>,
    shadow: Option<Shadow>,
}

impl Living {
    pub(crate) fn new(policy: Arc<Policy>) -> Self {
        Self {
            policy: InForce::Fixed(policy),
            observers: vec![],
            diagnose: None,
            shadow: None,
        }
    }

    pub(crate) fn add_observer(&mut self, observer: Observer) {
        self.observers.push(observer);
    }

    /// From now on the policy is one that can be replaced.
    pub(crate) fn follow(&mut self, policy: Arc<Replaceable<Policy>>) {
        self.policy = InForce::Replaceable(policy);
    }

    pub(crate) fn is_reloadable(&self) -> bool {
        matches!(self.policy, InForce::Replaceable(_))
    }

    /// The methods that attached what is more than a policy.
    pub(crate) fn attachments(&self) -> Vec<&'static str> {
        let mut attachments = Vec::new();
        if !self.observers.is_empty() {
            attachments.push("on_decision");
        }
        if self.diagnose.is_some() {
            attachments.push("dangerously_expose_diagnosis");
        }
        if self.shadow.is_some() {
            attachments.push("shadow");
        }
        attachments
    }

    pub(crate) fn try_out(&mut self, shadow: Shadow) {
        self.shadow = Some(shadow);
    }

    pub(crate) fn show_diagnosis(&mut self, diagnose: Diagnose) {
        self.diagnose = Some(diagnose);
    }

    /// The policy that is in force.
    pub(crate) fn policy(&self) -> Arc<Policy> {
        self.policy.get()
    }

    #[inline(never)]
    pub(crate) fn course(&self, asked: Asked<'_>) -> Course {
        // Once for each request: its answer and what is told of it come from one and the same policy.
        self.course_under(&self.policy(), asked)
    }

    pub(crate) fn course_under(&self, policy: &Arc<Policy>, asked: Asked<'_>) -> Course {
        let Some(shadow) = &self.shadow else {
            return self.tell(policy, policy.course(asked), asked, None);
        };
        let candidate = shadow.policy();
        if shadow.is_enforced_for(asked.headers) {
            let course = candidate.course(asked);
            let decision = candidate.decision(asked, course.allows_origin());
            return shadow.vary(self.tell(&candidate, course, asked, Some(decision)));
        }
        let decision = candidate.decide_asked(asked);
        shadow.vary(self.tell(policy, policy.course(asked), asked, Some(decision)))
    }

    /// Tells the observers of a course, and whoever looks at the response.
    fn tell(
        &self,
        policy: &Arc<Policy>,
        course: Course,
        asked: Asked<'_>,
        shadow: Option<Decision<'_>>,
    ) -> Course {
        if self.observers.is_empty() && self.diagnose.is_none() {
            return course;
        }
        let decision = policy.decision(asked, course.allows_origin());
        let observation = Observation::new(decision, asked, policy, shadow);
        for observer in &self.observers {
            observer.tell(&observation);
        }
        match self.diagnose {
            Some(diagnose) => course.with_diagnosis(diagnose(&observation)),
            None => course,
        }
    }
}
