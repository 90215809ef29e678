//! Checks which origins are allowed: unknown ones, `null`, look-alikes.

use std::fmt::Display;

use http::{Request, Response};
use http_body::Body;
use tower_service::Service;

use super::fault::{Fault, Severity};
use super::look_alikes::{STRANGER, look_alikes, sibling};
use super::no_body::NoBody;
use super::probe::{Kind, Prober, Question, Reply};
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
