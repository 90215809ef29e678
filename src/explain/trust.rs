//! Why a write or a host is refused, and what fixes it.

use http::Uri;
use http::header::ACCESS_CONTROL_REQUEST_METHOD;

use super::changes::{Changes, Replaced};
use super::explanation::Explanation;
use super::obstacles::Obstacles;
use super::outcome::PageOutcome;
use super::proxy;
use super::sender::Sender;
use crate::choose::path::PathPrefix;
use crate::fetch::own_page::{is_host_of_request, is_http_twin};
use crate::fetch::request::{HeaderLine, NULL, RequestHead, SEC_FETCH_SITE};
use crate::origin::Origin;
use crate::policy::Policy;
use crate::policy::decision::{Decision, RequestKind};
use crate::policy::denial::{Denial, Quoted};
use crate::policy::rules::Notation;
use crate::trust::hosts::HostPattern;
use crate::trust::writes::{announces_write, is_handshake, is_write};

/// What hides the origin of the server's own form. On plain http, nothing else shows whose form it is.
pub(super) const OWN_FORM: &str = "if it is the server's own form, remove Referrer-Policy: no-referrer from its page, which hides its origin";

const CALLBACKS: &str = "a log-in or payment call-back of another site is a form, too: give its path a policy of its own, and do \
                         not list its origin";

impl Policy {
    pub(super) fn explain_host(&self, host: &[u8]) -> Explanation {
        let text = String::from_utf8_lossy(host);
        let fix = match HostPattern::parse(&text) {
            Ok(pattern) if pattern.is_address() => {
                "let the client use localhost or 127.0.0.1; if other machines reach the server, name it with \
                 allow_hosts in place of allow_loopback_hosts"
                    .to_owned()
            }
            Ok(pattern) if !pattern.has_wildcard() => {
                let host = pattern.to_text();
                let step = self.notation.fix("add .allow_hosts([", "add ");
                let end = self.notation.fix("])", " to hosts");
                format!("if clients reach the server under that name, {step}\"{host}\"{end}")
            }
            _ => "let the client name one host in the form that browsers send".to_owned(),
        };
        Explanation {
            why: Some(Denial::HostNotAllowed { host }.to_string()),
            near: self.near_host(&text),
            fix: Some(fix),
            note: Some(
                "a page whose own name leads to this server has such a host (DNS rebinding); behind a proxy that \
                 rewrites Host, check the name in the proxy"
                    .to_owned(),
            ),
            ..Explanation::new(PageOutcome::WrongHost)
        }
    }

    /// A listed host that differs by its port or by `www`.
    fn near_host(&self, text: &str) -> Option<String> {
        let core = |text: &str| {
            let text = text.to_ascii_lowercase();
            let host = text.rsplit_once(':').map_or(&*text, |(host, _)| host);
            host.trim_start_matches("www.").to_owned()
        };
        let entries = self.rules.hosts.as_ref()?.entries();
        let near = entries.iter().find(|entry| core(entry) == core(text))?;
        Some(format!("\"{near}\" is allowed"))
    }

    /// Whether a request of the origin `null` would be refused even if `null` were allowed.
    pub(super) fn refuses_null_write(&self, kind: RequestKind, request: RequestHead<'_>) -> bool {
        let is_write = match kind {
            RequestKind::Preflight => {
                let method = HeaderLine::get(request.headers, &ACCESS_CONTROL_REQUEST_METHOD);
                announces_write(method) || is_handshake(request)
            }
            RequestKind::NotCors | RequestKind::Actual => is_write(request),
        };
        self.rules.rejects_cross_site_writes() && is_write
    }

