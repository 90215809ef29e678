//! Runs the rows: all in an engine, page by page, and each in the model.

use std::collections::{BTreeMap, HashMap};

use axum::body::Body;
use http::Request;
use serde_json::{Value, json};
use tower_cors::testing::{Browser, Destination, EmbedderPolicy, RequestMode, ThirdPartyCookies};

use super::ask::By;
use super::policies::NONE;
use super::row::Row;
use super::seen::Seen;
use crate::engine::Engine;
use crate::session::Session;
use crate::world::{Scheme, World};

/// What `page.js` says of the rows, by slug. A page's rows run side by side.
pub(super) async fn in_engine(
    world: &World,
    session: &Session,
    rows: &[&Row],
) -> Result<HashMap<String, Value>, String> {
    get_cookies(world, session).await?;
    let mut pages: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for row in rows {
        let path = path(session.engine, row);
        let steps = row.asks.iter().map(|ask| ask.step(&ask.url(world, row.policy, &path)));
        let cell = json!({ "id": row.slug(), "steps": steps.collect::<Vec<_>>() });
        pages.entry(world.url(row.page, row.policy)).or_default().push(cell);
    }
    let mut results = HashMap::new();
    for (url, cells) in pages {
        for result in run_batch(session, &url, cells).await? {
            let id = result["id"].as_str().unwrap_or_default();
            results.insert(id.to_owned(), result["steps"].clone());
        }
    }
    Ok(results)
}

/// Visits `b.localhost`, which sets its cookies.
async fn get_cookies(world: &World, session: &Session) -> Result<(), String> {
    for scheme in [Scheme::Http, Scheme::Https] {
        let url = world.api(&NONE, scheme) + "/cookies";
        session.go(&url).await?;
    }
    Ok(())
}

async fn run_batch(session: &Session, url: &str, cells: Vec<Value>) -> Result<Vec<Value>, String> {
    session.go(url).await?;
    let results = session.run("runBatch(arguments[0]).then(arguments[1])", vec![json!(cells)]).await?;
    match results {
        Value::Array(results) => Ok(results),
        other => Err(format!("{} at {url}: no results, but {other}", session.engine)),
    }
}

/// The path that a row has to itself.
pub(super) fn path(engine: Engine, row: &Row) -> String {
    format!("/{}/{}", engine.id(), row.slug())
}

/// What the model makes of a row, with the engine's cookie settings or the standard's; `None` where it has no
/// model.
pub(super) async fn in_model(
    world: &World,
    engine: Engine,
    row: &Row,
    cookie_settings: Option<Engine>,
) -> Option<Seen> {
    let mut seen = Seen { steps: vec![], wire: vec![] };
    let mut browser = Browser::at(world.origin(row.page, row.policy));
    if row.cookie.is_some() {
        browser = match cookie_settings {
            None => browser,
            Some(Engine::Chromium) => browser.third_party_cookies(ThirdPartyCookies::PartitionedOnly),
            Some(Engine::Firefox) => browser.third_party_cookies(ThirdPartyCookies::AlwaysPartitioned),
            // Under automation, it blocks no third-party cookies.
            Some(Engine::Webkit) => browser.without_secure_cookies_on_loopback(),
        };
    } else if let Some(cookies) = row.page.cookies() {
        browser = browser.with_cookies(cookies);
    }
    browser = match row.page.embedder_policy() {
        Some("require-corp") => browser.embedder_policy(EmbedderPolicy::RequireCorp),
        Some(_) => browser.embedder_policy(EmbedderPolicy::Credentialless),
        None => browser,
    };
    let mut internet = world.internet();
    for ask in &row.asks {
        if ask.by == By::WebSocket {
            return None;
        }
        let mode = match ask.by {
            By::EventSource => RequestMode::EventSource,
            By::Beacon => RequestMode::Beacon,
            _ => ask.mode,
        };
        let destination = match ask.by {
            By::Script => Destination::Script,
            _ => Destination::Empty,
        };
        browser =
            browser.credentials(ask.credentials).mode(mode).destination(destination).redirect(ask.redirect);
        if ask.by == By::Upload {
            browser = browser.with_upload_listener();
        }
        browser.advance(ask.pause);
        let url = ask.url(world, row.policy, &path(engine, row));
        let mut request = Request::builder().method(ask.method).uri(url);
        for (name, value) in &ask.headers {
            request = request.header(*name, value);
        }
        if let Some(kind) = ask.kind_of_text() {
            request = request.header("content-type", kind);
        }
        let request = request.body(Body::from(ask.body.unwrap_or_default()));
        let request = request.expect("the rows' methods, URLs and headers are valid");
        seen.add_model(ask.by, &browser.fetch(&mut internet, request).await);
    }
    Some(seen)
}
