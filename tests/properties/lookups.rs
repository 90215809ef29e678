//! Look-ups: an origin is allowed only if the policy that decides allows it by itself, or asks and gets a yes.
//!
//! Choices, roll-outs, shadows and reloads are drawn, with policies that ask and policies that don't.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use arbitrary::{Result, Unstructured};
use http::header::{ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_ORIGIN, HeaderMap};
use http::{Request, Response, StatusCode};
use tower::{Layer, ServiceExt, service_fn};
use tower_cors::CorsLayer;

const ORIGINS: [&str; 4] = [
    "https://app.example.com",
    "https://tenant.example",
    "http://tenant.example",
    "https://stranger.example",
];
/// Those that the look-up allows.
const LOOKED_UP: [&str; 2] = ["https://tenant.example", "http://tenant.example"];

#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one independent yes or no"
)]
struct Stated {
    listed: Vec<&'static str>,
    any_origin: bool,
    by_function: Option<&'static str>,
    asks: bool,
    credentials: bool,
    rejects: bool,
}

impl Stated {
    fn from_bytes(u: &mut Unstructured<'_>) -> Result<Self> {
        Ok(Self {
            listed: if u.arbitrary()? {
                vec![ORIGINS[0]]
            } else {
                vec![]
            },
            any_origin: u.ratio(1, 6)?,
            by_function: if u.ratio(1, 4)? {
                Some(ORIGINS[3])
            } else {
                None
            },
            asks: u.arbitrary()?,
            credentials: u.arbitrary()?,
            rejects: u.ratio(1, 3)?,
        })
    }

    fn build(&self) -> CorsLayer {
        let mut builder = CorsLayer::builder()
            // Every policy allows somebody.
            .allow_origins(["https://other.example"])
            .allow_origins(&self.listed);
        if let Some(origin) = self.by_function {
            builder = builder.allow_origins_if(move |asked| asked.as_str() == origin);
        }
        if self.asks {
            builder = builder.allow_looked_up_origins();
        }
        if self.rejects && !self.is_any_origin() {
            builder = builder.reject_disallowed_origins();
        }
        if self.credentials {
            return builder.allow_credentials().build().expect("a policy");
        }
        if self.any_origin {
            return builder.allow_any_origin().build().expect("a policy");
        }
        builder.build().expect("a policy")
    }

    fn is_any_origin(&self) -> bool {
        self.any_origin && !self.credentials
    }

    fn allows_itself(&self, origin: &str) -> bool {
        self.is_any_origin() || self.listed.contains(&origin) || self.by_function == Some(origin)
    }

    /// Whether the question is left to a look-up.
    fn leaves_open(&self, origin: &str) -> bool {
        let is_insecure = origin.starts_with("http:");
        self.asks && !self.allows_itself(origin) && !(self.credentials && is_insecure)
    }

    fn allows(&self, origin: &str) -> bool {
        self.allows_itself(origin) || self.leaves_open(origin) && LOOKED_UP.contains(&origin)
    }
}

/// A layer with one place for a policy, which may be reloaded or rolled out.
#[derive(Debug)]
struct Place {
    first: Stated,
    reloaded: Option<Stated>,
    second: Option<(Stated, u8)>,
}

impl Place {
    fn from_bytes(u: &mut Unstructured<'_>) -> Result<Self> {
        Ok(Self {
            first: Stated::from_bytes(u)?,
            reloaded: if u.ratio(1, 3)? {
                Some(Stated::from_bytes(u)?)
            } else {
                None
            },
            second: second(u)?,
        })
    }

    fn build(&self) -> CorsLayer {
        let mut layer = self.first.build();
        if let Some(reloaded) = &self.reloaded {
            let (reloadable, handle) = CorsLayer::reloadable(layer).expect("one policy");
            handle.replace(reloaded.build()).expect("one policy");
            layer = reloadable;
        }
        with_second(layer, &self.second)
    }

    fn deciding(&self) -> &Stated {
        let first = self.reloaded.as_ref().unwrap_or(&self.first);
        enforced(&self.second).unwrap_or(first)
    }
}

type Second = Option<(Stated, u8)>;

