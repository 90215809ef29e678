//! The requests, the policies that they meet, and what is to come of each.

use std::fmt;

use http::Method;
use tower_cors::CorsLayer;
use tower_cors::testing::{ReferrerPolicy, RequestMode};

use super::hop::{End, Hop};
use crate::engine::{Engine, MAPPED_NAME};
use crate::world::{Answer, Page, PolicyRow, Scheme, World};

/// How a page sends a request.
#[derive(Clone, Copy)]
pub(super) enum Way {
    /// A `<form method=post>`.
    Form,
    /// A link that is followed.
    Link,
    /// `fetch()` of a text, if the method isn't GET.
    Fetch(&'static str),
    /// `fetch()` of JSON, which needs a preflight from another origin.
    FetchJson,
    /// `fetch()` with the mode `no-cors`.
    NoCors(&'static str),
    /// `navigator.sendBeacon()` of a text.
    Beacon,
    WebSocket,
}

impl Way {
    pub(super) fn mode(self) -> RequestMode {
        match self {
            Self::Form | Self::Link => RequestMode::Navigate,
            Self::Fetch(_) | Self::FetchJson => RequestMode::Cors,
            Self::NoCors(_) => RequestMode::NoCors,
            Self::Beacon => RequestMode::Beacon,
            Self::WebSocket => RequestMode::WebSocket,
        }
    }

    pub(super) fn method(self) -> &'static str {
        match self {
            Self::Form | Self::FetchJson | Self::Beacon => "POST",
            Self::Fetch(method) | Self::NoCors(method) => method,
            Self::Link | Self::WebSocket => "GET",
        }
    }

    pub(super) fn content_type(self) -> Option<&'static str> {
        match self {
            Self::FetchJson => Some("application/json"),
            _ => self.body().map(|_| "text/plain"),
        }
    }

    pub(super) fn body(self) -> Option<&'static str> {
        (self.method() != "GET").then_some("amount=1000")
    }
}

/// Where a page is that sends a request.
#[derive(Clone, Copy)]
pub(super) enum Place {
    /// At the server, under its name.
    Own,
    /// The same, with `Referrer-Policy: no-referrer`.
    OwnNoReferrer,
    /// A sandboxed frame in the server's own page: its origin is `null`.
    Sandbox,
    /// A page of another origin.
    Page(Page),
    /// The same, with `Referrer-Policy: no-referrer`.
    PageNoReferrer(Page),
    /// At the server, under another name.
    Named(&'static str),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Own => f.write_str("the server's own"),
            Self::OwnNoReferrer => f.write_str("the server's own, `no-referrer`"),
            Self::Sandbox => f.write_str("a sandboxed frame"),
            Self::Page(page) => write!(f, "{page}"),
            Self::PageNoReferrer(page) => write!(f, "{page}, `no-referrer`"),
            Self::Named(name) => write!(f, "`{name}`"),
        }
    }
}

/// A redirect before the request reaches the server.
#[derive(Clone, Copy)]
enum Through {
    /// By the app's server.
    App,
    /// By the server itself.
    Itself,
}

pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) policy: &'static PolicyRow,
    pub(super) page: Place,
    pub(super) way: Way,
    redirect: Option<(u16, Through)>,
    /// The last request's `Sec-Fetch-Site` and `Origin`, as [`Hop::says`] has them.
    pub(super) says: &'static str,
    pub(super) end: End,
    departures: Vec<Departure>,
}

struct Departure {
    engine: Engine,
    change: Change,
    /// What comes of the last request, if it is something else.
    end: Option<End>,
}

/// What an engine does otherwise than the standard, with the last request.
#[derive(Clone, Copy)]
enum Change {
    NoSite,
    /// <https://github.com/whatwg/fetch/issues/593>
    NullOrigin,
}

impl Change {
    fn make(self, last: &mut Hop) {
        match self {
            Self::NoSite => last.site = None,
            Self::NullOrigin => last.origin = Some("null".into()),
        }
    }
}

impl fmt::Display for Change {
    /// For a table.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoSite => "no `Sec-Fetch-Site`",
            Self::NullOrigin => "`Origin: null`",
        })
    }
}

impl Case {
    fn redirected(mut self, status: u16, through: Through) -> Self {
        self.redirect = Some((status, through));
        self
    }

    /// The engines send something else.
    fn but(mut self, engines: &[Engine], change: Change) -> Self {
        let departures = engines.iter().map(|engine| Departure { engine: *engine, change, end: None });
        self.departures.extend(departures);
        self
    }

