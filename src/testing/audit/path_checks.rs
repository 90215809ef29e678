//! The requests to one path, and the checks of their responses.

use std::fmt::Display;

use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ETAG, LAST_MODIFIED, SET_COOKIE,
};
use http::{Request, Response, StatusCode};
use http_body::Body;
use tower_service::Service;

use super::cookie_checks::{check_cookies, shows_credentials};
use super::fault::{Fault, Severity};
use super::origin_checks::{
    STRANGER, check_foreign_host, check_form_of_stranger, check_handshake_of_stranger,
    check_look_alikes, check_strangers,
};
use super::probe::{Kind, NoBody, Prober, Question, Reply};
use super::report::Report;
use crate::Origin;
use crate::testing::fetch::header_list::has_token;
use crate::testing::fetch::response_checks::is_allow_origin_value;
use crate::testing::fetch::url::FetchUrl;
use crate::testing::report::mistakes::{Mistake, from_preflight_status};

/// What the test knows about the service.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known<'a> {
    pub(crate) pages: &'a [String],
    pub(crate) cookies: &'a [String],
    pub(crate) posts_forms: bool,
}

pub(crate) async fn check<S, ResBody>(
    prober: &mut Prober<'_, S>,
    url: &FetchUrl,
    known: Known<'_>,
    report: &mut Report,
) where
    S: Service<Request<NoBody>, Response = Response<ResBody>>,
    S::Error: Display,
    ResBody: Body,
    ResBody::Error: Display,
{
    let path = url.to_string();
    prober.is_stream = false;
    let mut ask = async |kind, url: &FetchUrl, origin: Option<&str>, report: &mut Report| {
        let reply = prober.ask(&Question { kind, url, origin }).await;
        report.took(reply, &path)
    };
    let none = ask(Kind::Get, url, None, report).await;
    let stranger = ask(Kind::Get, url, Some(STRANGER), report).await;
    let null = ask(Kind::Get, url, Some("null"), report).await;
    let preflight = ask(Kind::Preflight, url, Some(STRANGER), report).await;
    let handshake = ask(Kind::WebSocket, url, Some(STRANGER), report).await;
    if let Some(handshake) = handshake {
        check_handshake_of_stranger(&handshake, report, &path);
    }

    if known.posts_forms {
        if let Some(reply) = ask(Kind::Form, url, Some(STRANGER), report).await {
            check_form_of_stranger(&reply, report, &path);
        }
    }
    if url.is_loopback() {
        if let Some(reply) = ask(Kind::ForeignHost, url, None, report).await {
            check_foreign_host(&reply, report, &path);
        }
    }

    let mut replies: Vec<Reply> = [none, stranger, null].into_iter().flatten().collect();
    let pages = pages_of(known.pages, &replies);
    if pages.is_empty() {
        report.skip(format!(
            "{path}: look-alikes, preflights and errors, because no page is known that may call; name \
             one with Audit::page"
        ));
    }
    let mut allowed = vec![];
    let mut beside: Vec<Reply> = preflight.into_iter().collect();
    for (page, is_given) in &pages {
        let missing = url.below("tower-cors-audit-no-such-path");
        let Some(actual) = ask(Kind::Get, url, Some(page), report).await else {
            continue;
        };
        let preflight = ask(Kind::Preflight, url, Some(page), report).await;
        let not_found = ask(Kind::Get, &missing, Some(page), report).await;
        let no_method = ask(Kind::UnknownMethod, url, Some(page), report).await;
        let errors: Vec<_> = [not_found, no_method].into_iter().flatten().collect();
        if *is_given || actual.allows(page) {
            check_page(page, &actual, preflight.as_ref(), &errors, report, &path);
        }
        if actual.allows(page) {
            check_cookies(&actual, known.cookies, page, url, report);
            report.allows_credentials |= actual.allows_credentials();
        }
        if actual.names(page) {
            allowed.push(page.clone());
        }
        replies.push(actual);
        beside.extend(preflight);
        beside.extend(errors);
    }
    tell_what_is_not_there(&replies, known, report, &path);
    check_vary(&replies, report, &path);
    let all: Vec<&Reply> = replies.iter().chain(&beside).collect();
    check_strangers(&all, report, &path);
    for reply in all {
        report.shows_credentials |= !known.cookies.is_empty() || shows_credentials(reply);
        check_values(reply, report, &path);
    }
    for page in allowed {
        check_look_alikes(prober, url, &page, report).await;
    }
}

/// A path that has no handler, or none for GET: then the checks saw little of the service.
fn tell_what_is_not_there(replies: &[Reply], known: Known<'_>, report: &mut Report, path: &str) {
    let all_are =
        |status| !replies.is_empty() && replies.iter().all(|reply| reply.status == status);
    if all_are(StatusCode::NOT_FOUND) {
        report.skip(format!(
            "{path}: everything behind it, because each GET gets 404; name a path that exists"
        ));
    }
    if all_are(StatusCode::METHOD_NOT_ALLOWED) && known.cookies.is_empty() {
        report.note(format!(
            "{path}: each GET gets 405, and the audit sends no POST of a page; if such a POST sets a cookie, as a login \
             does, name it with Audit::set_cookie"
        ));
    }
}

