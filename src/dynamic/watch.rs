//! What is attached to a layer: observers, a shadow policy, the diagnosis header.

use std::sync::Arc;

use super::diagnosis::Diagnose;
use super::observe::{Observation, Observer};
use super::shadow::Shadow;
use crate::fetch::request::RequestHead;
use crate::policy::outcome::Outcome;
use crate::policy::{OriginCheck, Policy};

#[derive(Clone, Default)]
pub(crate) struct Watch {
    observers: Vec<Observer>,
    /// A function pointer, so only programs that call it contain its code.
    diagnose: Option<Diagnose>,
    shadow: Option<Shadow>,
}

impl Watch {
    pub(crate) fn add_observer(&mut self, observer: Observer) {
        self.observers.push(observer);
    }

    pub(crate) fn set_shadow(&mut self, shadow: Shadow) {
        self.shadow = Some(shadow);
    }

    pub(crate) fn set_diagnose(&mut self, diagnose: Diagnose) {
        self.diagnose = Some(diagnose);
    }

    /// The names of the methods that attached something.
    pub(super) fn attachments(&self) -> Vec<&'static str> {
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

    /// The shadow policy, if it decides about this request.
    pub(super) fn enforced_shadow(&self, request: RequestHead<'_>) -> Option<Arc<Policy>> {
        let shadow = self.shadow.as_ref()?;
        if shadow.is_enforced_for(request.headers) {
            shadow.policy(request)
        } else {
            None
        }
    }

    /// Reports the decision of `policy` to the observers, and adds what they add to the response.
    pub(super) fn observe(
        &self,
        outcome: Outcome,
        policy: &Arc<Policy>,
        check: OriginCheck<'_>,
        request: RequestHead<'_>,
    ) -> Outcome {
        let outcome = self.report(outcome, policy, check, request);
        match &self.shadow {
            Some(shadow) => shadow.add_vary(outcome),
            None => outcome,
        }
    }

    fn report(
        &self,
        outcome: Outcome,
        policy: &Arc<Policy>,
        check: OriginCheck<'_>,
        request: RequestHead<'_>,
    ) -> Outcome {
        if self.observers.is_empty() && self.diagnose.is_none() {
            return outcome;
        }
        let decision = policy.decision(check, request);
        let shadow = self.shadow.as_ref().and_then(|shadow| {
            if shadow.is_enforced_for(request.headers) {
                return Some(decision);
            }
            let policy = shadow.policy(request)?;
            Some(policy.decide_head(request))
        });
        let observation = Observation::new(decision, request, policy, shadow);
        for observer in &self.observers {
            observer.report(&observation);
        }
        match self.diagnose {
            Some(diagnose) => outcome.with_diagnosis(diagnose(&observation)),
            None => outcome,
        }
    }
}
