//! The explanation of each kind of request: a preflight, an allowed one, a denied one, a rejected one.

use http::header::COOKIE;

use super::changes::Changes;
use super::explanation::Explanation;
use super::nearest::{MOST_SEARCHED, is_near, nearest_miss};
use super::obstacles::{Credentials, Obstacles};
use super::outcome::PageOutcome;
use super::proxy;
use super::sender::Sender;
use super::trust::{OWN_FORM, exemption};
use crate::fetch::own_page::is_own_page;
use crate::fetch::request::{HeaderLine, RequestHead, SEC_FETCH_SITE};
use crate::origin::Origin;
use crate::policy::denial::{Denial, Quoted};
use crate::policy::{Policy, Role};
use crate::trust::writes::{carries_credentials, is_write};

/// What browsers do today about private networks. See `docs/browsers.md`.
const PRIVATE_NETWORK_TODAY: &str = "today's browsers do not send Access-Control-Request-Private-Network: Chromium and \
                                     Firefox ask their user, WebKit asks nobody";

impl Policy {
    pub(super) fn explain_preflight(
        &self,
        denial: Denial<'_>,
        request: RequestHead<'_>,
    ) -> Explanation {
        let obstacles = Obstacles::new(self, denial, request, Credentials::Settled);
        let mut explanation =
            self.explain_obstacles(PageOutcome::PreflightFails, denial, &obstacles);
        explanation.note = (request.asks_for_private_network()
            && !self.rules.allow_private_network)
            .then(|| PRIVATE_NETWORK_TODAY.to_owned());
        explanation
    }

    /// The origin is allowed.
    pub(super) fn explain_allowed(&self, request: RequestHead<'_>) -> Explanation {
        let lacks_credentials = self.credentials(request) == Credentials::Lacking;
        match Sender::new(request) {
            Sender::WebSocket => Explanation::new(PageOutcome::Connects),
            Sender::Navigation => Explanation::new(PageOutcome::Shown),
            Sender::NoCors => Explanation::new(PageOutcome::Opaque),
            Sender::Script | Sender::ScriptOrForm if !lacks_credentials => {
                Explanation::new(PageOutcome::Reads)
            }
            Sender::Script | Sender::ScriptOrForm if is_own_page(request) => {
                Explanation::new(own_page(request))
            }
            sender => {
                let obstacles = Obstacles::credentials(self, request);
                Explanation {
                    why: Some(obstacles.why()),
                    fix: Some(obstacles.fix(self)),
                    note: assumption(sender).map(str::to_owned),
                    ..Explanation::new(PageOutcome::Withheld)
                }
            }
        }
    }

    /// The origin is not allowed, and the handler answers all the same.
    pub(super) fn explain_denied(
        &self,
        denial: Denial<'_>,
        request: RequestHead<'_>,
    ) -> Explanation {
        match Sender::new(request) {
            Sender::Navigation => Explanation::new(PageOutcome::Shown),
            Sender::NoCors => Explanation::new(PageOutcome::Opaque),
            Sender::WebSocket => {
                let changes = Changes {
                    reject_disallowed_origins: true,
                    ..Changes::default()
                };
                Explanation {
                    why: Some(format!(
                        "{denial}, but only a server that refuses the handshake can stop the page"
                    )),
                    near: self.near(denial),
                    fix: Some(format!(
                        "to refuse such pages, {}",
                        changes.steps(self.notation).join(", ")
                    )),
                    ..Explanation::new(PageOutcome::Connects)
                }
            }
            sender @ (Sender::Script | Sender::ScriptOrForm) => {
                let obstacles = Obstacles::new(self, denial, request, self.credentials(request));
                let mut explanation =
                    self.explain_obstacles(PageOutcome::Withheld, denial, &obstacles);
                if is_same_site(request) {
                    explanation.add_to_why(SAME_SITE);
                }
                explanation.note = assumption(sender).map(str::to_owned);
                let origin = origin_of(denial);
                if let Some(advice) = origin.and_then(|it| proxy::advice_on_port(request, &it)) {
                    explanation.add_before_fix(advice);
                }
                if hides_origin_of_form(denial, sender, request) {
                    explanation.add_before_fix(OWN_FORM);
                }
                explanation
            }
        }
    }

