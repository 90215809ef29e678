//! The policies that come into force one after another, while the layered server serves.

use std::convert::Infallible;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tower_cors::lookup::{CachedLookup, CorsLookupLayer, OriginLookup};
use tower_cors::{ConfigError, CorsConfig, CorsHandle, CorsLayer};

/// The origin that every policy allows.
pub(crate) const ALWAYS: &str = "https://app.example.com";
/// The origin that some of them allow.
pub(crate) const SOMETIMES: &str = "https://sometimes.example";
/// The origin that no list has, and that the look-up allows.
pub(crate) const LOOKED_UP: &str = "https://tenant.example";
/// The origin that none allows.
pub(crate) const NEVER: &str = "https://evil.example";

/// The time between two replacements, and what building the policy takes.
const PERIOD: Duration = Duration::from_millis(50);

/// A choice: one policy for `/tenants`, another for all else, which the handle replaces. A look-up knows one origin more,
/// and is asked about every origin that the chosen policy doesn't have.
pub(crate) fn layer() -> Result<(CorsLookupLayer<impl OriginLookup>, CorsHandle, Forget), ConfigError> {
    let tenants = CorsLayer::builder().allow_origins([ALWAYS]).allow_looked_up_origins().build()?;
    let (others, handle) = CorsLayer::reloadable(first())?;
    let choice = CorsLayer::choose().path_prefix("/tenants", tenants).otherwise(others)?;
    // Answers become due for renewal while the load lasts, and strangers' fill the cache.
    let cached =
        CachedLookup::builder(is_tenant).time_to_live(Duration::from_secs(5)).capacity(1_000).build();
    let forget = cached.clone();
    Ok((choice.with_lookup(cached), handle, Box::new(move || forget.forget_all())))
}

/// Forgets all answers of the look-up.
pub(crate) type Forget = Box<dyn Fn() + Send>;

pub(crate) fn customer(number: u64) -> String {
    format!("https://customer-{number}.example")
}

/// As a database would: it answers later.
async fn is_tenant(origin: String) -> Result<bool, Infallible> {
    tokio::time::sleep(Duration::from_millis(20)).await;
    Ok(origin == LOOKED_UP || origin.starts_with("https://customer-"))
}

pub(crate) fn first() -> CorsConfig {
    CorsConfig { origins: vec![ALWAYS.to_owned()], ..CorsConfig::default() }
}

/// A thread that replaces the policy until it is stopped.
pub(crate) struct Reloading {
    stop: mpsc::Sender<()>,
    thread: JoinHandle<(u64, u64)>,
}

impl Reloading {
    pub(crate) fn start(handle: CorsHandle) -> Self {
        let (stop, stopped) = mpsc::channel();
        let thread = thread::spawn(move || {
            let (mut replaced, mut refused) = (0, 0);
            while stopped.recv_timeout(PERIOD) == Err(RecvTimeoutError::Timeout) {
                let outcome = replace(&handle, replaced + refused);
                if outcome.is_ok() {
                    replaced += 1;
                } else {
                    refused += 1;
                }
            }
            if let Err(error) = handle.replace(first()) {
                panic!("what was allowed is refused: {error}");
            }
            (replaced, refused)
        });
        Self { stop, thread }
    }

    /// Puts the first policy in force again. How many came into force before, and how many were refused.
    pub(crate) fn stop(self) -> (u64, u64) {
        drop(self.stop);
        self.thread.join().expect("its panic is on standard error")
    }
}

/// Of seven in turn, one is refused.
fn replace(handle: &CorsHandle, turn: u64) -> Result<(), ConfigError> {
    let one = || CorsLayer::builder().allow_origins([ALWAYS]);
    match turn % 7 {
        0 => handle.replace(one().build()?),
        1 => handle.replace(
            one()
                .allow_origins([SOMETIMES])
                .allow_methods(["PUT", "DELETE"])
                .allow_headers(["content-type", "authorization"])
                .expose_headers(["etag"])
                .allow_credentials()
                .max_age(Duration::from_secs(turn % 600))
                .build()?,
        ),
        2 => {
            let many = (0..10_000).map(|tenant| format!("https://t{tenant}-{turn}.example.org"));
            handle.replace(one().allow_origins(many).build()?)
        }
        3 => {
            let patterns = ["https://*.example.net", "http://localhost:*"];
            handle.replace(one().allow_origins([SOMETIMES]).allow_origins(patterns).build()?)
        }
        4 => {
            let mirroring = one()
                .allow_origins_if(|origin| origin.as_str() == SOMETIMES)
                .mirror_request_methods()
                .mirror_request_headers();
            handle.replace(mirroring.build()?)
        }
        5 => {
            let mut config = first();
            config.origins.push("https://app.example.com/with/a/path".to_owned());
            handle.replace(config)
        }
        // the one in force, again
        _ => handle.replace(handle.current()),
    }
}
