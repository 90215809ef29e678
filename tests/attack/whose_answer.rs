//! A look-up that says yes to everybody, around policies that don't ask it: its answer opens nothing there.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use http::{HeaderMap, Request, StatusCode};
use tower_cors::{CorsConfig, CorsLayer};

use crate::{allowed, answer, get};

const TENANT: &str = "https://tenant.example";
const INSECURE: &str = "http://tenant.example";

/// Asks the look-up, with credentials.
fn tenants() -> CorsLayer {
    let builder = CorsLayer::builder()
        .allow_looked_up_origins()
        .allow_methods(["DELETE"]);
    builder.allow_credentials().build().unwrap()
}

/// Does not ask it, and refuses all others.
fn admin() -> CorsLayer {
    CorsLayer::builder()
        .allow_origins(["https://admin.example"])
        .allow_methods(["DELETE"])
        .allow_credentials()
        .reject_disallowed_origins()
        .build()
        .unwrap()
}

fn choice() -> CorsLayer {
    CorsLayer::choose()
        .path_prefix("/admin", admin())
        .host("admin.api.example", admin())
        .otherwise(tenants())
        .unwrap()
}

fn reloaded(from: CorsLayer, to: CorsLayer) -> CorsLayer {
    let (cors, handle) = CorsLayer::reloadable(from).unwrap();
    handle.replace(to).unwrap();
    cors
}

struct Seen {
    status: StatusCode,
    headers: HeaderMap,
    asked: usize,
}

/// What a request gets from the layer with a look-up that allows everybody.
async fn ask(cors: CorsLayer, request: Request<()>) -> Seen {
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&asked);
    let cors = cors.with_lookup(move |_| {
        counter.fetch_add(1, Ordering::Relaxed);
        std::future::ready(Ok::<_, Infallible>(true))
    });
    let (status, headers) = answer(&cors, request).await;
    let asked = asked.load(Ordering::Relaxed);
    Seen {
        status,
        headers,
        asked,
    }
}

fn preflight(uri: &str, origin: &str) -> Request<()> {
    let mut request = get(
        uri,
        &[
            ("origin", origin),
            ("access-control-request-method", "DELETE"),
        ],
    );
    *request.method_mut() = http::Method::OPTIONS;
    request
}

#[tokio::test]
async fn a_yes_opens_no_policy_that_did_not_ask() {
    let listed = || {
        CorsLayer::builder()
            .allow_origins(["https://app.example"])
            .allow_credentials()
    };
    let config = CorsConfig::clone;
    let with_look_up = tenants().policy().to_config().unwrap();
    let mut without_look_up = config(&with_look_up);
    without_look_up.allow_looked_up_origins = false;
    without_look_up.origins = vec!["https://app.example".to_owned()];
    let actual = |path: &str| get(path, &[("origin", TENANT)]);
    let at_host = |host: &str| get("/items", &[("origin", TENANT), ("host", host)]);
    let rows = [
        ("another policy by path", choice(), actual("/admin/x"), 403),
        (
            "its preflight",
            choice(),
            preflight("/admin/x", TENANT),
            403,
        ),
        (
            "another policy by host",
            choice(),
            at_host("admin.api.example"),
            403,
        ),
        ("doubled slash", choice(), actual("//admin/x"), 403),
        ("encoded letter", choice(), actual("/%61dmin/x"), 403),
        ("dot segment", choice(), actual("/public/..%2fadmin"), 403),
        ("user information", choice(), at_host("a@api.example"), 403),
        ("short address", choice(), at_host("127.1"), 403),
        (
            "a policy that asks nobody",
            listed().build().unwrap(),
            actual("/"),
            200,
        ),
        (
            "reloaded to a policy that asks nobody",
            reloaded(tenants(), listed().build().unwrap()),
            actual("/"),
            200,
        ),
        (
            "reloaded to a file that asks nobody",
            reloaded(tenants(), CorsLayer::try_from(without_look_up).unwrap()),
            actual("/"),
            200,
        ),
        (
            "rolled out to a list",
            tenants().roll_out(listed().build().unwrap(), 100),
            actual("/"),
            200,
        ),
        (
            "rolled out to credentials, from http",
            CorsLayer::builder()
                .allow_looked_up_origins()
                .build()
                .unwrap()
                .roll_out(tenants(), 100),
            get("/", &[("origin", INSECURE)]),
            200,
        ),
        (
            "in the shadow of a list",
            listed().build().unwrap().shadow(tenants()),
            actual("/"),
            200,
        ),
        (
            "no policy",
            CorsLayer::choose()
                .path_prefix("/x", tenants())
                .otherwise_no_cors()
                .unwrap(),
            actual("/"),
            200,
        ),
    ];
    for (name, cors, request, status) in rows {
        let seen = ask(cors, request).await;
        assert_eq!(allowed(&seen.headers), None, "{name}");
        assert_eq!(
            seen.headers.get("access-control-allow-credentials"),
            None,
            "{name}"
        );
        assert_eq!(seen.status, status, "{name}");
        assert_eq!(seen.asked, 0, "{name}");
    }
}