    /// The origin is not allowed, and the layer answers 403.
    pub(super) fn explain_rejected(
        &self,
        denial: Denial<'_>,
        request: RequestHead<'_>,
    ) -> Explanation {
        let sender = Sender::new(request);
        let credentials = match sender {
            Sender::Script | Sender::ScriptOrForm => self.credentials(request),
            // Their responses need no credentials, but their writes do.
            Sender::NoCors | Sender::Navigation | Sender::WebSocket
                if is_write(request) && self.lacks_credentials_of(request) =>
            {
                Credentials::Lacking
            }
            Sender::NoCors | Sender::Navigation | Sender::WebSocket => Credentials::Settled,
        };
        let obstacles = Obstacles::new(self, denial, request, credentials);
        let outcome = match sender {
            Sender::WebSocket => PageOutcome::HandshakeRejected,
            Sender::Navigation => PageOutcome::NavigationRejected,
            Sender::Script | Sender::ScriptOrForm | Sender::NoCors => PageOutcome::Rejected,
        };
        let mut explanation = self.explain_obstacles(outcome, denial, &obstacles);
        if self.role != Role::Stated {
            return explanation;
        }
        if is_same_site(request) {
            explanation.add_to_why(SAME_SITE);
        }
        if let Some(why) = proxy::why_cross_origin(request) {
            explanation.add_to_why(&why);
        }
        let exempt = exemption(self, request);
        match sender {
            Sender::Navigation => {
                explanation.near = None;
                explanation.fix = Some(format!(
                    "if other sites may send their users here, {exempt}"
                ));
            }
            Sender::ScriptOrForm => {
                explanation.note = Some(format!(
                    "without Sec-Fetch-Mode, a script's fetch() is assumed; if a form sends this, such as a \
                     log-in or payment call-back, {exempt}"
                ));
            }
            Sender::Script | Sender::NoCors | Sender::WebSocket => {}
        }
        let origin = origin_of(denial);
        if let Some(advice) = origin.and_then(|origin| proxy::advice(request, &origin)) {
            explanation.add_before_fix(advice);
        }
        if hides_origin_of_form(denial, sender, request) {
            explanation.add_before_fix(OWN_FORM);
        }
        explanation
    }

    /// Whether a request carries credentials that the policy does not grant.
    pub(super) fn lacks_credentials_of(&self, request: RequestHead<'_>) -> bool {
        let may_send_authorization = self.allows_request_header(b"authorization");
        !self.rules.credentials && carries_credentials(request, may_send_authorization)
    }

    /// Fetch, CORS check, steps 3 to 8: cookies went along, so credentials must be allowed.
    fn credentials(&self, request: RequestHead<'_>) -> Credentials {
        if !self.rules.credentials && request.headers.contains_key(COOKIE) {
            Credentials::Lacking
        } else {
            Credentials::Settled
        }
    }

    fn explain_obstacles(
        &self,
        outcome: PageOutcome,
        denial: Denial<'_>,
        obstacles: &Obstacles,
    ) -> Explanation {
        Explanation {
            why: Some(obstacles.why()),
            near: self.near(denial),
            fix: Some(obstacles.fix(self)),
            ..Explanation::new(outcome)
        }
    }

    fn near(&self, denial: Denial<'_>) -> Option<String> {
        match denial {
            Denial::OriginNotAllowed { origin } | Denial::InsecureOrigin { origin } => {
                nearest_miss(&origin, self.origins())
            }
            Denial::MalformedOrigin { origin, .. } => {
                let meant = crate::origin::suggest(origin)?;
                let is_allowed =
                    Origin::parse(meant.as_bytes()).is_ok_and(|origin| self.lists(&origin));
                is_allowed.then(|| format!("\"{meant}\" is allowed"))
            }
            Denial::HeaderNotAllowed { name } => {
                let mut listed = self.rules.request_headers.listed.iter().take(MOST_SEARCHED);
                let listed = listed.find(|listed| is_near(listed.as_str().as_bytes(), name))?;
                Some(format!(
                    "\"{listed}\" is allowed, which is another name than {}",
                    Quoted(name)
                ))
            }
            Denial::MethodNotAllowed { method } => {
                let listed = self
                    .rules
                    .methods
                    .listed
                    .iter()
                    .find(|listed| listed.as_str().as_bytes().eq_ignore_ascii_case(method))?;
                Some(format!(
                    "\"{listed}\" is allowed, and methods are case-sensitive"
                ))
            }
            _ => None,
        }
    }
}

const SAME_SITE: &str =
    "the page is on the same site, but CORS compares the whole origin, with the subdomain and port";

/// What is assumed about the sender.
fn assumption(sender: Sender) -> Option<&'static str> {
    (sender == Sender::ScriptOrForm).then_some(
        "without Sec-Fetch-Mode, a script's fetch() is assumed; if a form sends this, the browser shows the \
         response to the user",
    )
}

fn is_same_site(request: RequestHead<'_>) -> bool {
    site_is(request, "same-site")
}

fn site_is(request: RequestHead<'_>, expected: &str) -> bool {
    matches!(HeaderLine::get(request.headers, &SEC_FETCH_SITE), HeaderLine::One(site) if site == expected)
}

/// Who sent a request that counts as one of the server's own page.
pub(super) fn own_page(request: RequestHead<'_>) -> PageOutcome {
    if site_is(request, "none") {
        PageOutcome::StartedByUser
    } else {
        PageOutcome::OwnPage
    }
}

/// The well-formed origin that is not allowed.
fn origin_of(denial: Denial<'_>) -> Option<Origin<'_>> {
    match denial {
        Denial::OriginNotAllowed { origin } | Denial::InsecureOrigin { origin } => Some(origin),
        _ => None,
    }
}

fn hides_origin_of_form(denial: Denial<'_>, sender: Sender, request: RequestHead<'_>) -> bool {
    matches!(denial, Denial::NullOrigin)
        && matches!(sender, Sender::Navigation | Sender::ScriptOrForm)
        && !request.headers.contains_key(SEC_FETCH_SITE)
}
