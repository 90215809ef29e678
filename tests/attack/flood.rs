//! Floods of distinct origins: the memory of the layer has a bound.

use std::thread;

use allocation_counter::measure;
use futures_util::FutureExt as _;
use tower_cors::CorsLayer;

use crate::{allowed, answer, get_from, open, strict};

const FLOOD: u32 = 50_000;

/// Sends one request from each of many origins, and returns how many were allowed.
fn flood(cors: &CorsLayer, from: u32) -> usize {
    let mut count = 0;
    for i in 0..FLOOD {
        let request = get_from(&format!("https://{}.evil.example", from + i));
        let (_, headers) = answer(cors, request).now_or_never().expect("nothing waits");
        count += usize::from(allowed(&headers).is_some());
    }
    count
}

#[test]
fn no_layer_keeps_what_a_flood_sends() {
    let layers = [
        ("a fixed policy", strict(), 0.0..=0.0),
        ("an observed one", strict().on_decision(|_| {}), 0.0..=0.0),
        ("a roll-out", open().roll_out(strict(), 50), 0.4..=0.6),
        #[cfg(feature = "tracing")]
        ("one that is traced", strict().trace_decisions(), 0.0..=0.0),
    ];
    for (name, cors, share) in layers {
        // The first flood allocates what the layer keeps.
        flood(&cors, 0);
        let mut allowed = 0;
        let kept = measure(|| allowed = flood(&cors, FLOOD)).bytes_current;
        assert!(
            kept.unsigned_abs() <= 16 * 1024,
            "{name} keeps {kept} bytes"
        );
        let allowed = f64::from(u32::try_from(allowed).unwrap()) / f64::from(FLOOD);
        assert!(share.contains(&allowed), "{name} allowed {allowed}");
    }
}

/// Each request gets the same response as without the other thread.
#[test]
fn two_threads_flood_one_layer() {
    let layers = [
        ("a roll-out", open().roll_out(strict(), 100)),
        #[cfg(feature = "tracing")]
        ("one that is traced", strict().trace_decisions()),
    ];
    for (name, cors) in layers {
        let allowed = thread::scope(|scope| {
            let threads = [0, FLOOD].map(|from| {
                scope.spawn({
                    let cors = &cors;
                    move || flood(cors, from)
                })
            });
            threads.map(|thread| thread.join().unwrap())
        });
        assert_eq!(allowed, [0, 0], "{name}");
    }
}
