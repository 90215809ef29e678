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
        "if that page may call, add \"https://app.example.com\" to origins, add \"PUT\" to methods"
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
    let problems = &answer["problems"];
    let fields: Vec<_> = problems
        .as_array()
        .unwrap()
        .iter()
        .map(|problem| &problem["field"])
        .collect();
    assert_eq!(fields, ["origins", "methods"]);
    assert!(
        problems[0]["message"]
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

/// Each fix is a policy, and that policy is the one that is in force or allowed after it.
#[tokio::test]
async fn a_fix_can_be_applied_as_it_is_given() {
    let playground = Playground::start();
    let page = &playground.page;
    for (name, config, fixed) in [
        (
            "a trailing slash",
            json!({ "origins": [format!("{page}/")] }),
            json!([page]),
        ),
        (
            "* with credentials",
            json!({ "origins": ["*"], "credentials": true }),
            json!([page]),
        ),
        (
            "a method in lower case",
            json!({ "origins": [page], "methods": ["patch"] }),
            json!([page]),
        ),
        (
            "a host with a scheme",
            json!({ "origins": [page], "hosts": ["https://api.example.com"] }),
            json!([page]),
        ),
        ("no origin", json!({ "origins": [] }), Value::Null),
    ] {
        let (status, answer) = playground.put_in_force(&config).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        assert_eq!(
            answer["fixed"].get("origins").unwrap_or(&Value::Null),
            &fixed,
            "{name}"
        );
        if fixed.is_null() {
            assert!(answer["code"].is_null(), "{name}: {answer}");
            continue;
        }
        let (status, applied) = playground.put_in_force(&answer["fixed"]).await;
        assert_eq!(status, StatusCode::OK, "{name}: {applied}");
        assert_eq!(applied["code"], answer["code"], "{name}");
    }

    let api = playground.get("/setup").await["same_site"]
        .as_str()
        .unwrap()
        .to_owned();
    for (name, method, header, value) in [
        ("the origin", "GET", "accept", "*/*"),
        ("a method", "PUT", "accept", "*/*"),
        (
            "a header",
            "POST",
            "access-control-request-headers",
            "content-type",
        ),
        ("a cookie", "", "cookie", "tower-cors-playground=1"),
    ] {
        let origin = if name == "the origin" {
            "https://app.example.com"
        } else {
            page
        };
        playground
            .put_in_force(&json!({ "origins": ["https://a.example", page] }))
            .await;
        let ask = async |attempt: &str| {
            let url = format!("{api}/items?try={attempt}");
            let mut request = if method.is_empty() {
                Request::get(url)
            } else {
                Request::options(url).header("access-control-request-method", method)
            };
            request = request.header("origin", origin).header(header, value);
            playground.send(request, &Value::Null).await;
            playground.get(&format!("/exchanges?try={attempt}")).await[0].clone()
        };
        let before = ask("before").await;
        assert_eq!(before["is_allowed"], false, "{name}: {before}");
        let (status, answer) = playground.put_in_force(&before["fixed"]["policy"]).await;
        assert_eq!(status, StatusCode::OK, "{name}: {answer}");
        let after = ask("after").await;
        assert_eq!(after["is_allowed"], true, "{name}: {after}");
    }

    playground
        .put_in_force(&json!({ "origins": [page], "methods": ["PATCH"] }))
        .await;
    let request = Request::options(format!("{api}/items?try=case"))
        .header("origin", page)
        .header("access-control-request-method", "patch");
    playground.send(request, &Value::Null).await;
    let exchange = &playground.get("/exchanges?try=case").await[0];
    assert_eq!(exchange["fixed"]["method"], "PATCH", "{exchange}");
}

#[tokio::test]
async fn without_the_layer_each_usual_mistake_is_there() {
    let playground = Playground::start();
    let page = &playground.page;
    let api = playground.get("/setup").await["cross_site"]
        .as_str()
        .unwrap()
        .to_owned();
    let config = json!({ "origins": [page], "methods": ["PUT"], "headers": ["authorization"] });
    playground.put_in_force(&config).await;
    for (path, preflight, why) in [
        ("private", true, "the preflight got 401"),
        ("status/401", false, "this 401 has no CORS header"),
        ("cached", false, "allows https://other-page.example"),
        ("upstream", false, "Access-Control-Allow-Origin twice"),
    ] {
        for is_bare in [true, false] {
            let folder = if is_bare { "/bare" } else { "" };
            let url = format!("{api}{folder}/{path}?try={path}");
            let request = if preflight {
                Request::options(url).header("access-control-request-method", "PUT")
            } else {
                Request::get(url)
            };
            playground
                .send(request.header("origin", page), &Value::Null)
                .await;
            let exchange = &playground.get(&format!("/exchanges?try={path}")).await[0];
            assert_eq!(exchange["is_allowed"], !is_bare, "{exchange}");
            if is_bare {
                assert!(
                    exchange["why"].as_str().unwrap().contains(why),
                    "{exchange}"
                );
            }
        }
    }
}

#[tokio::test]
async fn a_login_sets_the_cookie_that_was_asked_for() {
    let playground = Playground::start();
    let api = playground.get("/setup").await["cross_site"]
        .as_str()
        .unwrap()
        .to_owned();
    for (cookie, attributes) in [
        ("lax", "SameSite=Lax"),
        ("none", "SameSite=None; Secure"),
        ("partitioned", "SameSite=None; Secure; Partitioned"),
    ] {
        let request = Request::post(format!("{api}/login?try=a&cookie={cookie}"));
        let (_, headers, _) = playground.send(request, &Value::Null).await;
        let line = headers["set-cookie"].to_str().unwrap();
        assert!(line.ends_with(attributes), "{line}");
        let (pair, _) = line.split_once(';').unwrap();
        for (sent, status) in [("other=1", 401), (pair, 200)] {
            let request = Request::get(format!("{api}/me")).header("cookie", sent);
            assert_eq!(playground.send(request, &Value::Null).await.0, status);
        }
    }
}

#[tokio::test]
async fn what_can_be_fixed_is_fixed_though_something_else_stays_wrong() {
    let playground = Playground::start();
    let page = &playground.page;
    let config = json!({
        "origins": [format!("{page}/")], "methods": ["put patch"], "headers": ["'x-a'"],
    });
    let (status, answer) = playground.put_in_force(&config).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer["problems"].as_array().unwrap().len(), 3, "{answer}");
    assert_eq!(answer["fixed"]["origins"], json!([page]), "{answer}");
    assert_eq!(answer["fixed"]["methods"], json!(["put patch"]), "{answer}");
    assert_eq!(answer["fixed"]["headers"], json!(["x-a"]), "{answer}");
    assert!(answer["code"].is_null(), "{answer}");
    let (_, answer) = playground.put_in_force(&answer["fixed"]).await;
    assert_eq!(answer["problems"].as_array().unwrap().len(), 1, "{answer}");
    assert!(answer["fixed"].is_null(), "{answer}");
}

