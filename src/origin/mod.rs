//! Origins: a request has an [`Origin`], and a policy allows [`OriginPattern`]s.

mod const_text;
mod error;
mod fast_path;
mod host;
mod ip;
mod list;
mod parse;
mod pattern;
mod problem;
mod public_suffix;
mod punycode;
mod request_origin;
mod scheme_and_port;
mod setting;
mod suggestion;

pub use error::OriginError;
pub(crate) use fast_path::Parts;
pub(crate) use ip::is_name_or_canonical_address;
pub use list::OriginListError;
pub(crate) use parse::LONGEST_ORIGIN;
pub use pattern::OriginPattern;
pub(crate) use problem::OriginMistake;
pub use problem::OriginProblem;
#[cfg(feature = "testing")]
pub(crate) use public_suffix::is_on_hosting_service;
pub use request_origin::Origin;
pub(crate) use setting::clean;
#[cfg(feature = "serde")]
pub(crate) use setting::entries_of_list;
pub(crate) use setting::word_in_place_of_value;
pub(crate) use suggestion::suggest;

/// An [`OriginPattern`] that the compiler checks.
///
/// A text that is not a valid origin pattern is a compile error. It names the rule that the text breaks, in the same words
/// as `build()`, and what to do.
///
/// The macro takes one literal or constant. With a variable, the compiler says "attempt to use a non-constant value in a
/// constant" (E0435). If you know a text only at run time, give the `String` to
/// [`allow_origins`](crate::CorsBuilder::allow_origins), which takes texts too.
///
/// # Example
/// ```
/// use tower_cors::origin;
///
/// let app = origin!("https://app.example.com");
/// let staging = origin!("https://*.staging.example.com");
/// let local = origin!("http://localhost:*");
/// # assert_eq!(local.to_string(), "http://localhost:*");
/// ```
/// ```compile_fail
/// let app = tower_cors::origin!("https://app.example.com/");
/// // error: "https://app.example.com/" has a trailing slash; an origin ends after the host and
/// //        port: write "https://app.example.com"
/// ```
#[macro_export]
macro_rules! origin {
    // The name of a constant. For a variable, rustc then points at the variable and not into this macro.
    ($name:ident $(,)?) => {
        const { $crate::OriginPattern::__checked_at_compile_time($name) }
    };
    ($text:expr $(,)?) => {{
        const PATTERN: $crate::OriginPattern =
            $crate::OriginPattern::__checked_at_compile_time($text);
        PATTERN
    }};
    ($($other:tt)*) => {
        ::core::compile_error!("`origin!` takes one literal: write one `origin!` for each origin, or give texts to `allow_origins`")
    };
}
