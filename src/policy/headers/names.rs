//! The header names that `http` has no constants for.

use http::HeaderName;

pub(crate) const ALLOW_PRIVATE_NETWORK: HeaderName =
    HeaderName::from_static("access-control-allow-private-network");
pub(crate) const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-resource-policy");
pub(crate) const TIMING_ALLOW_ORIGIN: HeaderName = HeaderName::from_static("timing-allow-origin");
/// Not of a standard: see [`CorsLayer::dangerously_expose_diagnosis`](crate::CorsLayer::dangerously_expose_diagnosis).
pub(crate) const CORS_DIAGNOSIS: HeaderName = HeaderName::from_static("cors-diagnosis");
