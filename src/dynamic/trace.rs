//! Decisions as `tracing` events, with a limit on their number.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use http::header::ORIGIN;
use tracing::{debug, info};

use super::observe::{Observation, Observer};
use crate::fetch::request::HeaderLine;
use crate::policy::decision::{Quoted, RequestKind};

/// Seconds between two events for denials of the same origin.
const PAUSE: u64 = 60;
/// The most denial events in one second.
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
    let Some(suppressed) = limit.admit(origin, Instant::now()) else {
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
    /// The current second, and the number of its events.
    this_second: AtomicU64,
    suppressed: AtomicU64,
}

impl RateLimit {
    fn new() -> Self {
        Self {
            start: Instant::now(),
            hasher: RandomState::new(),
            places: (0..PLACES).map(|_| AtomicU64::new(0)).collect(),
            this_second: AtomicU64::new(0),
            suppressed: AtomicU64::new(0),
        }
    }

    /// `Some` if this denial gets an event. The number is how many denials had no event since the last one. With
    /// concurrent threads it may be off by a few, which is fine for a log.
    fn admit(&self, origin: &[u8], now: Instant) -> Option<u64> {
        let now = now.duration_since(self.start).as_secs() + PAUSE;
        let mut hasher = self.hasher.build_hasher();
        hasher.write(origin);
        let hash = hasher.finish();
        let index = usize::try_from(hash % PLACES as u64).unwrap_or(0);
        let place = &self.places[index];
        let before = place.load(Ordering::Relaxed);
        let second = before & LOWER_HALF;
        let is_same = before >> 32 == hash >> 32;
        if (is_same && now.saturating_sub(second) < PAUSE) || !self.has_room(now) {
            self.suppressed.fetch_add(1, Ordering::Relaxed);
            return None;
        }
        place.store((hash & !LOWER_HALF) + (now & LOWER_HALF), Ordering::Relaxed);
        Some(self.suppressed.swap(0, Ordering::Relaxed))
    }

    /// Counts one event of this second.
    fn has_room(&self, now: u64) -> bool {
        let taken = self
            .this_second
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |before| {
                let (second, count) = (before >> 8, before & 0xff);
                if second != now {
                    return Some((now << 8) + 1);
                }
                (count < MOST).then_some(before + 1)
            });
        taken.is_ok()
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
            limit.admit(origin.as_bytes(), now)
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
        let denials: Vec<_> = denials
            .map(|(i, origin)| (u64::from(i >= 25), &**origin))
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
}