    /// The engines that depart from the standard get another answer for it.
    fn which_ends(mut self, end: End) -> Self {
        for departure in &mut self.departures {
            departure.end = Some(end);
        }
        self
    }

    /// WebKit has no setting that maps a name.
    pub(super) fn runs_in(&self, engine: Engine) -> bool {
        !matches!(self.page, Place::Named(MAPPED_NAME)) || engine != Engine::Webkit
    }

    /// Of the page.
    pub(super) fn origin(&self, world: &World) -> String {
        match self.page {
            Place::Sandbox => "null".to_owned(),
            Place::Page(page) | Place::PageNoReferrer(page) => world.origin(page, self.policy),
            Place::Own | Place::OwnNoReferrer | Place::Named(_) => self.server(world),
        }
    }

    pub(super) fn page_url(&self, world: &World) -> String {
        let origin = match self.page {
            Place::Sandbox => self.server(world),
            _ => self.origin(world),
        };
        let query = match self.referrer_policy() {
            ReferrerPolicy::NoReferrer => "?referrer=no-referrer",
            _ => "",
        };
        format!("{origin}/page{query}")
    }

    pub(super) fn referrer_policy(&self) -> ReferrerPolicy {
        match self.page {
            Place::OwnNoReferrer | Place::PageNoReferrer(_) => ReferrerPolicy::NoReferrer,
            _ => ReferrerPolicy::default(),
        }
    }

    /// Those of the server that the page may take along.
    pub(super) fn cookies(&self) -> Option<&'static str> {
        match self.page {
            Place::Page(page) | Place::PageNoReferrer(page) => page.cookies(),
            Place::Own | Place::OwnNoReferrer => Page::Own(Scheme::Http).cookies(),
            Place::Sandbox | Place::Named(_) => None,
        }
    }

    /// Where the request goes first.
    pub(super) fn url(&self, world: &World, path: &str) -> String {
        let target = self.server(world) + path;
        let Some((status, through)) = self.redirect else {
            return target;
        };
        let first = match through {
            Through::App => world.places.origin(Page::App),
            Through::Itself => self.server(world),
        };
        let answer = Answer { status: Some(status), location: Some(target), headers: vec![] };
        format!("{first}{path}?{}", answer.query())
    }

    /// The server, under the name by which the page knows it.
    fn server(&self, world: &World) -> String {
        let api = world.api(self.policy, Scheme::Http);
        match self.page {
            Place::Named(name) => api.replace("b.localhost", name),
            _ => api,
        }
    }

    /// Makes of the standard's requests what the engine is known to send. Says what makes no difference.
    pub(super) fn depart(&self, engine: Engine, hops: &mut [Hop]) -> Vec<String> {
        let mut faults = Vec::new();
        let Some(last) = hops.last_mut() else { return faults };
        for departure in self.departures.iter().filter(|departure| departure.engine == engine) {
            let before = last.clone();
            departure.change.make(last);
            last.end = departure.end.unwrap_or(last.end);
            if *last == before {
                faults.push(format!("\"{}\" makes no difference here", departure.change));
            }
        }
        faults
    }

    /// For a table.
    pub(super) fn cell(&self, engine: Engine) -> String {
        if !self.runs_in(engine) {
            return "not run".to_owned();
        }
        let departures = self.departures.iter().filter(|departure| departure.engine == engine);
        let mut end = "✓".to_owned();
        let mut notes = Vec::new();
        for departure in departures {
            if let Some(other) = departure.end {
                end = format!("**{other}**");
            }
            notes.push(format!(", {}", departure.change));
        }
        end + &notes.concat()
    }
}

macro_rules! policy {
    ($id:ident, $name:literal, |$places:pat_param| $layer:expr) => {
        static $id: PolicyRow = PolicyRow { name: $name, layers: |$places| Ok(vec![$layer.build()?]) };
    };
}

