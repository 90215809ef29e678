//! The playground's servers: what the page asks them, without a browser.

mod running;

use http::request::Builder;
use http::{HeaderMap, Request, StatusCode};
use running::{Running, send};
use serde_json::{Value, json};

struct Playground {
    _running: Running,
    page: String,
}

impl Playground {
    fn start() -> Self {
        let mut running = Running::start("playground", &[]);
        let page = running.line_after("Open ");
        Self {
            _running: running,
            page,
        }
    }

    async fn send(&self, request: Builder, body: &Value) -> (StatusCode, HeaderMap, Value) {
        let (status, headers, body) = send(request, &body.to_string()).await;
        (
            status,
            headers,
            serde_json::from_slice(&body).unwrap_or_default(),
        )
    }

    async fn put_in_force(&self, config: &Value) -> (StatusCode, Value) {
        let request = Request::post(format!("{}/policy", self.page))
            .header("content-type", "application/json");
        let (status, _, answer) = self.send(request, config).await;
        (status, answer)
    }

    async fn get(&self, path: &str) -> Value {
        self.send(Request::get(format!("{}{path}", self.page)), &Value::Null)
            .await
            .2
    }
}

#[tokio::test]
async fn a_policy_is_applied_at_once_and_given_back_as_code() {
    let playground = Playground::start();
    let api = playground.get("/setup").await["same_site"]
        .as_str()
        .unwrap()
        .to_owned();
    let ask = async |attempt: &str| {
        let request = Request::options(format!("{api}/items?try={attempt}"))
            .header("origin", "https://app.example.com")
            .header("access-control-request-method", "PUT");
        playground.send(request, &Value::Null).await.1
    };
    assert!(
        !ask("before")
            .await
            .contains_key("access-control-allow-origin")
    );

    let config = json!({
        "origins": ["https://app.example.com"], "methods": ["PUT"], "credentials": true, "max_age": 600,
    });
    let (status, answer) = playground.put_in_force(&config).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(
        answer["code"],
        "use std::time::Duration;\n\
         use tower_cors::{CorsLayer, origin};\n\n\
         let cors = CorsLayer::builder()\n    \
         .allow_origins([origin!(\"https://app.example.com\")])\n    \
         .allow_methods([\"PUT\"])\n    \
         .allow_credentials()\n    \
         .max_age(Duration::from_secs(600))\n    \
         .build()?;"
    );
    assert_eq!(
        ask("after").await["access-control-allow-origin"],
        "https://app.example.com"
    );

    let before = &playground.get("/exchanges?try=before").await[0];
    assert_eq!(before["status"], 403);
    assert_eq!(before["is_preflight"], true);
    assert_eq!(before["is_allowed"], false);
    assert_eq!(
        before["fix"],
        "if that page may call, add .allow_origins([\"https://app.example.com\"])"
    );
    let after = &playground.get("/exchanges?try=after").await[0];
    assert_eq!(after["status"], 204);
    assert_eq!(after["is_allowed"], true);
}

#[tokio::test]
async fn a_refused_policy_leaves_the_old_one_and_says_what_is_wrong_with_each_field() {
    let playground = Playground::start();
    let origin = "http://localhost:3000/";
    let (status, answer) = playground
        .put_in_force(&json!({ "origins": [origin], "methods": ["TRACE"] }))
        .await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let fields: Vec<_> = answer
        .as_array()
        .unwrap()
        .iter()
        .map(|problem| &problem["field"])
        .collect();
    assert_eq!(fields, ["origins", "methods"]);
    assert!(
        answer[0]["message"]
            .as_str()
            .unwrap()
            .contains("trailing slash"),
        "{answer}"
    );

    let api = playground.get("/setup").await["same_site"]
        .as_str()
        .unwrap()
        .to_owned();
    let request = Request::get(format!("{api}/items")).header("origin", &playground.page);
    let (_, headers, _) = playground.send(request, &Value::Null).await;
    assert_eq!(
        headers["access-control-allow-origin"],
        playground.page.as_str()
    );
}

#[tokio::test]
async fn it_answers_to_no_name_of_others_and_tells_no_cookies_of_others() {
    let playground = Playground::start();
    let setup = playground.get("/setup").await;
    let api = setup["same_site"].as_str().unwrap();
    let port = playground.page.rsplit(':').next().unwrap();

    // a name of an attacker's that leads here
    for url in [
        format!("{}/exchanges?try=a", playground.page),
        format!("{api}/items?try=a"),
    ] {
        for host in [format!("evil.example:{port}"), "localhost".to_owned()] {
            let request = Request::get(&url).header("host", &host);
            let (status, _, _) = playground.send(request, &Value::Null).await;
            assert_eq!(status, StatusCode::MISDIRECTED_REQUEST, "{url} as {host}");
        }
    }
    let request = Request::get(&playground.page).header("host", format!("127.0.0.1:{port}"));
    let (status, headers, _) = playground.send(request, &Value::Null).await;
    assert_eq!(status, StatusCode::TEMPORARY_REDIRECT);
    assert_eq!(headers["location"], playground.page.as_str());

    for query in ["?try=a", ""] {
        let request = Request::get(format!("{api}/items{query}")).header(
            "cookie",
            "session=secret; tower-cors-playground=1; other=secret",
        );
        playground.send(request, &Value::Null).await;
    }
    assert_eq!(playground.get("/exchanges?try=").await, json!([]));
    let exchanges = playground.get("/exchanges?try=a").await;
    assert!(!exchanges.to_string().contains("secret"), "{exchanges}");
    let lines = exchanges[0]["request"].as_array().unwrap();
    let cookie = lines.iter().find(|line| line["name"] == "cookie").unwrap();
    assert_eq!(cookie["value"], "tower-cors-playground=1");
    let lines = exchanges[0]["response"].as_array().unwrap();
    let etag = lines.iter().find(|line| line["name"] == "etag").unwrap();
    assert_eq!(etag["value"], "\"1\"", "as it was sent");
    assert_eq!(
        playground.get("/exchanges?try=a").await,
        json!([]),
        "they are taken out"
    );
}
