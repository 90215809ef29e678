//! Everything that keeps a policy from allowing a request: why, and what to change.

use http::header::ACCESS_CONTROL_REQUEST_METHOD;
use http::{HeaderName, Method};

use super::changes::{Changes, NothingHelps, seldom_asked_last};
use super::sender::Sender;
use crate::fetch::names::{
    is_cors_header, is_forbidden_method, is_forbidden_request_header, normalize_method,
};
use crate::fetch::request::{HeaderLine, RequestHead};
use crate::fetch::requested_headers::check_names;
use crate::origin::{Origin, OriginMistake, OriginPattern, OriginProblem};
use crate::policy::decision::{Denial, Quoted};
use crate::policy::{Policy, Role};

/// What is missing, and what helps.
#[derive(Default)]
pub(super) struct Missing {
    /// The reasons, in the order in which a browser checks.
    pub(super) reasons: Vec<String>,
    /// What the client has to do differently, if it is not a browser.
    client: Option<String>,
    /// What the page has to do differently.
    page: Vec<String>,
    changes: Changes,
    /// Why no change to the policy helps, and what does.
    nothing_helps: Option<String>,
    /// What else helps.
    hints: Vec<&'static str>,
}

/// Whether a request brings cookies that the policy does not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Credentials {
    Missing,
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

/// How many distinct names of a preflight are looked at.
const MOST_DISTINCT: usize = 64;
const NOT_COVERED: &str = "the wildcard \"*\" covers every request header except \"authorization\"";
const NO_CREDENTIALS: &str = "the page sent cookies, and the policy does not allow credentials";

impl Missing {
    /// For a request whose `denial` is known. Predicates are not called again.
    pub(super) fn new(
        policy: &Policy,
        denial: Denial<'_>,
        request: RequestHead<'_>,
        credentials: Credentials,
    ) -> Self {
        let mut missing = Self::default();
        let no_policy = match policy.role {
            Role::Stated => None,
            Role::ForAmbiguousRequests => Some(SEVERAL_READINGS),
            Role::Placeholder => Some(NO_POLICY),
        };
        if let Some((why, fix)) = no_policy {
            missing.reasons.push(why.to_owned());
            missing.nothing_helps = Some(fix.to_owned());
            return missing;
        }
        missing.add_origin(policy, denial, credentials);
        if credentials == Credentials::Missing {
            missing.reasons.push(NO_CREDENTIALS.to_owned());
            missing.add_credentials(policy);
        }
        if request.has_preflight_form() {
            missing.add_method(policy, request);
            missing.add_headers(policy, request);
            if request.asks_for_private_network() && !policy.rules.settings.allow_private_network {
                missing
                    .reasons
                    .push(Denial::PrivateNetworkNotAllowed.to_string());
                missing.changes.private_network = true;
            }
        }
        missing
    }

