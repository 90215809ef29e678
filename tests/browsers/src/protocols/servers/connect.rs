//! grpc.health.v1.Health by Connect, in JSON: what is to come of a call, the service's name says.

use axum::Router;
use axum::body::Bytes;
use axum::extract::RawQuery;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde_json::{Value, json};
use url::form_urlencoded;

/// The last message of a stream.
const END: u8 = 2;

pub(crate) fn router() -> Router {
    Router::new()
        .route(
            "/grpc.health.v1.Health/Check",
            get(async |RawQuery(query): RawQuery| {
                let query = query.unwrap_or_default();
                let mut pairs = form_urlencoded::parse(query.as_bytes());
                let message = pairs.find(|(name, _)| name == "message");
                check(message.map_or_else(String::new, |(_, message)| message.into_owned()).as_bytes())
            })
            .post(async |body: Bytes| check(&body)),
        )
        .route("/grpc.health.v1.Health/Watch", post(watch))
}

fn check(request: &[u8]) -> Response {
    if service(request) == "?" {
        let error = json!({ "code": "not_found", "message": "no such ward" });
        let headers = [(CONTENT_TYPE.as_str(), "application/json"), ("trailer-x-beds", "7")];
        return (StatusCode::NOT_FOUND, headers, error.to_string()).into_response();
    }
    ([(CONTENT_TYPE, "application/json")], json!({ "status": "SERVING" }).to_string()).into_response()
}

async fn watch(body: Bytes) -> Response {
    let serving = envelope(0, &json!({ "status": "SERVING" }));
    // A flag and four bytes of length go before the one message.
    let rest = match service(body.get(5..).unwrap_or_default()).as_str() {
        "breaks" => {
            let error = json!({ "code": "aborted", "message": "the clinic closes" });
            envelope(END, &json!({ "error": error, "metadata": { "x-beds": ["7"] } }))
        }
        _ => [envelope(0, &json!({ "status": "NOT_SERVING" })), envelope(END, &json!({}))].concat(),
    };
    ([(CONTENT_TYPE, "application/connect+json")], [serving, rest].concat()).into_response()
}

fn service(request: &[u8]) -> String {
    let request: Value = serde_json::from_slice(request).unwrap_or_default();
    request["service"].as_str().unwrap_or_default().to_owned()
}

fn envelope(flag: u8, message: &Value) -> Vec<u8> {
    let message = message.to_string();
    let length = u32::try_from(message.len()).unwrap_or(u32::MAX).to_be_bytes();
    [&[flag], &length[..], message.as_bytes()].concat()
}
