//! Everything that keeps a policy from allowing a request: why, and what to change.

use super::changes::{Changes, NothingHelps};
use super::sender::Sender;
use crate::fetch::request::{HeaderLine, RequestHead};
use crate::origin::{Origin, OriginMistake, OriginPattern, OriginProblem};
use crate::policy::denial::Denial;
use crate::policy::{Policy, Role};

/// What is missing, and what helps.
#[derive(Default)]
pub(super) struct Obstacles {
    /// The reasons, in the order in which a browser checks.
    pub(super) reasons: Vec<String>,
    /// What the client has to do differently, if it is not a browser.
    client: Option<String>,
    /// What the page has to do differently.
    pub(super) page: Vec<String>,
    pub(super) changes: Changes,
    /// Why no change to the policy helps, and what does.
    nothing_helps: Option<String>,
    /// What else helps.
    hints: Vec<&'static str>,
}

/// Whether a request brings cookies that the policy does not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Credentials {
    Lacking,
    Settled,
}

/// What the policy of [`Policy::for_ambiguous_requests`] says, and what helps.
const SEVERAL_READINGS: (&str, &str) = (
    "no policy applies, because the path or the host of the request can be read in several ways",
    "no change to a policy helps; let the client send one Host line, and a path without dot segments, doubled slashes \
     and needless %-escapes",
);
/// What the policy of [`Policy::placeholder`] says, and what helps.
const NO_POLICY: (&str, &str) = (
    "this layer chooses among several policies, and policy() is the one for requests that nothing chooses a policy for",
    "ask the policy that the layer chooses: cors.policy_for(&request); if that is None, no change to a policy helps: \
     add .path_prefix(…) or .otherwise(…) to the choice",
);

const NO_CREDENTIALS: &str = "the page sent cookies, and the policy does not allow credentials";

impl Obstacles {
    /// For a request whose `denial` is known. Predicates are not called again.
    pub(super) fn new(
        policy: &Policy,
        denial: Denial<'_>,
        request: RequestHead<'_>,
        credentials: Credentials,
    ) -> Self {
        let mut obstacles = Self::default();
        let no_policy = match policy.role {
            Role::Stated => None,
            Role::ForAmbiguousRequests => Some(SEVERAL_READINGS),
            Role::Placeholder => Some(NO_POLICY),
        };
        if let Some((why, fix)) = no_policy {
            obstacles.reasons.push(why.to_owned());
            obstacles.nothing_helps = Some(fix.to_owned());
            return obstacles;
        }
        obstacles.add_origin(policy, denial, credentials);
        if credentials == Credentials::Lacking {
            obstacles.reasons.push(NO_CREDENTIALS.to_owned());
            obstacles.add_credentials(policy);
        }
        if request.has_preflight_form() {
            obstacles.add_method(policy, request);
            obstacles.add_headers(policy, request);
            if request.asks_for_private_network() && !policy.rules.allow_private_network {
                obstacles
                    .reasons
                    .push(Denial::PrivateNetworkNotAllowed.to_string());
                obstacles.changes.private_network = true;
            }
        }
        obstacles
    }

    /// For an actual request with cookies from an allowed origin, under a policy without credentials.
    pub(super) fn credentials(policy: &Policy, request: RequestHead<'_>) -> Self {
        let mut obstacles = Self::default();
        obstacles.reasons.push(NO_CREDENTIALS.to_owned());
        let origin = match request.origin() {
            HeaderLine::One(value) => Origin::try_from(value).ok(),
            HeaderLine::Missing | HeaderLine::Several => None,
        };
        let Some(origin) = origin else {
            obstacles.nothing_helps = Some(
                "let the page fetch with credentials: \"omit\"; no change to the policy helps, because with \
                 credentials a policy can't allow \"null\" or several origins"
                    .to_owned(),
            );
            return obstacles;
        };
        if policy.rules.any_origin {
            obstacles.add(Changes::for_origin(
                &origin,
                true,
                policy.notation,
                &|origin| policy.lists(origin),
            ));
        }
        // A function is not asked about it otherwise.
        obstacles.changes.insecure_origins |= origin.is_insecure();
        obstacles.add_credentials(policy);
        if matches!(Sender::new(request), Sender::WebSocket | Sender::Navigation) {
            // It always carries them.
            obstacles.hints.clear();
        }
        obstacles
    }

    pub(super) fn why(&self) -> String {
        self.reasons.join("; ")
    }