    /// For an actual request with cookies from an allowed origin, under a policy without credentials.
    pub(super) fn credentials(policy: &Policy, request: RequestHead<'_>) -> Self {
        let mut missing = Self::default();
        missing.reasons.push(NO_CREDENTIALS.to_owned());
        let origin = match request.origin() {
            HeaderLine::One(value) => Origin::try_from(value).ok(),
            HeaderLine::Missing | HeaderLine::Several => None,
        };
        let Some(origin) = origin else {
            missing.nothing_helps = Some(
                "let the page fetch with credentials: \"omit\"; no change to the policy helps, because with \
                 credentials a policy can't allow \"null\" or several origins"
                    .to_owned(),
            );
            return missing;
        };
        if policy.rules.any_origin {
            missing.add(Changes::for_origin(
                &origin,
                true,
                policy.notation,
                &|origin| policy.lists(origin),
            ));
        }
        // A function is not asked about it otherwise.
        missing.changes.insecure_origins |= origin.is_insecure();
        missing.add_credentials(policy);
        if matches!(Sender::new(request), Sender::WebSocket | Sender::Navigation) {
            // It always carries them.
            missing.hints.clear();
        }
        missing
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
            let settings = &policy.rules.settings;
            let mut changes = self.changes.clone();
            changes.replaced.no_origin = policy.rules.no_origin && changes.has_origin();
            changes.insecure_origins &= !settings.dangerously_allow_insecure_origins;
            changes.public_suffixes &= !settings.dangerously_allow_public_suffixes;
            changes.whole_schemes &= !settings.dangerously_allow_whole_schemes;
            parts.push(changes.sentence(policy.notation));
        }
        parts.extend(self.hints.iter().map(ToString::to_string));
        parts.join("; ")
    }

    fn add_origin(&mut self, policy: &Policy, denial: Denial<'_>, credentials: Credentials) {
        let credentials = policy.rules.settings.credentials || credentials == Credentials::Missing;
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
                if policy.rules.settings.allow_looked_up_origins {
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

    fn add_method(&mut self, policy: &Policy, request: RequestHead<'_>) {
        let method = match HeaderLine::get(request.headers, &ACCESS_CONTROL_REQUEST_METHOD) {
            HeaderLine::One(method) => method.as_bytes(),
            HeaderLine::Several => {
                self.reasons.push(Denial::SeveralMethods.to_string());
                self.add(Err(NothingHelps(
                    "no change to the policy helps; find the proxy or client that adds an \
                     Access-Control-Request-Method line, because browsers send one"
                        .to_owned(),
                )));
                return;
            }
            HeaderLine::Missing => return,
        };
        if policy.rules.allows_method(method) {
            return;
        }
        self.reasons
            .push(Denial::MethodNotAllowed { method }.to_string());
        let Ok(token) = Method::from_bytes(method) else {
            self.add(Err(NothingHelps(format!(
                "no change to the policy helps, because {} is not a valid method; browsers do not ask for it",
                Quoted(method)
            ))));
            return;
        };
        if is_forbidden_method(method) {
            self.add(Err(NothingHelps(format!(
                "no change to the policy helps, because browsers let no page use {}; use another method",
                Quoted(method)
            ))));
            return;
        }
        let upper = method.to_ascii_uppercase();
        let written = normalize_method(token.clone());
        let written = match () {
            () if written != token => written.to_string(),
            () if matches!(&*upper, b"PATCH" | b"QUERY") || policy.rules.allows_method(&upper) => {
                String::from_utf8_lossy(&upper).into_owned()
            }
            () => token.to_string(),
        };
        if written.as_bytes() != method {
            self.page.push(format!("write the method as \"{written}\""));
        }
        if !policy.rules.allows_method(written.as_bytes()) {
            self.changes.methods = vec![written];
        }
    }

    fn add_headers(&mut self, policy: &Policy, request: RequestHead<'_>) {
        let mut asked: Vec<&[u8]> = Vec::new();
        let mut is_allowed = policy.check_of_request_headers();
        let mut is_invalid_known = false;
        let checked = check_names(request.headers, |name| {
            let is_invalid = HeaderName::from_bytes(name).is_err();
            let is_kept = asked.len() < MOST_DISTINCT || is_invalid && !is_invalid_known;
            if is_kept
                && !is_allowed(name)
                && !asked.iter().any(|other| other.eq_ignore_ascii_case(name))
            {
                is_invalid_known |= is_invalid;
                asked.push(name);
            }
            true
        });
        if checked.is_err() {
            self.reasons.push(Denial::HeaderListTooLong.to_string());
            self.add(Err(NothingHelps(
                "no change to the policy helps; let the page send fewer request headers of its own"
                    .to_owned(),
            )));
            return;
        }
        let asked = seldom_asked_last(asked);
        let (mut listable, mut never) = (Vec::new(), Vec::new());
        for name in &asked {
            match HeaderName::from_bytes(name) {
                Ok(name) => {
                    let name = name.to_string();
                    if is_cors_header(&name) || is_forbidden_request_header(&name) {
                        never.push(name);
                    } else {
                        listable.push(name);
                    }
                }
                Err(_) => {
                    self.add(Err(NothingHelps(format!(
                        "no change to the policy helps, because {} is not a valid header name; browsers do not \
                         ask for it",
                        Quoted(name)
                    ))));
                }
            }
        }
        self.reasons.extend(reason_for_headers(&asked));
        let is_authorization = |name: &&[u8]| name.eq_ignore_ascii_case(b"authorization");
        if policy.rules.request_headers.any && asked.iter().any(is_authorization) {
            self.reasons.push(NOT_COVERED.to_owned());
        }
        if !never.is_empty() {
            self.page.push(format!(
                "leave out \"{}\", which only browsers set",
                never.join("\", \"")
            ));
        }
        self.changes.add_headers(listable);
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
        changes.replaced.null_origin = rules.settings.allow_null_origin;
        changes.replaced.any_method = rules.methods.any;
        changes.replaced.any_header = rules.request_headers.any;
        changes.replaced.any_exposed_header = rules.exposed_headers.any;
        self.hints
            .push("or let the page fetch with credentials: \"omit\"");
    }

    fn add(&mut self, changes: Result<Changes, NothingHelps>) {
        match changes {
            Ok(changes) => self.changes = changes,
            Err(NothingHelps(text)) => {
                self.nothing_helps.get_or_insert(text);
            }
        }
    }
}

/// All names at once, up to a limit.
fn reason_for_headers(names: &[&[u8]]) -> Option<String> {
    const MOST: usize = 12;
    match names {
        [] => None,
        [name] => Some(Denial::HeaderNotAllowed { name }.to_string()),
        names => {
            let shown: Vec<_> = names
                .iter()
                .take(MOST)
                .map(|name| Quoted(name).to_string())
                .collect();
            let more = match names.len().saturating_sub(MOST) {
                0 => String::new(),
                _ if names.len() >= MOST_DISTINCT => " and many more".to_owned(),
                more => format!(" and {more} more"),
            };
            Some(format!(
                "the request headers {}{more} are not allowed",
                shown.join(", ")
            ))
        }
    }
}
