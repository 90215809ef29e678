//! Where a layer gets its policy for each request.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use super::attachments::Attachments;
use super::choice::{Choice, Chosen};
use super::replaceable::Replaceable;
use super::resolved::Resolved;
use crate::fetch::request::RequestHead;
use crate::policy::Policy;
use crate::policy::outcome::Outcome;
use crate::policy::verdict::LookupAnswer;

#[derive(Clone)]
pub(crate) enum PolicySource {
    Fixed(Arc<Policy>),
    /// A trait object, because a program that has only fixed policies should not contain the code of the others: it would
    /// add 40 KB to the stripped hello world of `cargo bench --bench build_cost`.
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
    attachments: Option<Arc<Attachments>>,
}

#[derive(Clone)]
enum Current {
    Fixed(Arc<Policy>),
    Reloadable(Arc<Replaceable<Policy>>),
    Chosen(Arc<Choice>),
}

impl PolicySource {
    /// What happens to a request, without asking a look-up.
    #[inline]
    pub(crate) fn outcome(&self, request: &RequestHead<'_>) -> Outcome {
        match self {
            Self::Fixed(policy) => policy.outcome_without_lookup(request),
            Self::Dynamic(dynamic) => dynamic.outcome(*request),
        }
    }

    /// Finds the policy that decides about a request: the one that is chosen and in force, or that of a roll-out.
    pub(crate) fn resolve(&self, request: RequestHead<'_>) -> Resolved<'_> {
        match self {
            Self::Fixed(policy) => Resolved::new(Some(Cow::Borrowed(policy))),
            Self::Dynamic(dynamic) => dynamic.resolve(request),
        }
    }

    /// The policy in force. For a choice: that of `otherwise`, or a placeholder.
    pub(crate) fn policy(&self) -> Arc<Policy> {
        match self {
            Self::Fixed(policy) => Arc::clone(policy),
            Self::Dynamic(dynamic) => dynamic.policy(),
        }
    }

    /// Calls a function with each policy that may decide, except those that functions choose.
    pub(crate) fn for_each_policy(&self, visit: &mut dyn FnMut(&Arc<Policy>)) {
        let source = match self {
            Self::Fixed(policy) => return visit(policy),
            Self::Dynamic(dynamic) => dynamic.source(),
        };
        match &source.current {
            Current::Fixed(policy) => visit(policy),
            Current::Reloadable(policy) => visit(&policy.get()),
            Current::Chosen(choice) => {
                for target in choice.targets() {
                    target.for_each_policy(visit);
                }
            }
        }
        let attachments = source.attachments.as_ref();
        if let Some(shadow) = attachments.and_then(|attachments| attachments.shadow.as_ref()) {
            if shadow.may_be_enforced() {
                shadow.source.for_each_policy(visit);
            }
        }
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
    pub(crate) fn names_of_attachments(&self) -> Vec<&'static str> {
        self.dynamic()
            .and_then(|source| source.attachments.as_ref())
            .map_or_else(Vec::new, |attachments| attachments.names())
    }

    /// The same source, with its policy from here.
    pub(crate) fn reload_from(self, policy: Arc<Replaceable<Policy>>) -> Self {
        Self::new(DynamicSource {
            current: Current::Reloadable(policy),
            ..self.into_dynamic()
        })
    }

    /// The same source with something attached.
    pub(crate) fn attach(self, attach: impl FnOnce(&mut Attachments)) -> Self {
        let mut source = self.into_dynamic();
        attach(Arc::make_mut(source.attachments.get_or_insert_default()));
        Self::new(source)
    }

    fn new(source: DynamicSource) -> Self {
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
                attachments: None,
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
            Current::Chosen(choice) => {
                let mut resolved = match choice.choose(request) {
                    Chosen::Target(Cow::Borrowed(chosen)) => chosen.resolve(request),
                    Chosen::Target(Cow::Owned(chosen)) => chosen.resolve(request).into_owned(),
                    Chosen::Ambiguous => resolve_ambiguous(choice, request),
                    Chosen::None => Resolved::new(None),
                };
                resolved.add_choice(&choice.vary, self.attachments.as_ref(), request);
                return resolved;
            }
        };
        let mut resolved = Resolved::new(Some(policy));
        if let Some(attachments) = &self.attachments {
            resolved.attach(attachments, request);
        }
        resolved
    }

    fn outcome(&self, request: RequestHead<'_>) -> Outcome {
        let resolved = self.resolve(request);
        resolved.outcome(resolved.verdict(&request), LookupAnswer::NotAsked, request)
    }

    fn policy(&self) -> Arc<Policy> {
        match &self.current {
            Current::Fixed(policy) => Arc::clone(policy),
            Current::Reloadable(policy) => policy.get(),
            Current::Chosen(choice) => choice
                .otherwise
                .as_ref()
                .map_or_else(|| Arc::new(Policy::placeholder()), PolicySource::policy),
        }
    }
}

/// The policy of a request that can be read in several ways: it allows nobody. A request with the host of some of the
/// policies, but not of all that name hosts, is refused by one that does not name it.
fn resolve_ambiguous<'a>(choice: &'a Choice, request: RequestHead<'_>) -> Resolved<'a> {
    let mut refusing = None;
    for target in choice.targets() {
        target.for_each_policy(&mut |policy| {
            if policy.refuses_host(request) {
                refusing = Some(Arc::clone(policy));
            }
        });
    }
    match refusing {
        Some(policy) => Resolved::new(Some(Cow::Owned(policy))),
        None => choice.ambiguous.resolve(request),
    }
}

impl From<Arc<Policy>> for PolicySource {
    fn from(policy: Arc<Policy>) -> Self {
        Self::Fixed(policy)
    }
}

impl From<Choice> for PolicySource {
    fn from(choice: Choice) -> Self {
        Self::new(DynamicSource {
            current: Current::Chosen(Arc::new(choice)),
            attachments: None,
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
