//! CORS middleware for Tower.
#![doc = include_str!("../README.md")]

mod answer;
mod body;
mod builder;
mod decision;
mod draft;
mod error;
mod explain;
mod future;
mod header_names;
mod header_value;
mod layer;
mod nearest_origin;
mod origin;
mod origin_set;
mod policy;
mod policy_table;
mod predicate;
mod request;
mod request_headers;
mod rules;
mod same_origin;
mod service;
#[cfg(feature = "testing")]
pub mod testing;
mod vary;

pub use body::ResponseBody;
pub use builder::{CorsBuilder, IntoHeaderName, IntoMethod, IntoOriginPattern, state};
pub use decision::{Decision, Denial, RequestKind};
pub use error::{ConfigError, Field, Problem, Reason};
pub use explain::Explanation;
pub use future::ResponseFuture;
pub use layer::CorsLayer;
pub use origin::{Origin, OriginError, OriginPattern, OriginProblem};
pub use policy::Policy;
pub use predicate::RequestView;
pub use service::Cors;
