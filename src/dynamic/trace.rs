//! Decisions as `tracing` events: enough to find a fault by, and no flood.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use tracing::{debug, info};

use super::Observation;
use crate::fetch::request::Lines;
use crate::layer::CorsLayer;
use crate::policy::decision::{Quoted, RequestKind};

/// Each denied origin is told of once in so many seconds.
const PAUSE: u64 = 60;
/// Denials that are told of in a second, at the most, whatever their origins.
const MOST: u64 = 20;
/// Of so many origins it is remembered when they were told of. Two may share a place.
const PLACES: usize = 1024;

impl CorsLayer {
    /// Tells [`tracing`](https://docs.rs/tracing) of decisions: an event at the level `INFO` for a denial, at
    /// `DEBUG` for an allowance, with the target `tower_cors`. Requests that are no CORS requests are not
    /// told of.
    ///
    /// The fields are `kind` (`Preflight` or `Actual`), `method`, `origin`, the `shadow`'s decision if
    /// there is one ([`shadow`](Self::shadow)), and for denials the `code` ([`Denial::code`]), the reason
    /// in words (`why`) and how many denials were `suppressed` before. What came from the client is escaped
    /// and cut.
    ///
    /// The denials of one origin are told of once a minute, and no more than 20 a second in all: nobody can
    /// flood the log by asking. What is remembered for that takes 8 KiB; no lock is taken, and nothing is
    /// allocated for what is suppressed.
    ///
    /// [`Denial::code`]: crate::Denial::code
    ///
    /// # Example
    /// ```
    /// use tower_cors::{CorsLayer, origin};
    ///
    /// let cors = CorsLayer::builder()
    ///     .allow_origins([origin!("https://app.example.com")])
    ///     .build()?
    ///     .trace_decisions();
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn trace_decisions(self) -> Self {
        let told = Told::new();
        self.on_decision(move |observation| tell(observation, &told))
    }
}

fn tell(observation: &Observation<'_>, told: &Told) {
    let decision = observation.decision();
    let kind = decision.kind();
    if kind == RequestKind::NotCors {
        return;
    }
    let origin = match Lines::of_origin(observation.headers()) {
        Lines::One(origin) => origin.as_bytes(),
        Lines::None | Lines::Several => b"",
    };
    let method = observation.method().as_str().as_bytes();
    let shadow = observation
        .shadow()
        .map(|shadow| shadow.denial().map_or("allowed", |denial| denial.code()));
    let Some(denial) = decision.denial() else {
        debug!(
            target: "tower_cors",
            ?kind,
            method = %Quoted(method),
            origin = %Quoted(origin),
            shadow,
            "allowed"
        );
        return;
    };
    let Some(suppressed) = told.is_due(origin) else {
        return;
    };
    info!(
        target: "tower_cors",
        code = denial.code(),
        ?kind,
        method = %Quoted(method),
        origin = %Quoted(origin),
        shadow,
        suppressed,
        why = %denial,
        "denied"
    );
}

/// When which origins were told of.
struct Told {
    start: Instant,
    hasher: RandomState,
    /// The upper half of an origin's hash and, in the lower, the second after the start, counted from 1.
    places: Box<[AtomicU64]>,
    /// A second, and how many denials were told of in it.
    this_second: AtomicU64,
    suppressed: AtomicU64,
}

impl Told {
    fn new() -> Self {
        Self {
            start: Instant::now(),
            hasher: RandomState::new(),
            places: (0..PLACES).map(|_| AtomicU64::new(0)).collect(),
            this_second: AtomicU64::new(0),
            suppressed: AtomicU64::new(0),
        }
    }

    /// Whether a denial of this origin is to be told of; if so, how many were not since the last one.
    /// Threads that ask at the same time may be a few off, which is well for a log.
    fn is_due(&self, origin: &[u8]) -> Option<u64> {
        let now = self.start.elapsed().as_secs() + 1;
        let mut hasher = self.hasher.build_hasher();
        hasher.write(origin);
        let hash = hasher.finish();
        let index = usize::try_from(hash % PLACES as u64).unwrap_or(0);
        let place = &self.places[index];
        let before = place.load(Ordering::Relaxed);
        let second = before & u64::from(u32::MAX);
        let is_same = before >> 32 == hash >> 32 && second > 0;
        if (is_same && now - second.min(now) < PAUSE) || !self.has_room(now) {
            self.suppressed.fetch_add(1, Ordering::Relaxed);
            return None;
        }
        place.store(
            (hash >> 32 << 32) | now & u64::from(u32::MAX),
            Ordering::Relaxed,
        );
        Some(self.suppressed.swap(0, Ordering::Relaxed))
    }

    /// Takes one of the places of this second.
    fn has_room(&self, now: u64) -> bool {
        let taken = self
            .this_second
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |before| {
                let (second, count) = (before >> 8, before & 0xff);
                if second != now {
                    return Some(now << 8 | 1);
                }
                (count < MOST).then_some(before + 1)
            });
        taken.is_ok()
    }
}
