//! A small module for `run.mjs`: it builds a policy, sends requests through axum with the layer, and leaves what came
//! back as text.

use std::fmt::Write;
use std::future::Future;
use std::hash::{BuildHasher, RandomState};
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use axum::{Router, body::Body, routing::get};
use http::{Method, Request, header::VARY};
use tower_cors::{ConfigError, CorsLayer, origin};
use tower_service::Service;

/// What `run` has to say; it stays where it is until the next `run`.
static TEXT: Mutex<String> = Mutex::new(String::new());

/// Runs everything. The text is then at [`text_pointer`], [`text_length`] bytes long.
#[expect(unsafe_code, reason = "the name that JavaScript calls")]
#[unsafe(no_mangle)]
pub extern "C" fn run() {
    std::panic::set_hook(Box::new(|panic| {
        let _ = write!(text(), "{panic}");
    }));
    let said = report().unwrap_or_else(|error| error.to_string());
    *text() = said;
}

#[expect(unsafe_code, reason = "the name that JavaScript calls")]
#[unsafe(no_mangle)]
pub extern "C" fn text_pointer() -> *const u8 {
    text().as_ptr()
}

#[expect(unsafe_code, reason = "the name that JavaScript calls")]
#[unsafe(no_mangle)]
pub extern "C" fn text_length() -> usize {
    text().len()
}

fn text() -> MutexGuard<'static, String> {
    TEXT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One line for each request: its name, the status, and the headers that the layer answers for.
fn report() -> Result<String, ConfigError> {
    let cors = CorsLayer::builder()
        .allow_origins([origin!("https://app.example.com")])
        .allow_origins(["https://*.example.org", "http://localhost:*"])
        .allow_methods([Method::PUT])
        .allow_headers(["content-type"])
        .allow_credentials()
        .dangerously_allow_insecure_origins()
        .build()?;
    let mut app = Router::new().route("/", get(async || "hello")).layer(cors);

    let mut lines = String::new();
    for (name, method, headers) in requests() {
        let mut request = Request::builder().method(method).uri("/");
        for (header, value) in headers {
            request = request.header(*header, *value);
        }
        let Ok(request) = request.body(Body::empty()) else {
            continue;
        };
        let Some(Ok(response)) = now(app.call(request)) else {
            let _ = writeln!(lines, "{name}: not answered at once");
            continue;
        };
        let mut fields: Vec<String> = response
            .headers()
            .iter()
            .filter(|(name, _)| **name == VARY || name.as_str().starts_with("access-control-"))
            .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap_or("?")))
            .collect();
        fields.sort();
        let _ = writeln!(lines, "{name}: {} {}", response.status().as_u16(), fields.join("; "));
    }

    let refused = CorsLayer::builder().allow_origins(["https://app.example.com/"]).build();
    let _ = writeln!(lines, "a policy with a slip: {}", if refused.is_err() { "refused" } else { "built" });
    // What the matcher's seed comes from.
    let _ = writeln!(lines, "seed: {:016x}", RandomState::new().hash_one(0));
    Ok(lines)
}

type Headers = &'static [(&'static str, &'static str)];

fn requests() -> [(&'static str, Method, Headers); 6] {
    [
        ("no origin", Method::GET, &[]),
        ("an exact origin", Method::GET, &[("origin", "https://app.example.com")]),
        ("a subdomain", Method::GET, &[("origin", "https://a.b.example.org")]),
        ("another origin", Method::GET, &[("origin", "https://evil.example")]),
        (
            "a preflight",
            Method::OPTIONS,
            &[
                ("origin", "http://localhost:5173"),
                ("access-control-request-method", "PUT"),
                ("access-control-request-headers", "content-type"),
            ],
        ),
        (
            "another origin's preflight",
            Method::OPTIONS,
            &[("origin", "https://evil.example"), ("access-control-request-method", "PUT")],
        ),
    ]
}

/// What a future says when it is asked once; nothing here waits.
fn now<F: Future>(future: F) -> Option<F::Output> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}
