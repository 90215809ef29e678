//! What CORS does not stop: forged writes, foreign handshakes and DNS rebinding. Pages send them, and the log of the
//! server says whether its handler ran.

mod cases;
mod hop;
mod send;

use std::time::{Duration, Instant};

use axum::body::Body;
use http::Request;
use tower_cors::explain::PageOutcome;
use tower_cors::testing::{Browser, CredentialsMode};

use cases::{Case, all};
use hop::{End, Hop};

use crate::engine::Engine;
use crate::session::Session;
use crate::world::World;

pub(crate) use cases::policies;

/// A request that doesn't arrive within this is not sent.
const PATIENCE: Duration = Duration::from_secs(5);
/// What comes late comes within this.
const AFTER: Duration = Duration::from_millis(100);

/// Whether a case's name, after `trust: `, contains a text.
pub(crate) fn has(name: &str) -> bool {
    all().iter().any(|case| is_called(case, name))
}

fn is_called(case: &Case, name: &str) -> bool {
    format!("trust: {}", case.name).contains(name)
}

/// Returns how many cases are not as they should be.
pub(crate) async fn run(world: &World, session: &Session, name: &str) -> Result<usize, String> {
    let engine = session.engine;
    let (mut count, mut failures) = (0, 0);
    for (index, case) in all().iter().enumerate().filter(|(_, case)| is_called(case, name)) {
        if !case.runs_in(engine) {
            continue;
        }
        count += 1;
        let path = format!("/{}/trust-{index}", engine.id());
        let faults = run_case(world, session, case, &path).await?;
        if !faults.is_empty() {
            failures += 1;
            println!("{engine}: \"trust: {}\" fails", case.name);
        }
        for fault in faults {
            println!("    {fault}");
        }
    }
    println!("{engine}: {count} writes, handshakes and hosts, {failures} of them fail");
    Ok(failures)
}

async fn run_case(world: &World, session: &Session, case: &Case, path: &str) -> Result<Vec<String>, String> {
    let mut expected = in_model(world, case, path).await;
    let mut faults = Vec::new();
    if expected.last().map(|hop| hop.says(&case.origin(world))) != Some(case.says.to_owned()) {
        faults.push(format!("the row says \"{}\", the model {expected:?}", case.says));
    }
    if expected.last().map(|hop| &hop.end) != Some(&case.end) {
        faults.push(format!("the row says \"{}\", the model {expected:?}", case.end));
    }
    faults.extend(case.depart(session.engine, &mut expected));
    session.go(&case.page_url(world)).await?;
    send::send(session, case, &case.url(world, path)).await?;
    let seen = arrived(world, path, expected.len()).await;
    if seen != expected {
        faults.push(format!("{seen:?} arrive, and should {expected:?}"));
    }
    faults.extend(ask_policy(world, path));
    Ok(faults)
}

/// What arrives under a path, once it is as much as expected and answered.
async fn arrived(world: &World, path: &str, count: usize) -> Vec<Hop> {
    let deadline = Instant::now() + PATIENCE;
    let is_complete = || {
        let log = world.log.at(path);
        log.len() >= count && log.iter().all(|entry| entry.status.is_some())
    };
    while !is_complete() && Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    tokio::time::sleep(AFTER).await;
    without_repeats(world.log.at(path).iter().map(Hop::of_entry).collect())
}

/// The requests as the standard has them.
async fn in_model(world: &World, case: &Case, path: &str) -> Vec<Hop> {
    let mut browser = Browser::at(case.origin(world))
        .mode(case.way.mode())
        .credentials(CredentialsMode::Include)
        .referrer_policy(case.referrer_policy());
    if let Some(cookies) = case.cookies() {
        browser = browser.with_cookies(cookies);
    }
    let mut request = Request::builder().method(case.way.method()).uri(case.url(world, path));
    if let Some(kind) = case.way.content_type() {
        request = request.header("content-type", kind);
    }
    let request = request.body(Body::from(case.way.body().unwrap_or_default()));
    let request = request.expect("the cases' methods and URLs are valid");
    let exchanges = match browser.fetch(&mut world.internet(), request).await {
        Ok(fetched) => fetched.exchanges().to_vec(),
        Err(blocked) => blocked.exchanges().to_vec(),
    };
    without_repeats(exchanges.iter().map(Hop::of_exchange).collect())
}

