//! Checks of whom the server trusts: unknown origins, `null`, look-alikes, WebSockets, forms, foreign hosts.

use std::fmt::Display;

use http::{Request, Response, StatusCode};
use http_body::Body;
use tower_service::Service;

use super::fault::{Fault, Severity};
use super::probe::{Kind, NoBody, Prober, Question, Reply};
use super::report::Report;
use crate::Origin;
use crate::testing::fetch::url::FetchUrl;

/// No response may name an unknown origin or `null`.
pub(crate) fn check_strangers(replies: &[&Reply], report: &mut Report, path: &str) {
    for reply in replies {
        let (with, without) = (Severity::Critical, Severity::Medium);
        let severity = if reply.allows_credentials() {
            with
        } else {
            without
        };
        if reply.names(STRANGER) {
            report.find(Fault::AnyOriginReflected, severity, path, reply.evidence());
        }
        if reply.names("null") {
            report.find(Fault::NullOriginAllowed, severity, path, reply.evidence());
        }
    }
}

/// No response may name a look-alike of an allowed page.
pub(crate) async fn check_look_alikes<S, ResBody>(
    prober: &mut Prober<'_, S>,
    url: &FetchUrl,
    page: &str,
    report: &mut Report,
) where
    S: Service<Request<NoBody>, Response = Response<ResBody>>,
    S::Error: Display,
    ResBody: Body,
    ResBody::Error: Display,
{
    let Ok(origin) = Origin::parse(page.as_bytes()) else {
        return;
    };
    // If a pattern allows all subdomains, only origins outside of its base are hostile.
    let mut base = origin.host();
    while let Some((sibling, parent)) = sibling(&origin, base) {
        match get(prober, url, &sibling, report).await {
            Some(reply) if reply.names(&sibling) => base = parent,
            _ => break,
        }
    }
    for look_alike in look_alikes(&origin, base) {
        let Some(reply) = get(prober, url, &look_alike.origin, report).await else {
            continue;
        };
        if !reply.names(&look_alike.origin) {
            continue;
        }
        let path = url.to_string();
        match (look_alike.is_downgrade, reply.allows_credentials()) {
            (true, false) => {}
            (true, true) => report.find(
                Fault::InsecureOriginAllowed,
                Severity::High,
                &path,
                reply.evidence(),
            ),
            (false, credentials) => {
                let severity = if credentials {
                    Severity::Critical
                } else {
                    Severity::Medium
                };
                report.find(Fault::LookAlikeAllowed, severity, &path, reply.evidence());
            }
        }
    }
}

async fn get<S, ResBody>(
    prober: &mut Prober<'_, S>,
    url: &FetchUrl,
    origin: &str,
    report: &mut Report,
) -> Option<Reply>
where
    S: Service<Request<NoBody>, Response = Response<ResBody>>,
    S::Error: Display,
    ResBody: Body,
    ResBody::Error: Display,
{
    let question = Question {
        kind: Kind::Get,
        url,
        origin: Some(origin),
    };
    report.took(prober.ask(&question).await, &url.to_string())
}

/// An origin that a careless comparison allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LookAlike {
    pub(crate) origin: String,
    /// The `http` twin of an `https` page. Allowing it is only a fault with credentials.
    pub(crate) is_downgrade: bool,
}

/// An origin that nobody allows.
pub(crate) const STRANGER: &str = "https://stranger.invalid";

/// Look-alikes that no policy means to allow. Subdomains are not among them: a pattern may allow them.
///
/// `base` is the shortest part of the host whose subdomains are not all allowed.
pub(crate) fn look_alikes(page: &Origin<'_>, base: &str) -> Vec<LookAlike> {
    let (scheme, host) = (page.scheme(), page.host());
    let port = page.port().map_or(String::new(), |port| format!(":{port}"));
    let mut all = vec![
        // Starts with the origin.
        format!("{scheme}://{host}.stranger.invalid{port}"),
        // Contains it.
        format!("{scheme}://stranger.invalid.{host}.stranger.invalid{port}"),
        // Ends with the host, without a dot between.
        format!("{scheme}://stranger{base}{port}"),
    ];
    // A dot in a regular expression is any character.
    if let Some((first, rest)) = base.split_once('.') {
        if rest.contains('.') {
            all.push(format!("{scheme}://{first}x{rest}{port}"));
        }
    }
    // Some parsers stop early at these characters.
    for end in ["_", "`", "%60"] {
        all.push(format!("{scheme}://{host}{end}.stranger.invalid{port}"));
    }
    let mut look_alikes: Vec<_> = all
        .into_iter()
        .map(|origin| LookAlike {
            origin,
            is_downgrade: false,
        })
        .collect();
    if scheme == "https" {
        look_alikes.push(LookAlike {
            origin: format!("http://{host}{port}"),
            is_downgrade: true,
        });
    }
    look_alikes
}

/// A made-up subdomain of the host's parent, and the parent; `None` if the host has no parent.
pub(crate) fn sibling<'a>(page: &Origin<'_>, host: &'a str) -> Option<(String, &'a str)> {
    let (_, parent) = host.split_once('.')?;
    let port = page.port().map_or(String::new(), |port| format!(":{port}"));
    let sibling = format!(
        "{}://tower-cors-audit-sibling.{parent}{port}",
        page.scheme()
    );
    Some((sibling, parent))
}

/// Browsers open a WebSocket whatever the CORS headers say. Only the server can refuse an origin.
pub(super) fn check_handshake_of_stranger(reply: &Reply, report: &mut Report, path: &str) {
    if reply.status == StatusCode::SWITCHING_PROTOCOLS {
        report.find(
            Fault::CrossSiteWebSocket,
            Severity::High,
            path,
            reply.evidence(),
        );
    } else if reply.status == StatusCode::UPGRADE_REQUIRED {
        report.skip(format!(
            "{path}: whether any site can open this WebSocket, because its handler needs a real \
             connection (426); .reject_disallowed_origins() refuses the others before the handler runs"
        ));
    }
}

/// A form of an unknown origin. The audit can't see whether the handler ran; these are the answers of others.
pub(super) fn check_form_of_stranger(reply: &Reply, report: &mut Report, path: &str) {
    let is_stopped = matches!(
        reply.status,
        StatusCode::UNAUTHORIZED
            | StatusCode::FORBIDDEN
            | StatusCode::NOT_FOUND
            | StatusCode::METHOD_NOT_ALLOWED
            | StatusCode::MISDIRECTED_REQUEST
    );
    if !is_stopped {
        report.find(
            Fault::CrossSiteWrite,
            Severity::High,
            path,
            reply.evidence(),
        );
    }
}

/// A GET under a foreign name, to a server on the visitor's own machine.
pub(super) fn check_foreign_host(reply: &Reply, report: &mut Report, path: &str) {
    if reply.status.is_success() {
        report.note(format!(
            "{path} answers to any name, so a page whose own name leads to this machine can use it (DNS \
             rebinding): for a server that only this machine uses, call .allow_loopback_hosts()"
        ));
    }
}