#[tokio::test]
async fn presets_and_protections_are_given_back_as_code() {
    let playground = Playground::start();
    let config = json!({
        "origins": "none", "presets": ["grpc-web"], "hosts": ["api.example.com"],
        "reject_cross_site_writes": true, "allow_loopback_hosts": true,
    });
    let (status, answer) = playground.put_in_force(&config).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let code = answer["code"].as_str().unwrap();
    for line in [
        "use tower_cors::{CorsLayer, Preset};",
        ".allow_no_origin()",
        ".preset(Preset::GrpcWeb)",
        ".allow_hosts([\"api.example.com\"])",
        ".allow_loopback_hosts()",
        ".reject_cross_site_writes()",
    ] {
        assert!(code.contains(line), "{line} is not in {code}");
    }
}

#[test]
fn its_first_ten_presets_are_the_ten_mistakes_of_the_readme() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |file: &str| std::fs::read_to_string(folder.join(file)).unwrap();
    let readme = read("README.md").replace('`', "");
    let rows = readme
        .lines()
        .filter(|line| line.starts_with("| ") && line.contains("| **"));
    let told: Vec<_> = rows.map(|row| row.split("**").nth(1).unwrap()).collect();
    assert_eq!(told.len(), 10, "{told:?}");
    let script = read("examples/playground/presets.js");
    let names = script.split("{ name: \"").skip(1);
    let names: Vec<_> = names.map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(names[..10], told);
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
        for host in [
            format!("evil.example:{port}"),
            "localhost.evil.example".to_owned(),
        ] {
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
    let last = exchanges.as_array().unwrap().last().unwrap();
    let lines = last["request"].as_array().unwrap();
    let cookie = lines.iter().find(|line| line["name"] == "cookie").unwrap();
    assert_eq!(cookie["value"], "tower-cors-playground=1");
    let lines = last["response"].as_array().unwrap();
    let etag = lines.iter().find(|line| line["name"] == "etag").unwrap();
    assert_eq!(etag["value"], "\"1\"", "as it was sent");
    assert_eq!(
        playground.get("/exchanges?try=a").await,
        json!([]),
        "they are taken out"
    );
}
