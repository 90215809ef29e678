//! How to give one path no CORS policy, for the forms and links of other sites.

use http::Uri;

use crate::fetch::request::RequestHead;
use crate::policy::notation::Notation;

/// A path that stands for the one that is not known.
const SOME_PATH: &str = "/callback";

/// The code that exempts the path of a request from its policy.
pub(super) fn path(request: RequestHead<'_>, notation: Notation) -> String {
    let path = request.uri.map(Uri::path).filter(|path| is_plain(path));
    let path = path.unwrap_or(SOME_PATH).trim_end_matches('/');
    let what = match notation {
        Notation::Builder | Notation::Permissive => "give this path no CORS policy",
        Notation::Config => "give this path no CORS policy, in code",
    };
    format!(
        "{what}: CorsLayer::choose().path_prefix(\"{path}\", \
         CorsLayer::choose().otherwise_no_cors()?).otherwise(cors)?"
    )
}

/// Whether the path can stand in code as a prefix.
fn is_plain(path: &str) -> bool {
    let is_plain_byte =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'.' | b'_');
    path.len() > 1
        && path.len() <= 128
        && path.starts_with('/')
        && path.bytes().all(is_plain_byte)
        && path
            .trim_end_matches('/')
            .split('/')
            .skip(1)
            .all(|segment| !matches!(segment, "" | "." | ".."))
        && !path.ends_with("//")
}
