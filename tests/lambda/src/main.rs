//! An API on AWS Lambda, with axum and `lambda_http`: the layer goes around the router, as in a server of your own.
//!
//! Leave the CORS settings of the API Gateway or the function URL empty: they answer preflights before the function
//! runs, and replace its headers.

use axum::Router;
use axum::routing::get;
use tower_cors::{ConfigError, CorsLayer, origin};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    lambda_http::run(app()?).await
}

fn app() -> Result<Router, ConfigError> {
    let cors = CorsLayer::builder()
        .allow_origins([origin!("https://app.example.com")])
        .allow_methods(["PUT"])
        .allow_headers(["content-type"])
        .allow_credentials()
        .reject_disallowed_origins()
        .build()?;
    Ok(Router::new().route("/items", get(host).put(host)).layer(cors))
}

/// What the request says of the server: the target's scheme and authority, and the `Host` line.
async fn host(request: axum::extract::Request) -> String {
    let uri = request.uri();
    let host = request.headers().get("host").and_then(|host| host.to_str().ok());
    format!(
        "target {}://{} host {}",
        uri.scheme_str().unwrap_or("-"),
        uri.authority().map_or("-", |authority| authority.as_str()),
        host.unwrap_or("-")
    )
}

#[cfg(test)]
mod tests {
    use lambda_http::request::LambdaRequest;
    use lambda_http::{Adapter, Context, LambdaEvent, Service};
    use serde_json::{Value, json};

    const APP: &str = "https://app.example.com";
    const API: &str = "https://api.example.com";

    /// Method and headers, to the event that they become.
    type Event = fn(&str, &[(&str, &str)]) -> Value;

    /// An event of an API Gateway's HTTP API, payload version 2.0.
    fn api_gateway(method: &str, headers: &[(&str, &str)]) -> Value {
        json!({
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": "/items",
            "rawQueryString": "",
            "headers": headers_of(headers),
            "requestContext": {
                "accountId": "123456789012",
                "apiId": "api-id",
                "domainName": "api.example.com",
                "domainPrefix": "api",
                "http": {
                    "method": method,
                    "path": "/items",
                    "protocol": "HTTP/1.1",
                    "sourceIp": "192.0.2.1",
                    "userAgent": "agent"
                },
                "requestId": "id",
                "routeKey": "$default",
                "stage": "$default",
                "time": "28/Nov/2026:00:00:00 +0000",
                "timeEpoch": 1_795_824_000_000_u64
            },
            "isBase64Encoded": false
        })
    }

    /// An event of an Application Load Balancer.
    fn load_balancer(method: &str, headers: &[(&str, &str)]) -> Value {
        json!({
            "requestContext": { "elb": {
                "targetGroupArn": "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/api/0123456789abcdef"
            } },
            "httpMethod": method,
            "path": "/items",
            "queryStringParameters": {},
            "headers": headers_of(headers),
            "body": "",
            "isBase64Encoded": false
        })
    }

    fn headers_of(more: &[(&str, &str)]) -> Value {
        let common =
            [("host", "api.example.com"), ("x-forwarded-proto", "https"), ("x-forwarded-port", "443")];
        common.iter().chain(more).map(|(name, value)| (*name, *value)).collect()
    }

    async fn answer(event: &Value) -> Value {
        let payload: LambdaRequest = serde_json::from_value(event.clone()).unwrap();
        let mut function = Adapter::from(super::app().unwrap());
        let response = function.call(LambdaEvent::new(payload, Context::default())).await.unwrap();
        serde_json::to_value(response).unwrap()
    }

    fn header<'a>(answer: &'a Value, name: &str) -> Option<&'a str> {
        let one = answer["headers"][name].as_str();
        one.or_else(|| answer["multiValueHeaders"][name][0].as_str())
    }

    #[tokio::test]
    async fn events_are_answered_as_requests_are() {
        let preflight = ("access-control-request-method", "PUT");
        let evil = ("origin", "https://evil.example");
        for (gateway, event) in [("API Gateway", api_gateway as Event), ("load balancer", load_balancer)] {
            for (name, method, headers, status, allowed) in [
                ("no origin", "GET", &[][..], 200, None),
                ("an allowed origin", "GET", &[("origin", APP)], 200, Some(APP)),
                ("a preflight", "OPTIONS", &[("origin", APP), preflight], 204, Some(APP)),
                ("another origin", "GET", &[evil], 403, None),
                ("another origin's preflight", "OPTIONS", &[evil, preflight], 403, None),
                // by the host that the event names
                ("its own pages", "PUT", &[("origin", API)], 200, None),
            ] {
                let answer = answer(&event(method, headers)).await;
                assert_eq!(answer["statusCode"], status, "{gateway}, {name}: {answer}");
                assert_eq!(header(&answer, "access-control-allow-origin"), allowed, "{gateway}, {name}");
                assert!(header(&answer, "vary").unwrap().contains("origin"), "{gateway}, {name}");
            }
        }
    }

    /// What docs and choices by host rely on.
    #[tokio::test]
    async fn target_and_host_line_name_the_same_host() {
        for event in [api_gateway("GET", &[]), load_balancer("GET", &[])] {
            let answer = answer(&event).await;
            assert_eq!(answer["body"], "target https://api.example.com host api.example.com");
        }
    }
}
