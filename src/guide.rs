//! Longer pages. They exist only in the documentation and contain no code.

/// Quick start, recipes, the ten usual mistakes, patterns, and tests: the README. `tests/readme.rs` runs its code.
#[cfg(not(doctest))]
pub mod readme {
    #![doc = include_str!("../README.md")]
}

/// What to write for each option of tower-http's layer, and what differs on the wire.
pub mod from_tower_http {
    #![doc = include_str!("../docs/from-tower-http.md")]
}

/// What each feature adds and costs.
pub mod features {
    #![doc = include_str!("../docs/features.md")]
}

/// Policies from files and environment variables.
#[cfg(any(not(doctest), feature = "serde"))]
pub mod config {
    #![doc = include_str!("../docs/config.md")]
    //!
    //! ## All keys
    //!
    #![doc = include_str!("../docs/config-keys.md")]
}

/// Forged writes, foreign WebSockets and DNS rebinding: three attacks, and the line that stops each.
pub mod what_cors_does_not_stop {
    #![doc = include_str!("../docs/what-cors-does-not-stop.md")]
}

/// Separate policies for paths, hosts and routers.
pub mod several_policies {
    #![doc = include_str!("../docs/several-policies.md")]
}

/// What three browsers do in hundreds of cases, against real servers.
pub mod browsers {
    #![doc = include_str!("../docs/browsers.md")]
}

/// Time, instructions, allocations and size, each with the command that measures it.
pub mod performance {
    #![doc = include_str!("../docs/performance.md")]
}

/// How the crate is tested.
pub mod testing {
    #![doc = include_str!("../docs/testing.md")]
}

/// Who attacks, what the layer promises, and what it can't promise.
pub mod security {
    #![doc = include_str!("../SECURITY.md")]
}

/// Failures that look like CORS and are not: how to tell, in each browser, and what to do.
pub mod it_is_not_cors {
    #![doc = include_str!("../docs/it-is-not-cors.md")]
}