    pub(super) fn fix(&self, policy: &Policy) -> String {
        if let Some(nothing_helps) = &self.nothing_helps {
            return nothing_helps.clone();
        }
        let mut parts: Vec<_> = self.client.iter().cloned().collect();
        if !self.page.is_empty() {
            parts.push(format!("let the page {}", self.page.join(" and ")));
        }
        if !self.changes.is_empty() {
            let mut changes = self.changes.clone();
            changes.replaced.no_origin = policy.rules.no_origin && changes.has_origin();
            changes.insecure_origins &= !policy.rules.dangerously_allow_insecure_origins;
            changes.public_suffixes &= !policy.rules.dangerously_allow_public_suffixes;
            changes.whole_schemes &= !policy.rules.dangerously_allow_whole_schemes;
            parts.push(changes.sentence(policy.notation));
        }
        parts.extend(self.hints.iter().map(ToString::to_string));
        parts.join("; ")
    }

    fn add_origin(&mut self, policy: &Policy, denial: Denial<'_>, credentials: Credentials) {
        let credentials = policy.rules.credentials || credentials == Credentials::Lacking;
        let changes = match denial {
            Denial::SeveralOrigins
            | Denial::MalformedOrigin {
                problem: OriginProblem(OriginMistake::SeveralOrigins),
                ..
            } => Err(NothingHelps(
                "no change to the policy helps; find the proxy or client that sends several origins, \
                 because browsers send one"
                    .to_owned(),
            )),
            Denial::NullOrigin => Changes::for_null(credentials),
            Denial::MalformedOrigin { origin, .. } => self.changes_for_repaired(policy, origin, credentials),
            Denial::OriginNotAllowed { origin } => {
                if policy.rules.allow_looked_up_origins {
                    self.hints.push(
                        "or let the look-up allow it, which explain() does not ask",
                    );
                }
                Changes::for_origin(&origin, credentials, policy.notation, &|origin| policy.lists(origin))
            }
            Denial::InsecureOrigin { origin } => {
                Changes::for_origin(&origin, credentials, policy.notation, &|origin| policy.lists(origin))
            }
            Denial::LookupFailed { .. } => Err(NothingHelps(
                "the policy needs no change; try again, and see the error that CorsLookupLayer::on_failure gets"
                    .to_owned(),
            )),
            _ => return,
        };
        self.reasons.push(denial.to_string());
        self.add(changes);
    }

    /// What a client means by a text that browsers do not send.
    fn changes_for_repaired(
        &mut self,
        policy: &Policy,
        given: &[u8],
        credentials: bool,
    ) -> Result<Changes, NothingHelps> {
        let meant = crate::origin::suggest(given);
        let Some(origin) = meant
            .as_ref()
            .and_then(|meant| Origin::parse(meant.as_bytes()).ok())
        else {
            return Err(NothingHelps(
                "no change to the policy helps; send the origin as a browser does: scheme://host[:port], lower \
                 case, no default port, nothing after it"
                    .to_owned(),
            ));
        };
        self.client = Some(format!(
            "let the client send \"{origin}\" as its origin, as browsers do"
        ));
        if policy.rules.any_origin || policy.lists(&origin) {
            return Ok(Changes::default());
        }
        Changes::for_origin(&origin, credentials, policy.notation, &|origin| {
            policy.lists(origin)
        })
    }

    /// What credentials need, and what they exclude.
    fn add_credentials(&mut self, policy: &Policy) {
        let (rules, changes) = (&policy.rules, &mut self.changes);
        let mut risks = rules.risks_beside_any_origin;
        // No other origin has a risk.
        let listed = policy
            .origins()
            .filter(|text| text.contains('*') || text.starts_with("http:"))
            .filter_map(|text| OriginPattern::parse(text).ok());
        listed.for_each(|pattern| risks.add(&pattern));
        changes.insecure_origins |= risks.insecure;
        changes.public_suffixes |= risks.public_suffix;
        changes.whole_schemes |= risks.whole_scheme;
        changes.credentials = true;
        changes.replaced.any_origin = rules.any_origin;
        changes.replaced.null_origin = rules.allow_null_origin;
        changes.replaced.any_method = rules.methods.any;
        changes.replaced.any_header = rules.request_headers.any;
        changes.replaced.any_exposed_header = rules.exposed_headers.any;
        self.hints
            .push("or let the page fetch with credentials: \"omit\"");
    }

    pub(super) fn add(&mut self, changes: Result<Changes, NothingHelps>) {
        match changes {
            Ok(changes) => self.changes = changes,
            Err(NothingHelps(text)) => {
                self.nothing_helps.get_or_insert(text);
            }
        }
    }
}
