//! Where a layer gets its policy for each request.

use std::fmt;
use std::sync::Arc;

use super::replaceable::Replaceable;
use super::watch::Watch;
use crate::choose::Choice;
use crate::fetch::request::RequestHead;
use crate::policy::outcome::Outcome;
use crate::policy::vary::Vary;
use crate::policy::{OriginCheck, Policy};

#[derive(Clone)]
pub(crate) struct PolicySource {
    current: Current,
    /// `None` if nothing is attached to the layer.
    watch: Option<Arc<Watch>>,
}

#[derive(Clone)]
enum Current {
    Fixed(Arc<Policy>),
    Reloadable(Arc<Replaceable<Policy>>),
    Chosen(Arc<Choice<PolicySource>>),
}

/// The policy of one request. It stays the same for the whole request, even if it is replaced meanwhile.
pub(crate) struct Resolved {
    pub(crate) policy: Arc<Policy>,
    applies: Applies,
    /// What is attached to the layer of this policy.
    watch: Option<Arc<Watch>>,
    /// What the choices around that layer add, from the innermost to the outermost.
    choices: Vec<(Option<Arc<Watch>>, Arc<Vary>)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Applies {
    Yes,
    /// The request passes as if the layer were not there.
    No,
}

impl PolicySource {
    /// What happens to a request.
    #[inline]
    pub(crate) fn outcome(&self, request: RequestHead<'_>) -> Outcome {
        match self {
            Self {
                current: Current::Fixed(policy),
                watch: None,
            } => policy.outcome(request),
            _ => self.dynamic_outcome(request),
        }
    }

    #[inline(never)]
    fn dynamic_outcome(&self, request: RequestHead<'_>) -> Outcome {
        self.resolve(request).outcome(request, None)
    }

    /// Finds the policy of a request.
    pub(crate) fn resolve(&self, request: RequestHead<'_>) -> Resolved {
        let policy = match &self.current {
            Current::Fixed(policy) => Arc::clone(policy),
            Current::Reloadable(policy) => policy.get(),
            Current::Chosen(choice) => return self.resolve_choice(choice, request),
        };
        Resolved {
            policy,
            applies: Applies::Yes,
            watch: self.watch.clone(),
            choices: vec![],
        }
    }

    fn resolve_choice(&self, choice: &Choice<Self>, request: RequestHead<'_>) -> Resolved {
        let mut resolved = match choice.choose(request) {
            Some(chosen) => chosen.resolve(request),
            None => Resolved {
                policy: choice.nobody.policy(),
                applies: Applies::No,
                watch: None,
                choices: vec![],
            },
        };
        if self.watch.is_some() || !choice.vary.is_empty() {
            let added = (self.watch.clone(), Arc::clone(&choice.vary));
            resolved.choices.push(added);
        }
        resolved
    }

    /// The policy in force. For a choice: that of `otherwise`, or one that allows nobody.
    pub(crate) fn policy(&self) -> Arc<Policy> {
        match &self.current {
            Current::Fixed(policy) => Arc::clone(policy),
            Current::Reloadable(policy) => policy.get(),
            Current::Chosen(choice) => choice
                .otherwise
                .as_ref()
                .map_or_else(|| Arc::new(Policy::none()), Self::policy),
        }
    }

    /// The policy that applies to a request, if any.
    pub(crate) fn policy_for(&self, request: RequestHead<'_>) -> Option<Arc<Policy>> {
        let resolved = self.resolve(request);
        (resolved.applies == Applies::Yes).then_some(resolved.policy)
    }

    pub(crate) fn is_reloadable(&self) -> bool {
        matches!(self.current, Current::Reloadable(_))
    }

    pub(crate) fn is_choice(&self) -> bool {
        matches!(self.current, Current::Chosen(_))
    }

    /// The names of the methods that attached something to the layer.
    pub(crate) fn attachments(&self) -> Vec<&'static str> {
        self.watch
            .as_ref()
            .map_or_else(Vec::new, |watch| watch.attachments())
    }

    /// The same source, with its policy from here.
    pub(crate) fn reload_from(self, policy: Arc<Replaceable<Policy>>) -> Self {
        Self {
            current: Current::Reloadable(policy),
            ..self
        }
    }

    /// The same source with something attached.
    pub(crate) fn attach(self, attach: impl FnOnce(&mut Watch)) -> Self {
        let mut watch = self.watch.map_or_else(Watch::default, Arc::unwrap_or_clone);
        attach(&mut watch);
        Self {
            watch: Some(Arc::new(watch)),
            ..self
        }
    }
}

impl Resolved {
    /// What happens to the request. `check` is the result of `self.policy`, if the caller has it.
    pub(crate) fn outcome(
        &self,
        request: RequestHead<'_>,
        check: Option<OriginCheck<'_>>,
    ) -> Outcome {
        let mut outcome = match self.applies {
            Applies::Yes => self.watched_outcome(request, check),
            Applies::No => Outcome::untouched(Arc::clone(&self.policy)),
        };
        for (_, vary) in &self.choices {
            outcome = outcome.with_vary(vary);
        }
        outcome
    }

    fn watched_outcome(&self, request: RequestHead<'_>, check: Option<OriginCheck<'_>>) -> Outcome {
        let watches = || {
            let outer = self.choices.iter().filter_map(|(watch, _)| watch.as_ref());
            self.watch.iter().chain(outer)
        };
        // The outermost layer decides last.
        let shadow = watches()
            .filter_map(|watch| watch.enforced_shadow(request))
            .next_back();
        let policy = shadow.as_ref().unwrap_or(&self.policy);
        let check = match (&shadow, check) {
            (None, Some(check)) => check,
            _ => policy.check(request),
        };
        let mut outcome = policy.outcome_of(check, request);
        for watch in watches() {
            outcome = watch.observe(outcome, policy, check, request);
        }
        outcome
    }
}

impl From<Arc<Policy>> for PolicySource {
    fn from(policy: Arc<Policy>) -> Self {
        Self {
            current: Current::Fixed(policy),
            watch: None,
        }
    }
}

impl From<Choice<Self>> for PolicySource {
    fn from(choice: Choice<Self>) -> Self {
        Self {
            current: Current::Chosen(Arc::new(choice)),
            watch: None,
        }
    }
}

impl fmt::Debug for PolicySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.current {
            Current::Fixed(_) | Current::Reloadable(_) => self.policy().fmt(f),
            Current::Chosen(choice) => choice.fmt(f),
        }
    }
}