policy!(NO_ORIGIN, "no origin", |_| CorsLayer::builder().allow_no_origin());
policy!(OWN, "no origin, no cross-site writes", |_| {
    CorsLayer::builder().allow_no_origin().reject_cross_site_writes()
});
policy!(LISTED, "the app with credentials, no other cross-site writes", |places| {
    CorsLayer::builder()
        .allow_origins([places.origin(Page::App)])
        .allow_methods([Method::DELETE])
        .allow_credentials()
        .reject_cross_site_writes()
});
policy!(NO_CREDENTIALS, "two pages without credentials, no other cross-site writes", |places| {
    CorsLayer::builder()
        .allow_origins([Page::App, Page::Neighbour].map(|page| places.origin(page)))
        .reject_cross_site_writes()
});
policy!(PUBLIC, "any origin, no cross-site writes", |_| {
    CorsLayer::builder().allow_any_origin().reject_cross_site_writes()
});
policy!(REJECTING, "the app with credentials, others rejected everywhere", |places| {
    CorsLayer::builder()
        .allow_origins([places.origin(Page::App)])
        .allow_credentials()
        .reject_disallowed_origins()
});
policy!(HOSTS, "no origin, no cross-site writes, host `b.localhost`", |_| {
    CorsLayer::builder().allow_no_origin().reject_cross_site_writes().allow_hosts(["b.localhost"])
});
policy!(LOOPBACK, "no origin, no cross-site writes, loopback hosts", |_| {
    CorsLayer::builder().allow_no_origin().reject_cross_site_writes().allow_loopback_hosts()
});

pub(crate) fn policies() -> impl Iterator<Item = &'static PolicyRow> {
    [&NO_ORIGIN, &OWN, &LISTED, &NO_CREDENTIALS, &PUBLIC, &REJECTING, &HOSTS, &LOOPBACK].into_iter()
}

pub(super) fn all() -> Vec<Case> {
    let mut cases = forms();
    cases.extend(redirected_forms());
    cases.extend(links());
    cases.extend(scripts());
    cases.extend(handshakes());
    cases.extend(hosts());
    cases
}

fn case(
    name: &'static str,
    policy: &'static PolicyRow,
    page: Place,
    way: Way,
    says: &'static str,
    end: End,
) -> Case {
    Case { name, policy, page, way, redirect: None, says, end, departures: vec![] }
}

const APP: Place = Place::Page(Page::App);
const OTHER: Place = Place::Page(Page::OtherPort);
const SAME_SITE: Place = Place::Page(Page::Neighbour);
/// It leads to this machine in every browser.
const REBOUND: Place = Place::Named("evil.localhost");
const MAPPED: Place = Place::Named(MAPPED_NAME);

const RUNS: End = End::HandlerRuns;
const FORBIDDEN: End = End::Refused(403);
const MISDIRECTED: End = End::Refused(421);

fn forms() -> Vec<Case> {
    let form = |name, policy, page, says, end| case(name, policy, page, Way::Form, says, end);
    vec![
        form("without the check, a form of another site writes", &NO_ORIGIN, APP, "cross-site, page", RUNS),
        form("a form of another site", &OWN, APP, "cross-site, page", FORBIDDEN),
        form("a form of another page of the same site", &OWN, SAME_SITE, "same-site, page", FORBIDDEN),
        form("its own form", &OWN, Place::Own, "same-origin, page", RUNS),
        form("its own form, `Origin: null`", &OWN, Place::OwnNoReferrer, "same-origin, null", RUNS),
        form(
            "a form of another site, `Origin: null`",
            &OWN,
            Place::PageNoReferrer(Page::App),
            "cross-site, null",
            FORBIDDEN,
        ),
        form("a form in a sandboxed frame", &OWN, Place::Sandbox, "cross-site, null", FORBIDDEN),
        form("a form of a listed page", &LISTED, APP, "cross-site, page", RUNS),
        form("a form of a page that is not listed", &LISTED, OTHER, "cross-site, page", FORBIDDEN),
        form(
            "a form of a listed page, with cookies, without `allow_credentials`",
            &NO_CREDENTIALS,
            SAME_SITE,
            "same-site, page",
            FORBIDDEN,
        ),
        form("any origin may read: a form of another site", &PUBLIC, APP, "cross-site, page", FORBIDDEN),
        form("any origin may read: its own form", &PUBLIC, Place::Own, "same-origin, page", RUNS),
        form("rejecting: a form of another site", &REJECTING, OTHER, "cross-site, page", FORBIDDEN),
        form("rejecting: its own form", &REJECTING, Place::Own, "same-origin, page", RUNS),
        form(
            "rejecting: its own form, `Origin: null`",
            &REJECTING,
            Place::OwnNoReferrer,
            "same-origin, null",
            RUNS,
        ),
    ]
}

