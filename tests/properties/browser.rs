//! A model of the Fetch client in front of the layer: it lets a page do only what the policy says.

use std::convert::Infallible;

use arbitrary::{Error, Result, Unstructured};
use bytes::Bytes;
use futures_util::FutureExt;
use http::{Request, Response};
use http_body_util::Full;
use tower::Layer;
use tower_cors::testing::{Browser, CredentialsMode, Exchange, Step};

use crate::input;
use crate::policy::Stated;

const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "DELETE", "patch", "*"];
const HEADERS: [(&str, &str); 7] = [
    ("content-type", "application/json"),
    ("content-type", "text/plain"),
    ("authorization", "Bearer x"),
    ("x-a", "1"),
    ("x-b", "1"),
    ("accept", "*/*"),
    ("*", "1"),
];

pub(crate) fn check(u: &mut Unstructured<'_>) -> Result<()> {
    let stated = Stated::from_bytes(u)?;
    let Some(cors) = stated.build() else {
        return Err(Error::IncorrectFormat);
    };
    let origin = if u.ratio(3, 4)? {
        let pattern = u.choose(&stated.patterns)?;
        input::origin_near(u, pattern)?
    } else {
        let usual = ["null", "https://app.example.com", "http://localhost:3000"];
        (*u.choose(&usual)?).to_owned()
    };
    let mut request = Request::builder()
        .method(*u.choose(&METHODS)?)
        .uri("https://api.other.example/items");
    for (name, value) in HEADERS {
        if u.ratio(1, 4)? {
            request = request.header(name, value);
        }
    }
    let wants_credentials = u.arbitrary()?;
    let mut page = Browser::at(&*origin).with_cookies("a=b");
    if wants_credentials {
        page = page.credentials(CredentialsMode::Include);
    }
    if u.arbitrary()? {
        page = page.with_upload_listener();
    }
    let mut app = cors.layer(tower::service_fn(async |_: Request<Full<Bytes>>| {
        Ok::<_, Infallible>(Response::new(Full::<Bytes>::default()))
    }));
    let request = request.body(Full::default()).expect("a request");
    let outcome = page
        .fetch(&mut app, request)
        .now_or_never()
        .expect("the service is ready");

    let policy = cors.policy();
    let decides = |exchange: &Exchange| {
        policy
            .decide(exchange.method(), exchange.request_headers())
            .is_allowed()
    };
    let lacks_credentials = wants_credentials && !stated.choices.credentials;
    match outcome {
        Ok(fetched) => {
            assert!(!lacks_credentials, "{fetched}");
            assert!(fetched.exchanges().iter().all(decides), "{fetched}");
            if !stated.is_any_origin() {
                assert!(
                    stated.allows(origin.as_bytes(), None),
                    "{origin} under {stated:?}"
                );
            }
        }
        Err(blocked) => {
            if matches!(blocked.step(), Step::Preflight | Step::CorsCheck) {
                if let Some((last, before)) = blocked.exchanges().split_last() {
                    assert!(before.iter().all(decides), "{blocked}");
                    assert!(!decides(last) || lacks_credentials, "{blocked}");
                }
            }
            let _ = (blocked.to_string(), blocked.fix().len());
        }
    }
    Ok(())
}
