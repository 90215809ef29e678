//! Where a layer gets its policy for each request.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use super::replaceable::Replaceable;
use super::watch::Watch;
use crate::choose::Choice;
use crate::fetch::request::RequestHead;
use crate::policy::change::Change;
use crate::policy::outcome::Outcome;
use crate::policy::vary::Vary;
use crate::policy::{OriginCheck, Policy};

#[derive(Clone)]
pub(crate) enum PolicySource {
    Fixed(Arc<Policy>),
    /// A trait object, because a program that has only fixed policies should not contain the code of the others.
    Dynamic(Arc<dyn Dynamic>),
}

/// A policy that is chosen or replaced, or has something attached.
pub(crate) trait Dynamic: fmt::Debug + Send + Sync {
    fn source(&self) -> &DynamicSource;

    fn resolve(&self, request: RequestHead<'_>) -> Resolved<'_>;

    fn outcome(&self, request: RequestHead<'_>) -> Outcome;

    fn policy(&self) -> Arc<Policy>;
}

#[derive(Clone)]
pub(crate) struct DynamicSource {
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
///
/// It borrows from the source what it can: all threads count the references to an [`Arc`] in one place in memory.
pub(crate) struct Resolved<'a> {
    pub(crate) policy: Cow<'a, Arc<Policy>>,
    applies: Applies,
    /// What is attached to the layer of this policy.
    watch: Option<Cow<'a, Arc<Watch>>>,
    /// What the choices around that layer add, from the innermost to the outermost.
    choices: Vec<(Option<Cow<'a, Arc<Watch>>>, Vary)>,
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
    pub(crate) fn outcome(&self, request: &RequestHead<'_>) -> Outcome {
        match self {
            Self::Fixed(policy) => policy.outcome(request),
            Self::Dynamic(dynamic) => dynamic.outcome(*request),
        }
    }

    /// Finds the policy of a request.
    pub(crate) fn resolve(&self, request: RequestHead<'_>) -> Resolved<'_> {
        match self {
            Self::Fixed(policy) => Resolved::of(Cow::Borrowed(policy), None),
            Self::Dynamic(dynamic) => dynamic.resolve(request),
        }
    }

    /// The policy in force. For a choice: that of `otherwise`, or one that allows nobody.
    pub(crate) fn policy(&self) -> Arc<Policy> {
        match self {
            Self::Fixed(policy) => Arc::clone(policy),
            Self::Dynamic(dynamic) => dynamic.policy(),
        }
    }

    /// The policy that applies to a request, if any.
    pub(crate) fn policy_for(&self, request: RequestHead<'_>) -> Option<Arc<Policy>> {
        let resolved = self.resolve(request);
        (resolved.applies == Applies::Yes).then(|| resolved.policy.into_owned())
    }

    pub(crate) fn is_reloadable(&self) -> bool {
        self.dynamic()
            .is_some_and(|source| matches!(source.current, Current::Reloadable(_)))
    }

    pub(crate) fn is_choice(&self) -> bool {
        self.dynamic()
            .is_some_and(|source| matches!(source.current, Current::Chosen(_)))
    }

    /// The names of the methods that attached something to the layer.
    pub(crate) fn attachments(&self) -> Vec<&'static str> {
        self.dynamic()
            .and_then(|source| source.watch.as_ref())
            .map_or_else(Vec::new, |watch| watch.attachments())
    }

    /// The same source, with its policy from here.
    pub(crate) fn reload_from(self, policy: Arc<Replaceable<Policy>>) -> Self {
        Self::of(DynamicSource {
            current: Current::Reloadable(policy),
            ..self.into_dynamic()
        })
    }

    /// The same source with something attached.
    pub(crate) fn attach(self, attach: impl FnOnce(&mut Watch)) -> Self {
        let mut source = self.into_dynamic();
        attach(Arc::make_mut(source.watch.get_or_insert_default()));
        Self::of(source)
    }

    fn of(source: DynamicSource) -> Self {
        Self::Dynamic(Arc::new(source))
    }

    fn dynamic(&self) -> Option<&DynamicSource> {
        match self {
            Self::Fixed(_) => None,
            Self::Dynamic(dynamic) => Some(dynamic.source()),
        }
    }

    fn into_dynamic(self) -> DynamicSource {
        match self {
            Self::Fixed(policy) => DynamicSource {
                current: Current::Fixed(policy),
                watch: None,
            },
            Self::Dynamic(dynamic) => dynamic.source().clone(),
        }
    }
}

impl Dynamic for DynamicSource {
    fn source(&self) -> &DynamicSource {
        self
    }

    fn resolve(&self, request: RequestHead<'_>) -> Resolved<'_> {
        let policy = match &self.current {
            Current::Fixed(policy) => Cow::Borrowed(policy),
            Current::Reloadable(policy) => Cow::Owned(policy.get()),
            Current::Chosen(choice) => return self.resolve_choice(choice, request),
        };
        Resolved::of(policy, self.watch.as_ref())
    }

    fn outcome(&self, request: RequestHead<'_>) -> Outcome {
        self.resolve(request).outcome(request, None)
    }

    fn policy(&self) -> Arc<Policy> {
        match &self.current {
            Current::Fixed(policy) => Arc::clone(policy),
            Current::Reloadable(policy) => policy.get(),
            Current::Chosen(choice) => choice
                .otherwise
                .as_ref()
                .map_or_else(|| Arc::new(Policy::none()), PolicySource::policy),
        }
    }
}

impl DynamicSource {
    fn resolve_choice<'a>(
        &'a self,
        choice: &'a Choice<PolicySource>,
        request: RequestHead<'_>,
    ) -> Resolved<'a> {
        let mut resolved = match choice.choose(request) {
            Some(Cow::Borrowed(chosen)) => chosen.resolve(request),
            Some(Cow::Owned(chosen)) => chosen.resolve(request).into_owned(),
            None => Resolved {
                applies: Applies::No,
                ..choice.nobody.resolve(request)
            },
        };
        if self.watch.is_some() || !choice.vary.is_empty() {
            let added = (self.watch.as_ref().map(Cow::Borrowed), choice.vary.clone());
            resolved.choices.push(added);
        }
        resolved
    }
}

impl<'a> Resolved<'a> {
    fn of(policy: Cow<'a, Arc<Policy>>, watch: Option<&'a Arc<Watch>>) -> Self {
        Self {
            policy,
            applies: Applies::Yes,
            watch: watch.map(Cow::Borrowed),
            choices: vec![],
        }
    }

    /// Counts a reference to all that it borrows.
    pub(crate) fn into_owned(self) -> Resolved<'static> {
        let owned =
            |watch: Option<Cow<'_, Arc<Watch>>>| watch.map(|watch| Cow::Owned(watch.into_owned()));
        let choices = self.choices.into_iter();
        Resolved {
            policy: Cow::Owned(self.policy.into_owned()),
            applies: self.applies,
            watch: owned(self.watch),
            choices: choices.map(|(watch, vary)| (owned(watch), vary)).collect(),
        }
    }

    /// What happens to the request. `check` is the result of `self.policy`, if the caller has it.
    pub(crate) fn outcome(
        &self,
        request: RequestHead<'_>,
        check: Option<OriginCheck<'_>>,
    ) -> Outcome {
        let mut outcome = match self.applies {
            Applies::Yes => self.watched_outcome(request, check),
            Applies::No => Outcome::Forward(Change::Nothing),
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
            _ => policy.check(&request),
        };
        let mut outcome = policy.outcome_of(check, &request);
        for watch in watches() {
            outcome = watch.observe(outcome, policy, check, request);
        }
        outcome
    }
}

impl From<Arc<Policy>> for PolicySource {
    fn from(policy: Arc<Policy>) -> Self {
        Self::Fixed(policy)
    }
}

impl From<Choice<Self>> for PolicySource {
    fn from(choice: Choice<Self>) -> Self {
        Self::of(DynamicSource {
            current: Current::Chosen(Arc::new(choice)),
            watch: None,
        })
    }
}

impl fmt::Debug for PolicySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(policy) => policy.fmt(f),
            Self::Dynamic(dynamic) => dynamic.fmt(f),
        }
    }
}

impl fmt::Debug for DynamicSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.current {
            Current::Fixed(_) | Current::Reloadable(_) => self.policy().fmt(f),
            Current::Chosen(choice) => choice.fmt(f),
        }
    }
}