fn redirected_forms() -> Vec<Case> {
    let form = |name, policy, page, says, end| case(name, policy, page, Way::Form, says, end);
    vec![
        form("a form of another site, redirected by it with 307", &OWN, APP, "cross-site, page", FORBIDDEN)
            .redirected(307, Through::App)
            .but(&[Engine::Chromium, Engine::Webkit], Change::NullOrigin),
        form("a form of a listed page, redirected by it with 307", &LISTED, APP, "cross-site, page", RUNS)
            .redirected(307, Through::App)
            .but(&[Engine::Chromium, Engine::Webkit], Change::NullOrigin)
            .which_ends(FORBIDDEN),
        form(
            "its own form, redirected back by another site with 307",
            &OWN,
            Place::Own,
            "cross-site, null",
            FORBIDDEN,
        )
        .redirected(307, Through::App),
        form("its own form, redirected by itself with 307", &OWN, Place::Own, "same-origin, page", RUNS)
            .redirected(307, Through::Itself),
        form("a form of another site, redirected by it to a GET", &OWN, APP, "cross-site, -", RUNS)
            .redirected(303, Through::App),
    ]
}

fn links() -> Vec<Case> {
    let link = |name, policy, page, says| case(name, policy, page, Way::Link, says, RUNS);
    vec![
        link("a link of another site", &OWN, APP, "cross-site, -"),
        link("a link of a page that is not listed", &LISTED, OTHER, "cross-site, -"),
        link("rejecting: a link of another site", &REJECTING, OTHER, "cross-site, -"),
        link("rejecting: its own link", &REJECTING, Place::Own, "same-origin, -"),
    ]
}

fn scripts() -> Vec<Case> {
    use Way::{Beacon, Fetch, FetchJson, NoCors};
    vec![
        case("a POST of another site's script", &OWN, APP, Fetch("POST"), "cross-site, page", FORBIDDEN),
        case(
            "a POST of another site's script, as JSON",
            &OWN,
            APP,
            FetchJson,
            "cross-site, page",
            End::Preflight,
        ),
        case("a POST of its own script", &OWN, Place::Own, Fetch("POST"), "same-origin, page", RUNS),
        case("a DELETE of its own script", &OWN, Place::Own, Fetch("DELETE"), "same-origin, page", RUNS),
        case("a POST of a listed page's script", &LISTED, APP, Fetch("POST"), "cross-site, page", RUNS),
        case("a DELETE of a listed page's script", &LISTED, APP, Fetch("DELETE"), "cross-site, page", RUNS),
        case("a GET of another site's script", &OWN, APP, Fetch("GET"), "cross-site, page", RUNS),
        case(
            "rejecting: a GET of another site's script",
            &REJECTING,
            OTHER,
            Fetch("GET"),
            "cross-site, page",
            FORBIDDEN,
        ),
        case("a `no-cors` POST of another site", &OWN, APP, NoCors("POST"), "cross-site, page", FORBIDDEN),
        case("a `no-cors` POST of a listed page", &LISTED, APP, NoCors("POST"), "cross-site, page", RUNS),
        case("a `no-cors` GET of another site", &OWN, APP, NoCors("GET"), "cross-site, -", RUNS),
        case("rejecting: a `no-cors` GET", &REJECTING, OTHER, NoCors("GET"), "cross-site, -", RUNS),
        case(
            "a `no-cors` POST of a sandboxed frame",
            &OWN,
            Place::Sandbox,
            NoCors("POST"),
            "cross-site, null",
            FORBIDDEN,
        ),
        case(
            "a POST of a listed page's script, with cookies, without `allow_credentials`",
            &NO_CREDENTIALS,
            SAME_SITE,
            Fetch("POST"),
            "same-site, page",
            FORBIDDEN,
        ),
        case(
            "a POST of a listed page's script, without cookies",
            &NO_CREDENTIALS,
            APP,
            Fetch("POST"),
            "cross-site, page",
            RUNS,
        ),
        case(
            "a POST of another site's script, redirected by it with 307",
            &OWN,
            APP,
            Fetch("POST"),
            "cross-site, page",
            FORBIDDEN,
        )
        .redirected(307, Through::App)
        .but(&[Engine::Webkit], Change::NoSite),
        case(
            "a POST of a listed page's script, redirected by it with 307",
            &LISTED,
            APP,
            Fetch("POST"),
            "cross-site, page",
            RUNS,
        )
        .redirected(307, Through::App)
        .but(&[Engine::Webkit], Change::NoSite),
        case(
            "a `no-cors` POST of another site, redirected by it with 307",
            &OWN,
            APP,
            NoCors("POST"),
            "cross-site, page",
            FORBIDDEN,
        )
        .redirected(307, Through::App)
        .but(&[Engine::Chromium], Change::NullOrigin),
        case(
            "its own `no-cors` POST, redirected back by another site with 307",
            &OWN,
            Place::Own,
            NoCors("POST"),
            "cross-site, null",
            FORBIDDEN,
        )
        .redirected(307, Through::App),
        case("a beacon of another site", &OWN, APP, Beacon, "cross-site, page", FORBIDDEN),
        case("a beacon of its own page", &OWN, Place::Own, Beacon, "same-origin, page", RUNS),
        case("a beacon of a listed page", &LISTED, APP, Beacon, "cross-site, page", RUNS),
        case("rejecting: a beacon of another site", &REJECTING, OTHER, Beacon, "cross-site, page", FORBIDDEN),
    ]
}