    pub(super) fn explain_write(
        &self,
        decision: Decision<'_>,
        request: RequestHead<'_>,
    ) -> Explanation {
        let sender = Sender::new(request);
        let outcome = match (decision.kind(), sender) {
            (RequestKind::Preflight, _) => PageOutcome::PreflightFails,
            (_, Sender::WebSocket) => PageOutcome::HandshakeRejected,
            (_, Sender::Navigation) => PageOutcome::NavigationRejected,
            (_, Sender::Script | Sender::ScriptOrForm | Sender::NoCors) => PageOutcome::Rejected,
        };
        let mut explanation = Explanation {
            why: Some(Denial::CrossSiteWrite.to_string()),
            ..Explanation::new(outcome)
        };
        let exempt = exemption(self, request);
        let may_post = format!("if other sites may post here, {exempt}");
        let (why, fix) = match request.origin() {
            _ if decision.lacks_credentials() => (
                "its origin is allowed, but it carries credentials, which the policy does not grant"
                    .to_owned(),
                Obstacles::credentials(self, request).fix(self),
            ),
            HeaderLine::One(line) if *line == NULL => (
                "its origin is null, which any page can get".to_owned(),
                if sender == Sender::WebSocket || request.headers.contains_key(SEC_FETCH_SITE) {
                    Changes::FOR_NULL_WRITE.to_owned()
                } else {
                    format!("{OWN_FORM}; otherwise {}", Changes::FOR_NULL_WRITE)
                },
            ),
            HeaderLine::One(line) => match Origin::try_from(line) {
                Ok(origin) => self.explain_writer(&origin, sender, request, &may_post),
                Err(_) => (
                    format!(
                        "browsers do not send the origin {}",
                        Quoted(line.as_bytes())
                    ),
                    "no change to the policy helps; send the origin as a browser does, or no Origin at all".to_owned(),
                ),
            },
            HeaderLine::Several => (
                "it has more than one Origin line".to_owned(),
                "find the proxy or client that sends several origins, because browsers send one"
                    .to_owned(),
            ),
            HeaderLine::Missing => {
                let site = match HeaderLine::get(request.headers, &SEC_FETCH_SITE) {
                    HeaderLine::One(site) => {
                        format!("Sec-Fetch-Site is {}", Quoted(site.as_bytes()))
                    }
                    _ => "it has several Sec-Fetch-Site lines".to_owned(),
                };
                (format!("it has no Origin, and {site}"), may_post)
            }
        };
        explanation.add_to_why(&why);
        explanation.fix = Some(fix);
        explanation.note = matches!(
            sender,
            Sender::Navigation | Sender::ScriptOrForm | Sender::NoCors
        )
        .then(|| CALLBACKS.to_owned());
        explanation
    }

    /// What the page with a well-formed origin lacks.
    fn explain_writer(
        &self,
        origin: &Origin<'_>,
        sender: Sender,
        request: RequestHead<'_>,
        may_post: &str,
    ) -> (String, String) {
        let why = if self.rules.any_origin {
            format!("any origin may read, and \"{origin}\" is not named as one that may write")
        } else {
            Denial::OriginNotAllowed { origin: *origin }.to_string()
        };
        if sender == Sender::Navigation {
            return (why, may_post.to_owned());
        }
        if is_host_of_request(request, origin) && is_http_twin(request, origin) {
            return (
                "its page was loaded over http, and the request came over https, so anyone on the visitor's network \
                 can have sent it"
                    .to_owned(),
                "serve the page over https, with HSTS".to_owned(),
            );
        }
        let credentials = self.rules.credentials || self.lacks_credentials_of(request);
        let changes = Changes::for_origin(origin, credentials, self.notation, &|origin| {
            self.lists(origin)
        });
        let fix = match changes {
            Ok(mut changes) => {
                changes.credentials = credentials && !self.rules.credentials;
                changes.replaced = Replaced {
                    no_origin: self.rules.no_origin,
                    any_origin: changes.credentials && self.rules.any_origin,
                    any_method: changes.credentials && self.rules.methods.any,
                    any_header: changes.credentials && self.rules.request_headers.any,
                    any_exposed_header: changes.credentials && self.rules.exposed_headers.any,
                    null_origin: changes.credentials && self.rules.allow_null_origin,
                };
                changes.sentence(self.notation)
            }
            Err(nothing_helps) => nothing_helps.0,
        };
        let fix = match proxy::advice(request, origin) {
            Some(advice) => format!("{advice}; {fix}"),
            None => fix,
        };
        (why, fix)
    }
}

/// A path that stands for the one that is not known.
const SOME_PATH: &str = "/callback";
/// The longest path that a fix shows, in bytes.
const LONGEST_PATH: usize = 128;
/// The most hosts that a fix lists. For more, it names a variable.
const MOST_HOSTS: usize = 4;

/// The code that exempts the path of a request from the policy's refusals, but not from its hosts.
pub(super) fn exemption(policy: &Policy, request: RequestHead<'_>) -> String {
    let path = request
        .uri
        .map(|uri: &Uri| uri.path().trim_end_matches('/'));
    let path = path.filter(|path| path.len() <= LONGEST_PATH && PathPrefix::parse(path).is_ok());
    let what = match policy.notation {
        Notation::Builder | Notation::Permissive => "give this path a policy of its own",
        Notation::Config => "give this path a policy of its own, in code",
    };
    format!(
        "{what}: CorsLayer::choose().path_prefix(\"{}\", \
         CorsLayer::builder().allow_no_origin(){}.build()?).otherwise(cors)?",
        path.unwrap_or(SOME_PATH),
        hosts(policy)
    )
}

/// The calls that name the same hosts.
fn hosts(policy: &Policy) -> String {
    let Some(hosts) = &policy.rules.hosts else {
        return String::new();
    };
    let loopback = if hosts.allows_loopback() {
        ".allow_loopback_hosts()"
    } else {
        ""
    };
    match hosts.entries() {
        [] => loopback.to_owned(),
        entries if entries.len() <= MOST_HOSTS => {
            format!("{loopback}.allow_hosts([\"{}\"])", entries.join("\", \""))
        }
        _ => format!("{loopback}.allow_hosts(hosts)"),
    }
}