/// By the standard, a browser asks once more on a new connection after 421. Engines do only on some connections.
fn without_repeats(mut hops: Vec<Hop>) -> Vec<Hop> {
    hops.dedup_by(|next, before| next == before && before.end == End::Refused(421));
    hops
}

/// The policy is asked about each request: it must foretell which is refused.
fn ask_policy(world: &World, path: &str) -> Option<String> {
    let log = world.log.at(path);
    let wrong = log.iter().find(|entry| {
        let Some(layer) = world.layer_at(entry.port) else { return false };
        let outcome = layer.policy().explain(&entry.method, &entry.headers).outcome();
        let is_refused = matches!(
            outcome,
            PageOutcome::Rejected
                | PageOutcome::NavigationRejected
                | PageOutcome::HandshakeRejected
                | PageOutcome::WrongHost
        );
        is_refused != matches!(Hop::of_entry(entry).end, End::Refused(_))
    });
    wrong.map(|entry| format!("the policy foretells {} {} wrongly", entry.method, entry.url))
}

/// The cases for people.
pub(crate) fn markdown() -> String {
    let cases = all();
    let rows = cases.iter().map(|case| {
        let cells = Engine::ALL.map(|engine| case.cell(engine));
        let Case { name, page, policy, says, end, .. } = case;
        format!("| {name} | {page} | {} | {says} | {end} | {} |\n", policy.name, cells.join(" | "))
    });
    format!(
        "
## Writes, handshakes and hosts

CORS stops none of these requests: it decides who reads. So here the log of the server counts: *handler runs*, or the
layer answers 403 or 421 and the handler doesn't run. The forms and links are navigations of the whole window. Every
request has the mode that includes cookies. The column \"says\" is the last request's `Sec-Fetch-Site` and `Origin`:
*page* is the page's origin, and a hyphen means that the header is missing.

The server is at `http://b.localhost`, the app at `http://a.localhost`. In the rows about DNS rebinding, another name
leads to the server, and the page is loaded under that name: `evil.localhost`, which leads to this machine in every
browser, or `evil.example`, which Chromium and Firefox map here by a setting. WebKit has no such setting.

| | page | policy | says | by the standard | Chromium | Firefox | WebKit |
|---|---|---|---|---|---|---|---|
{}
In each row the model and the policy's `explain` foretell the same, except where a note says what the browser does:

- Chromium and WebKit send `Origin: null` after a form's redirect to another origin, where the standard and Firefox
  name the page. So a form of a listed page must post straight to the server. ([fetch issue 593])
- WebKit sends no `Sec-Fetch-Site` after a redirect of `fetch()` with CORS. It does so after redirects of forms and of
  `no-cors` requests.
- Chromium sends no `Sec-Fetch-…` headers with a WebSocket handshake.
- After 421, the standard lets a browser ask once more on a new connection. Not all do, and not each time, so a second
  421 isn't counted here.

[What CORS does not stop](what-cors-does-not-stop.md) explains the attacks.

[fetch issue 593]: https://github.com/whatwg/fetch/issues/593
",
        rows.collect::<String>()
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_picture_is_of_these_cases() {
        let picture = include_str!("../../../../docs/browsers.md");
        let cases = markdown();
        assert!(picture.contains(&cases), "--write it anew; it should have:\n{cases}");
    }

    #[test]
    fn each_case_has_a_name_to_itself() {
        let mut names = BTreeSet::new();
        for case in all() {
            assert!(names.insert(case.name), "two cases are {:?}", case.name);
        }
    }

    #[test]
    fn each_policy_has_a_name_to_itself() {
        let names: BTreeSet<_> = policies().map(|policy| policy.name).collect();
        assert_eq!(names.len(), policies().count());
    }
}
