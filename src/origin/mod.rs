//! Origins: what a request sends ([`Origin`]) and what a policy allows ([`OriginPattern`]).

mod const_text;
mod fast_path;
mod grammar;
mod header;
mod host;
mod ip;
mod parts;
mod pattern;
mod problem;
mod public_suffix;
mod punycode;
mod suggestion;

pub(crate) use grammar::LONGEST_ORIGIN;
pub use header::Origin;
use host::HostKind;
pub(crate) use parts::Cut;
pub use pattern::OriginPattern;
pub use problem::{OriginError, OriginProblem};

/// An [`OriginPattern`] that the compiler checks.
///
/// A text that is no origin pattern is a compile error that names the mistake and the fix, in the
/// words that `build()` has for it. It takes constants alone; a text that is known only when the
/// program runs goes straight into [`allow_origins`](crate::CorsBuilder::allow_origins).
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
    ($text:expr $(,)?) => {{
        const PATTERN: $crate::OriginPattern =
            $crate::OriginPattern::__checked_at_compile_time($text);
        PATTERN
    }};
}

/// The origin that was probably meant by a text that is none.
pub(crate) fn repair(text: &[u8]) -> Option<String> {
    suggestion::repair(text).map(|mended| mended.as_str().to_owned())
}

/// `localhost` and the names below it (RFC 6761), `127.0.0.0/8`, `[::1]`.
fn is_loopback(kind: HostKind, host: &[u8]) -> bool {
    match kind {
        HostKind::Ipv4([first, ..]) => first == 127,
        HostKind::Ipv6(pieces) => pieces == [0, 0, 0, 0, 0, 0, 0, 1],
        HostKind::Domain | HostKind::Opaque => {
            let host = host.strip_suffix(b".").unwrap_or(host);
            host.strip_suffix(b"localhost")
                .is_some_and(|rest| rest.is_empty() || rest.ends_with(b"."))
        }
    }
}