#[tokio::test]
async fn a_yes_opens_the_policy_that_asked() {
    let list = CorsLayer::builder()
        .allow_origins(["https://app.example"])
        .build()
        .unwrap();
    let any = CorsLayer::builder().allow_any_origin().build().unwrap();
    let rows = [
        ("chosen", choice()),
        ("reloaded from a list", reloaded(list.clone(), tenants())),
        (
            "rolled out from a list",
            list.clone().roll_out(tenants(), 100),
        ),
        ("rolled out from any origin", any.roll_out(tenants(), 100)),
        ("with a list in the shadow", tenants().shadow(list)),
    ];
    for (name, cors) in rows {
        let seen = ask(cors.clone(), get("/items", &[("origin", TENANT)])).await;
        assert_eq!(allowed(&seen.headers), Some(TENANT), "{name}");
        assert_eq!(seen.asked, 1, "{name}");
        let seen = ask(cors, preflight("/items", TENANT)).await;
        assert_eq!(
            (seen.status.as_u16(), allowed(&seen.headers)),
            (204, Some(TENANT)),
            "{name}"
        );
    }
}

/// `Vary` is that of the policy that decides, and of how it was found.
#[tokio::test]
async fn vary_follows_the_policy_that_decides() {
    let list = CorsLayer::builder()
        .allow_origins(["https://app.example"])
        .build()
        .unwrap();
    let any = CorsLayer::builder().allow_any_origin().build().unwrap();
    let by_team = CorsLayer::choose()
        .choose_by([http::HeaderName::from_static("x-team")], |_| None)
        .otherwise(list.clone())
        .unwrap();
    let none = CorsLayer::choose().otherwise_no_cors().unwrap();
    for (name, cors, expected) in [
        (
            "any to look-ups",
            any.clone().roll_out(tenants(), 100),
            &["origin", "sec-fetch-site"][..],
        ),
        ("look-ups to any", tenants().roll_out(any.clone(), 100), &[]),
        (
            "look-ups to a list",
            tenants().roll_out(list.clone(), 100),
            &["origin"],
        ),
        (
            "any to a choice",
            any.clone().roll_out(by_team.clone(), 100),
            &["origin", "x-team"],
        ),
        ("any to a choice, shadow", any.roll_out(by_team, 0), &[]),
        (
            "no policy to a list, in part",
            none.roll_out(list, 50),
            &["origin"],
        ),
    ] {
        let seen = ask(cors, get("/", &[("origin", TENANT)])).await;
        let lines = seen.headers.get_all("vary").iter();
        let mut vary: Vec<_> = lines
            .flat_map(|line| line.to_str().unwrap().split(", "))
            .collect();
        vary.sort_unstable();
        assert_eq!(vary, expected, "{name}");
    }
}

/// A page of the server's own never waits for a look-up.
#[tokio::test]
async fn an_own_page_is_not_looked_up() {
    let own = [
        ("origin", "https://api.example"),
        ("sec-fetch-site", "same-origin"),
    ];
    let seen = ask(tenants(), get("/items", &own)).await;
    assert_eq!((seen.asked, allowed(&seen.headers)), (0, None));
}

#[tokio::test]
async fn a_roll_out_enforces_its_policy_where_no_policy_applied() {
    let none = CorsLayer::choose().otherwise_no_cors().unwrap();
    let seen = ask(
        none.roll_out(admin(), 100),
        get("/items", &[("origin", TENANT)]),
    )
    .await;
    assert_eq!((seen.status.as_u16(), allowed(&seen.headers)), (403, None));
    assert_eq!(seen.headers["cache-control"], "no-store");
}