/// The pages that the test named, and those that the service names to other origins. The flag is true for the
/// former.
fn pages_of(given: &[String], replies: &[Reply]) -> Vec<(String, bool)> {
    let mut pages: Vec<_> = given.iter().map(|page| (page.clone(), true)).collect();
    for value in replies.iter().filter_map(Reply::allow_origin) {
        let Ok(origin) = Origin::parse(&value) else {
            continue;
        };
        let origin = origin.as_str();
        if origin != STRANGER && !pages.iter().any(|(page, _)| page == origin) {
            pages.push((origin.to_owned(), false));
        }
    }
    pages
}

/// Checks the responses to a page that may call.
fn check_page(
    page: &str,
    actual: &Reply,
    preflight: Option<&Reply>,
    errors: &[Reply],
    report: &mut Report,
    path: &str,
) {
    let preflight_allows = preflight.is_some_and(|preflight| preflight.allows(page));
    if !actual.allows(page) {
        let fault = if preflight_allows {
            Fault::ActualWithoutCors
        } else if comes_from_outside(actual) {
            Fault::ErrorWithoutCors
        } else {
            Fault::PageNotAllowed
        };
        report.find(fault, Severity::High, path, actual.evidence());
        let is_bare = actual.allow_origin().is_none() && !actual.varies_by_origin();
        let is_around_other_paths = errors
            .iter()
            .any(|error| error.status == StatusCode::NOT_FOUND && error.allows(page));
        if fault == Fault::PageNotAllowed && is_bare && is_around_other_paths {
            report.explain(fault, path, Mistake::LayerBeforeRoute);
        } else if fault == Fault::PageNotAllowed && actual.varies_by_origin() {
            report.explain(fault, path, Mistake::OriginNotAllowed);
        }
        if let (Fault::ErrorWithoutCors, Some(preflight)) = (fault, preflight) {
            check_preflight(page, preflight, report, path);
        }
        return;
    }
    if let Some(preflight) = preflight {
        check_preflight(page, preflight, report, path);
    }
    for error in errors {
        if error.status.as_u16() >= 400 && !error.allows(page) {
            report.find(
                Fault::ErrorWithoutCors,
                Severity::Low,
                path,
                error.evidence(),
            );
        }
    }
}

/// An error or a redirect without any CORS header and `Vary: Origin`: it comes from a login, a router or a proxy.
/// It doesn't show whether a layer further in allows the page.
fn comes_from_outside(reply: &Reply) -> bool {
    !reply.status.is_success() && reply.allow_origin().is_none() && !reply.varies_by_origin()
}

fn check_preflight(page: &str, preflight: &Reply, report: &mut Report, path: &str) {
    if !preflight.status.is_success() || !preflight.allows(page) {
        report.find(
            Fault::PreflightNotAnswered,
            Severity::High,
            path,
            preflight.evidence(),
        );
        if let Some(mistake) = from_preflight_status(preflight.status) {
            report.explain(Fault::PreflightNotAnswered, path, mistake);
        }
        return;
    }
    let marks = [SET_COOKIE, ETAG, LAST_MODIFIED];
    let mark = marks
        .iter()
        .find(|mark| preflight.headers.contains_key(*mark));
    let evidence = match mark {
        Some(mark) => format!("{}, with {mark}", preflight.evidence()),
        None if preflight.is_stream => format!("{}, with a stream", preflight.evidence()),
        None if preflight.body.is_empty() => return,
        None => format!(
            "{}, with a body of {} bytes",
            preflight.evidence(),
            preflight.body.len()
        ),
    };
    report.find(
        Fault::PreflightReachesHandler,
        Severity::Low,
        path,
        evidence,
    );
}

/// If responses to GET differ by origin, all of them need `Vary: Origin`.
fn check_vary(replies: &[Reply], report: &mut Report, path: &str) {
    let differ = replies
        .windows(2)
        .any(|pair| pair[0].allow_origin() != pair[1].allow_origin());
    if !differ {
        return;
    }
    for reply in replies.iter().filter(|reply| !reply.is_safe_from_caches()) {
        report.find(Fault::VaryMissing, Severity::Medium, path, reply.evidence());
    }
}

/// Values that no browser accepts.
fn check_values(reply: &Reply, report: &mut Report, path: &str) {
    let lines = reply.headers.get_all(ACCESS_CONTROL_ALLOW_ORIGIN);
    if lines.iter().count() > 1 {
        report.find(
            Fault::SeveralAllowOrigins,
            Severity::High,
            path,
            reply.evidence(),
        );
    } else if !lines.iter().all(is_allow_origin_value) {
        report.find(
            Fault::AllowOriginInvalid,
            Severity::High,
            path,
            reply.evidence(),
        );
    }
    if !reply.allows_credentials() {
        return;
    }
    let lists = [
        ACCESS_CONTROL_ALLOW_ORIGIN,
        ACCESS_CONTROL_ALLOW_METHODS,
        ACCESS_CONTROL_ALLOW_HEADERS,
        ACCESS_CONTROL_EXPOSE_HEADERS,
    ];
    for name in lists {
        if has_token(&reply.headers, &name, b"*") {
            report.find(
                Fault::WildcardWithCredentials,
                Severity::Medium,
                path,
                format!("{}, {name}: *", reply.evidence()),
            );
        }
    }
}