/// A shadow, or a roll-out to everybody.
fn second(u: &mut Unstructured<'_>) -> Result<Second> {
    Ok(if u.ratio(1, 3)? {
        Some((Stated::from_bytes(u)?, *u.choose(&[0, 100])?))
    } else {
        None
    })
}

fn with_second(layer: CorsLayer, second: &Second) -> CorsLayer {
    match second {
        None => layer,
        Some((stated, 0)) => layer.shadow(stated.build()).on_decision(|_| {}),
        Some((stated, percent)) => layer.roll_out(stated.build(), *percent),
    }
}

fn enforced(second: &Second) -> Option<&Stated> {
    second
        .as_ref()
        .filter(|(_, percent)| *percent == 100)
        .map(|(stated, _)| stated)
}

pub(crate) fn check(u: &mut Unstructured<'_>) -> Result<()> {
    let (admin, otherwise) = (Place::from_bytes(u)?, Place::from_bytes(u)?);
    let has_otherwise = u.ratio(3, 4)?;
    let around = second(u)?;
    let origin = *u.choose(&ORIGINS)?;
    let path = *u.choose(&["/admin", "/items", "/%61dmin"])?;
    let is_preflight: bool = u.arbitrary()?;

    let choice = CorsLayer::choose().path_prefix("/admin", admin.build());
    let choice = if has_otherwise {
        choice.otherwise(otherwise.build())
    } else {
        choice.otherwise_no_cors()
    };
    let cors = with_second(choice.expect("a choice"), &around);
    let chosen = match path {
        "/admin" => Some(admin.deciding()),
        "/items" if has_otherwise => Some(otherwise.deciding()),
        _ => None,
    };
    let deciding = enforced(&around).or(chosen);

    let seen = send(cors, origin, path, is_preflight);
    let context = format!("{origin} {path} {admin:?} {otherwise:?} {has_otherwise} {around:?}");
    let allowed = seen.headers.get(ACCESS_CONTROL_ALLOW_ORIGIN);
    let is_expected = deciding.is_some_and(|stated| stated.allows(origin));
    assert_eq!(allowed.is_some(), is_expected, "{context}");
    let has_credentials = seen.headers.contains_key(ACCESS_CONTROL_ALLOW_CREDENTIALS);
    let expects_credentials = deciding.is_some_and(|stated| stated.credentials && is_expected);
    assert_eq!(has_credentials, expects_credentials, "{context}");
    let must_ask = deciding.is_some_and(|stated| stated.leaves_open(origin));
    assert_eq!(seen.asked, usize::from(must_ask), "{context}");
    if deciding.is_some_and(|stated| stated.rejects && !stated.allows(origin)) {
        assert_eq!(seen.status, StatusCode::FORBIDDEN, "{context}");
        assert_eq!(seen.served, 0, "{context}");
    }
    Ok(())
}

struct Seen {
    status: StatusCode,
    headers: HeaderMap,
    /// How often the look-up was asked.
    asked: usize,
    /// How often the inner service was called.
    served: usize,
}

fn send(cors: CorsLayer, origin: &str, path: &str, is_preflight: bool) -> Seen {
    let (asked, served) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let counter = Arc::clone(&asked);
    let cors = cors.with_lookup(move |origin: String| {
        counter.fetch_add(1, Ordering::Relaxed);
        std::future::ready(Ok::<_, Infallible>(LOOKED_UP.contains(&&*origin)))
    });
    let counter = Arc::clone(&served);
    let service = cors.layer(service_fn(move |_: Request<()>| {
        counter.fetch_add(1, Ordering::Relaxed);
        std::future::ready(Ok::<_, Infallible>(Response::new(())))
    }));
    let mut request = Request::get(path).header("origin", origin);
    if is_preflight {
        request = request
            .method("OPTIONS")
            .header("access-control-request-method", "PUT");
    }
    let request = request.body(()).expect("a request");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build();
    let Ok(response) = runtime
        .expect("a runtime")
        .block_on(service.oneshot(request));
    Seen {
        status: response.status(),
        headers: response.headers().clone(),
        asked: asked.load(Ordering::Relaxed),
        served: served.load(Ordering::Relaxed),
    }
}