fn handshakes() -> Vec<Case> {
    let socket = |name, policy, page, says, end| {
        case(name, policy, page, Way::WebSocket, says, end).but(&[Engine::Chromium], Change::NoSite)
    };
    vec![
        socket(
            "without the check, another page's WebSocket opens",
            &NO_ORIGIN,
            APP,
            "cross-site, page",
            RUNS,
        ),
        socket("a WebSocket of another page", &OWN, APP, "cross-site, page", FORBIDDEN),
        socket("a WebSocket of a page of the same site", &OWN, SAME_SITE, "same-site, page", FORBIDDEN),
        socket("a WebSocket of its own page", &OWN, Place::Own, "same-origin, page", RUNS),
        socket("a WebSocket of a listed page", &LISTED, APP, "cross-site, page", RUNS),
        socket(
            "a WebSocket of a listed page, with cookies, without `allow_credentials`",
            &NO_CREDENTIALS,
            SAME_SITE,
            "same-site, page",
            FORBIDDEN,
        ),
        socket("a WebSocket of a sandboxed frame", &OWN, Place::Sandbox, "cross-site, null", FORBIDDEN),
        socket("any origin may read: a WebSocket", &PUBLIC, APP, "cross-site, page", FORBIDDEN),
        socket("rejecting: a WebSocket of another page", &REJECTING, OTHER, "cross-site, page", FORBIDDEN),
        socket("rejecting: a WebSocket of its own page", &REJECTING, Place::Own, "same-origin, page", RUNS),
    ]
}

fn hosts() -> Vec<Case> {
    use Way::{Fetch, Form, Link, WebSocket};
    let address = Place::Named("127.0.0.1");
    let own = "same-origin, page";
    vec![
        case("without hosts, a rebound page's POST passes", &OWN, REBOUND, Fetch("POST"), own, RUNS),
        case("rebinding: a POST", &HOSTS, REBOUND, Fetch("POST"), own, MISDIRECTED),
        case("rebinding: a GET", &HOSTS, REBOUND, Fetch("GET"), "same-origin, -", MISDIRECTED),
        case("rebinding: a form", &HOSTS, REBOUND, Form, own, MISDIRECTED),
        case("rebinding: a link", &HOSTS, REBOUND, Link, "same-origin, -", MISDIRECTED),
        case("rebinding: a WebSocket", &HOSTS, REBOUND, WebSocket, own, MISDIRECTED)
            .but(&[Engine::Chromium], Change::NoSite),
        case("a POST under its own name", &HOSTS, Place::Own, Fetch("POST"), own, RUNS),
        case("a POST under its address", &HOSTS, address, Fetch("POST"), own, RUNS),
        case(
            "rebinding, a name of the internet: a POST",
            &HOSTS,
            MAPPED,
            Fetch("POST"),
            "-, page",
            MISDIRECTED,
        ),
        case("loopback hosts, rebinding: a POST", &LOOPBACK, MAPPED, Fetch("POST"), "-, page", MISDIRECTED),
        case("loopback hosts, rebinding: a GET", &LOOPBACK, MAPPED, Fetch("GET"), "-, -", MISDIRECTED),
        case("loopback hosts, rebinding: a form", &LOOPBACK, MAPPED, Form, "-, page", MISDIRECTED),
        case("loopback hosts, rebinding: a WebSocket", &LOOPBACK, MAPPED, WebSocket, "-, page", MISDIRECTED),
        case("loopback hosts: localhost", &LOOPBACK, Place::Named("localhost"), Fetch("POST"), own, RUNS),
        case("loopback hosts: 127.0.0.1", &LOOPBACK, address, Fetch("POST"), own, RUNS),
        case("loopback hosts: a name below localhost", &LOOPBACK, Place::Own, Form, own, RUNS),
    ]
}
