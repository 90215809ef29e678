//! A second policy that is tried out: told of but not enforced, or enforced for a share of the origins.

use std::sync::Arc;

use http::HeaderMap;
use http::header::ORIGIN;

use crate::dynamic::source::Source;
use crate::fetch::request::Lines;
use crate::layer::CorsLayer;
use crate::policy::Policy;
use crate::policy::outcome::Course;
use crate::policy::vary::Vary;

#[derive(Clone)]
pub(crate) struct Shadow {
    source: Source,
    /// For how many of a hundred origins it is enforced.
    percent: u8,
    /// Which policy speaks depends on the origin.
    vary: Arc<Vary>,
}

impl Shadow {
    fn new(layer: CorsLayer, percent: u8) -> Self {
        Self {
            source: layer.into_source(),
            percent: percent.min(100),
            vary: Arc::new(Vary::new(&[ORIGIN])),
        }
    }

    pub(super) fn policy(&self) -> Arc<Policy> {
        self.source.policy()
    }

    /// Whether the shadow speaks about a request: a preflight and the request after it have the same
    /// origin, and so the same answer. Without one `Origin` line the policy in force speaks, until the
    /// shadow does for all.
    pub(super) fn is_enforced_for(&self, headers: &HeaderMap) -> bool {
        match (self.percent, Lines::of_origin(headers)) {
            (0, _) => false,
            (100, _) => true,
            (percent, Lines::One(origin)) => place(origin.as_bytes()) < u64::from(percent),
            (_, Lines::None | Lines::Several) => false,
        }
    }

    /// Where both policies speak, every response names what tells which.
    pub(super) fn vary(&self, course: Course) -> Course {
        match self.percent {
            1..=99 => course.with_vary(&self.vary),
            _ => course,
        }
    }
}

/// The place of an origin among a hundred: the same in every process, for ever (FNV-1a).
fn place(origin: &[u8]) -> u64 {
    let hash = origin.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    // The upper bits, which every byte has gone into.
    (hash >> 32) % 100
}

impl CorsLayer {
    /// Tries out a second policy: each request is decided by both, the observers
    /// ([`on_decision`](Self::on_decision)) are told of both, and nothing on the wire changes. So one sees
    /// whom a stricter policy would break before it does.
    ///
    /// Of the layer that is handed in, its policy alone counts, the one in force if it is reloadable. A
    /// second call replaces the first. [`roll_out`](Self::roll_out) goes on from here.
    ///
    /// # Example
    /// ```
    /// use tower_cors::CorsLayer;
    ///
    /// let stricter = CorsLayer::builder().allow_origins(["https://app.example.com"]).build()?;
    /// let cors = CorsLayer::builder().allow_origins(["https://*.example.com"]).build()?
    ///     .shadow(stricter)
    ///     .on_decision(|observation| {
    ///         let would_break = observation.shadow().is_some_and(|shadow| !shadow.is_allowed());
    ///         if observation.decision().is_allowed() && would_break {
    ///             eprintln!("the new policy would break {:?}", observation.headers().get("origin"));
    ///         }
    ///     });
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn shadow(self, policy: CorsLayer) -> Self {
        self.roll_out(policy, 0)
    }

    /// Enforces a second policy for so many of a hundred origins, and tells of it for the others, as
    /// [`shadow`](Self::shadow) does. 100 and more is all of them.
    ///
    /// Which origins they are follows from the origins' bytes, and is the same in every process: a preflight
    /// and its request, and all instances of a fleet, agree; with a higher share more origins are added, and
    /// none goes. Requests without `Origin` come under the first policy until the share is 100.
    ///
    /// On the wire: what the policy that speaks says; from 1 to 99, `Vary: origin` on every response, under
    /// any-origin policies too.
    ///
    /// A share is for seeing what breaks, and no protection: whoever may choose an origin can choose one that
    /// comes under the laxer policy.
    ///
    /// # Example
    /// ```
    /// use tower_cors::CorsLayer;
    ///
    /// let stricter = CorsLayer::builder().allow_origins(["https://app.example.com"]).build()?;
    /// let cors = CorsLayer::builder().allow_any_origin().build()?.roll_out(stricter, 10);
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn roll_out(self, policy: CorsLayer, percent: u8) -> Self {
        let shadow = Shadow::new(policy, percent);
        self.living(|living| living.try_out(shadow))
    }
}
