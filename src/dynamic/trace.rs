//! Decisions as `tracing` events, with a limit on their number.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use http::header::ORIGIN;
use tracing::{debug, info};

use super::observe::{Observation, Observer};
use crate::fetch::request::HeaderLine;
use crate::policy::decision::RequestKind;
use crate::policy::denial::{Denial, Quoted};

/// Seconds between two events for denials of the same origin, or of the same host or path without an origin.
const PAUSE: u64 = 60;
/// The most denial events in one second, with an origin and without one.
const MOST: u64 = 20;
/// How many origins are remembered. Two origins may share a slot.
const PLACES: usize = 1024;
const LOWER_HALF: u64 = 0xffff_ffff;

/// An observer that writes the events.
pub(crate) fn observer() -> Observer {
    let limit = RateLimit::new();
    Observer::new(move |observation| trace(observation, &limit))
}

fn trace(observation: &Observation<'_>, limit: &RateLimit) {
    let decision = observation.decision();
    let kind = decision.kind();
    if kind == RequestKind::NotCors && decision.is_allowed() {
        return;
    }
    let origin = match HeaderLine::get(observation.headers(), &ORIGIN) {
        HeaderLine::One(origin) => origin.as_bytes(),
        HeaderLine::Missing | HeaderLine::Several => b"",
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
    // Many of these come without an origin: a host that is scanned for must not silence the others.
    let what: &[u8] = match &denial {
        Denial::HostNotAllowed { host } => host,
        Denial::CrossSiteWrite if origin.is_empty() => {
            observation.uri().map_or("", |uri| uri.path()).as_bytes()
        }
        _ => b"",
    };
    let Some(suppressed) = limit.admit(origin, what, Instant::now()) else {
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

/// Which origins had an event, and when.
struct RateLimit {
    start: Instant,
    hasher: RandomState,
    /// The upper half is that of an origin's hash. The lower half is the second of its event. Seconds are counted from
    /// [`PAUSE`], so an empty place needs no pause.
    places: Box<[AtomicU64]>,
    with_origin: Sample,
    without_origin: Sample,
    suppressed: AtomicU64,
}

impl RateLimit {
    fn new() -> Self {
        Self {
            start: Instant::now(),
            hasher: RandomState::new(),
            places: (0..PLACES).map(|_| AtomicU64::new(0)).collect(),
            with_origin: Sample::default(),
            without_origin: Sample::default(),
            suppressed: AtomicU64::new(0),
        }
    }

    /// `Some` if this denial gets an event. The number is how many denials had no event since the last one. With
    /// concurrent threads it may be off by a few, which is fine for a log.
    fn admit(&self, origin: &[u8], what: &[u8], now: Instant) -> Option<u64> {
        let now = now.duration_since(self.start).as_secs() + PAUSE;
        let mut hasher = self.hasher.build_hasher();
        hasher.write(origin);
        hasher.write_u8(0xff);
        hasher.write(what);
        let hash = hasher.finish();
        let index = usize::try_from(hash % PLACES as u64).unwrap_or(0);
        let place = &self.places[index];
        let before = place.load(Ordering::Relaxed);
        let second = before & LOWER_HALF;
        let is_same = before >> 32 == hash >> 32;
        let sample = if origin.is_empty() {
            &self.without_origin
        } else {
            &self.with_origin
        };
        let is_paused = is_same && now.saturating_sub(second) < PAUSE;
        if is_paused || !sample.draws(now, &self.hasher) {
            self.suppressed.fetch_add(1, Ordering::Relaxed);
            return None;
        }
        place.store((hash & !LOWER_HALF) + (now & LOWER_HALF), Ordering::Relaxed);
        Some(self.suppressed.swap(0, Ordering::Relaxed))
    }
}

/// At most [`MOST`] of the denials of a second. In a flood each has the same chance, however early it comes: the rate
/// is that of the second before.
#[derive(Default)]
struct Sample {
    /// The current second, how many denials came in it, and how many were drawn: 32, 24 and 8 bits.
    this_second: AtomicU64,
    /// How many came in the second before.
    before: AtomicU64,
    /// How often a number was drawn.
    draws: AtomicU64,
}

impl Sample {
    fn draws(&self, now: u64, hasher: &RandomState) -> bool {
        const MOST_COUNTED: u64 = 0xff_ffff;
        let parts = |state: u64| (state >> 32, state >> 8 & MOST_COUNTED, state & 0xff);
        let (second, count, _) = parts(self.this_second.load(Ordering::Relaxed));
        if second != now {
            let before = if second + 1 == now { count } else { 0 };
            self.before.store(before, Ordering::Relaxed);
        }
        let before = self.before.load(Ordering::Relaxed);
        // Half of what fits, so that chance seldom fills the second before its end.
        let is_drawn = before <= MOST || self.random(hasher) % before < MOST / 2;
        let update = |state| {
            let (second, count, drawn) = parts(state);
            let (count, drawn) = if second == now {
                (count, drawn)
            } else {
                (0, 0)
            };
            let drawn = drawn + u64::from(is_drawn && drawn < MOST);
            Some(now << 32 | (count + 1).min(MOST_COUNTED) << 8 | drawn)
        };
        let state = self
            .this_second
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, update);
        let (second, _, drawn) = parts(state.unwrap_or_default());
        is_drawn && (second != now || drawn < MOST)
    }

    fn random(&self, hasher: &RandomState) -> u64 {
        hasher.hash_one(self.draws.fetch_add(1, Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::RateLimit;

    /// What the limit says of denials, each after so many seconds.
    fn admitted(denials: &[(u64, &str)]) -> Vec<Option<u64>> {
        let limit = RateLimit::new();
        let admit = |(second, origin): &(u64, &str)| {
            let now = limit.start + Duration::from_secs(*second);
            limit.admit(origin.as_bytes(), b"", now)
        };
        denials.iter().map(admit).collect()
    }

    #[test]
    fn an_origin_has_one_event_a_minute() {
        assert_eq!(
            admitted(&[
                (0, "a"),
                (0, "a"),
                (59, "a"),
                (60, "a"),
                (119, "a"),
                (120, "a")
            ]),
            [Some(0), None, None, Some(2), None, Some(1)]
        );
    }

    #[test]
    fn a_second_has_twenty_events_at_most() {
        let origins: Vec<_> = (0..50).map(|i| i.to_string()).collect();
        let denials = origins.iter().enumerate();
        // The second between them has none, so the rate starts anew.
        let denials: Vec<_> = denials
            .map(|(i, origin)| (u64::from(i >= 25) * 2, &**origin))
            .collect();
        let events = admitted(&denials);
        let expected = [
            vec![Some(0); 20],
            vec![None; 5],
            vec![Some(5)],
            vec![Some(0); 19],
            vec![None; 5],
        ];
        assert_eq!(events, expected.concat());
    }

    /// A customer who comes last in each second of a flood is logged sooner or later, and the flood stays bounded.
    #[test]
    fn a_flood_does_not_fill_the_sample() {
        let limit = RateLimit::new();
        let (mut logged, mut flood) = (0, 0);
        for second in 0..1_000 {
            let now = limit.start + Duration::from_secs(second);
            let strangers = (0..200).map(|i| format!("{second}-{i}"));
            let of_strangers =
                strangers.filter(|origin| limit.admit(origin.as_bytes(), b"", now).is_some());
            let count = of_strangers.count();
            assert!(count <= 20, "{second}: {count}");
            flood += count;
            logged += usize::from(limit.admit(b"customer", b"", now).is_some());
        }
        // The chance that it isn't is less than 1 in 10^15.
        assert!(logged > 0);
        assert!(flood < 20_000, "{flood}");
    }

    #[test]
    fn denials_without_an_origin_share_neither_a_place_nor_the_sample() {
        let limit = RateLimit::new();
        let admit = |origin: &str, what: &str| {
            let admitted = limit.admit(origin.as_bytes(), what.as_bytes(), limit.start);
            admitted.is_some()
        };
        assert!(admit("", "scanned.example"));
        assert!(!admit("", "scanned.example"));
        assert!(admit("", "other.example"));
        for i in 0..100 {
            admit("", &i.to_string());
        }
        assert!(!admit("", "late.example"));
        assert!(admit("https://customer.example", ""));
    }
}
