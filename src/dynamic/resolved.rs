//! The policy that decides about one request, found once, and what is attached to the layers on the way to it.

use std::borrow::Cow;
use std::sync::Arc;

use super::attachments::Attachments;
use super::observe::Observation;
use crate::fetch::request::RequestHead;
use crate::policy::Policy;
use crate::policy::decision::Decision;
use crate::policy::headers::change::Change;
use crate::policy::headers::vary::Vary;
use crate::policy::outcome::Outcome;
use crate::policy::verdict::{LookupAnswer, Verdict};

/// The policy of one request. It stays the same for the whole request, even if it is replaced meanwhile.
///
/// It borrows from the source what it can: the reference count of an [`Arc`] is contended between threads.
pub(crate) struct Resolved<'a> {
    /// `None` if no policy applies: the request passes as if the layer were not there.
    policy: Option<Cow<'a, Arc<Policy>>>,
    /// What is attached to the layer of the policy.
    attached: Option<ObservedLayer<'a>>,
    /// What is attached to the choices around that layer, from the innermost to the outermost.
    attached_to_choices: Vec<ObservedLayer<'a>>,
    /// The request headers that it depends on which policy decides.
    vary: Vec<Vary>,
}

struct ObservedLayer<'a> {
    attachments: Cow<'a, Arc<Attachments>>,
    /// The shadow policy of this request, if something reports it.
    shadow: Option<Arc<Policy>>,
}

impl<'a> Resolved<'a> {
    pub(super) fn new(policy: Option<Cow<'a, Arc<Policy>>>) -> Self {
        Self {
            policy,
            attached: None,
            attached_to_choices: vec![],
            vary: vec![],
        }
    }

    /// Adds what is attached to the layer of the policy.
    pub(super) fn attach(&mut self, attachments: &'a Arc<Attachments>, request: RequestHead<'_>) {
        self.attached = Some(self.roll_out(attachments, request));
    }

    /// Adds a choice that has found this policy.
    pub(super) fn add_choice(
        &mut self,
        vary: &Vary,
        attachments: Option<&'a Arc<Attachments>>,
        request: RequestHead<'_>,
    ) {
        if !vary.is_empty() {
            self.vary.push(vary.clone());
        }
        if let Some(attachments) = attachments {
            let attached = self.roll_out(attachments, request);
            self.attached_to_choices.push(attached);
        }
    }

    /// If a roll-out enforces its policy for this request, that policy decides. The outermost roll-out comes last.
    fn roll_out(
        &mut self,
        attachments: &'a Arc<Attachments>,
        request: RequestHead<'_>,
    ) -> ObservedLayer<'a> {
        let mut attached = ObservedLayer {
            attachments: Cow::Borrowed(attachments),
            shadow: None,
        };
        let Some(shadow) = &attachments.shadow else {
            return attached;
        };
        self.vary.extend(shadow.vary());
        let is_enforced = shadow.is_enforced_for(request.headers);
        if is_enforced || attachments.need_decisions() {
            let found = shadow.source.resolve(request);
            attached.shadow = found.policy.map(Cow::into_owned);
            if is_enforced {
                self.policy = attached.shadow.clone().map(Cow::Owned);
                self.vary.extend(found.vary);
            }
        }
        attached
    }

    /// Counts a reference to all that it borrows.
    pub(crate) fn into_owned(self) -> Resolved<'static> {
        let owned = |attached: ObservedLayer<'_>| ObservedLayer {
            attachments: Cow::Owned(attached.attachments.into_owned()),
            shadow: attached.shadow,
        };
        Resolved {
            policy: self.policy.map(|policy| Cow::Owned(policy.into_owned())),
            attached: self.attached.map(owned),
            attached_to_choices: self.attached_to_choices.into_iter().map(owned).collect(),
            vary: self.vary,
        }
    }

    pub(crate) fn policy(&self) -> Option<&Arc<Policy>> {
        self.policy.as_deref()
    }

    pub(crate) fn into_policy(self) -> Option<Arc<Policy>> {
        self.policy.map(Cow::into_owned)
    }

    /// Decides about the request, except what only a look-up can say. `None` if no policy applies.
    pub(crate) fn verdict<'r>(&'r self, request: &RequestHead<'r>) -> Option<Verdict<'r>> {
        self.policy().map(|policy| policy.verdict(request))
    }

    /// What happens to the request, by the verdict of [`Self::verdict`] and the answer of the look-up that it asks for.
    pub(crate) fn outcome(
        &self,
        verdict: Option<Verdict<'_>>,
        answer: LookupAnswer,
        request: RequestHead<'_>,
    ) -> Outcome {
        let mut outcome = match (self.policy(), verdict) {
            (Some(policy), Some(verdict)) => {
                let verdict = policy.settle(verdict, answer, &request);
                let outcome = policy.outcome(verdict, &request);
                self.report(outcome, policy, verdict, answer, request)
            }
            _ => Outcome::Forward(Change::Unchanged),
        };
        for vary in &self.vary {
            outcome = outcome.with_vary(vary);
        }
        outcome
    }

    /// Shows the decision to the observers, and adds the diagnosis header.
    fn report(
        &self,
        mut outcome: Outcome,
        policy: &Arc<Policy>,
        verdict: Verdict<'_>,
        answer: LookupAnswer,
        request: RequestHead<'_>,
    ) -> Outcome {
        let all = self.attached.iter().chain(&self.attached_to_choices);
        for attached in all.filter(|attached| attached.attachments.need_decisions()) {
            let decision = policy.decision(verdict, request);
            let shadow = attached.shadow_decision(policy, decision, answer, request);
            let observation = Observation::new(decision, request, policy, shadow);
            for observer in &attached.attachments.observers {
                observer.report(&observation);
            }
            if let Some(diagnose) = attached.attachments.diagnose {
                outcome = outcome.with_diagnosis(diagnose(&observation));
            }
        }
        outcome
    }
}

impl ObservedLayer<'_> {
    /// What the shadow policy decides. It takes the answer of a look-up only if it would ask the same question.
    fn shadow_decision<'r>(
        &self,
        policy: &Arc<Policy>,
        decision: Decision<'r>,
        answer: LookupAnswer,
        request: RequestHead<'r>,
    ) -> Option<Decision<'r>> {
        let shadow = self.shadow.as_ref()?;
        if Arc::ptr_eq(shadow, policy) {
            return Some(decision);
        }
        let verdict = shadow.settle(shadow.verdict(&request), answer, &request);
        Some(shadow.decision(verdict, request))
    }
}
