//! The host that a request names, and the hosts that a choice knows.

use http::Uri;
use http::header::HOST;

use crate::error::Reason;
use crate::fetch::request::{Asked, Lines};
use crate::origin::OriginPattern;

/// The host that a request is for, without its port and final dot, in whatever case. `None` if it names
/// none, or two.
pub(super) fn host_of(asked: Asked<'_>) -> Option<&[u8]> {
    let of_uri = asked.uri.and_then(Uri::host).map(str::as_bytes);
    let of_header = match Lines::of(asked.headers, &HOST) {
        Lines::None => None,
        Lines::One(host) => Some(without_port(host.as_bytes())?),
        Lines::Several => return None,
    };
    let (of_uri, of_header) = (of_uri.map(without_dot), of_header.map(without_dot));
    match (of_uri, of_header) {
        (Some(of_uri), Some(of_header)) => of_uri.eq_ignore_ascii_case(of_header).then_some(of_uri),
        (of_uri, of_header) => of_uri.or(of_header),
    }
}

/// <https://www.rfc-editor.org/rfc/rfc9110#field.host>
fn without_port(host: &[u8]) -> Option<&[u8]> {
    let end_of_brackets = host.iter().position(|byte| *byte == b']').unwrap_or(0);
    let colon = host[end_of_brackets..]
        .iter()
        .position(|byte| *byte == b':');
    let (host, port) = host.split_at(colon.map_or(host.len(), |colon| end_of_brackets + colon));
    port.iter().skip(1).all(u8::is_ascii_digit).then_some(host)
}

/// A host with a final dot is the same machine.
fn without_dot(host: &[u8]) -> &[u8] {
    host.strip_suffix(b".").unwrap_or(host)
}

/// Hosts in lower case, in order.
pub(super) fn find<'h, T>(hosts: &'h [(Box<str>, T)], host: &[u8]) -> Option<&'h T> {
    let lower = || host.iter().map(u8::to_ascii_lowercase);
    let found = hosts.binary_search_by(|(listed, _)| listed.bytes().cmp(lower()));
    found.ok().map(|found| &hosts[found].1)
}

const BARE: &str = r#"write the host alone, as in "api.example.com" or "[::1]""#;

/// The host in lower case; or what is wrong with the text, and the fix.
pub(super) fn parse(text: &str) -> Result<Box<str>, (Reason, String)> {
    let host = text.to_ascii_lowercase();
    let (scheme, rest) = host.split_once("://").unwrap_or(("https", &host));
    if host.contains('*') {
        let fix = "name each host, or choose by a function with choose_by";
        return Err((Reason::Pattern, fix.to_owned()));
    }
    match OriginPattern::parse(format!("{scheme}://{rest}")) {
        Ok(origin) if origin.host() == host => Ok(host.into()),
        Ok(origin) => Err((
            Reason::MoreThanAHost,
            format!("write \"{}\"", origin.host()),
        )),
        Err(error) => {
            let mended = error.suggestion().map(OriginPattern::parse);
            let mended = mended.and_then(Result::ok);
            let fix = match &mended {
                Some(mended) => format!("write \"{}\"", mended.host()),
                None if error.fix().contains("://") => BARE.to_owned(),
                None => error.fix(),
            };
            let after_address = host.rsplit(']').next().unwrap_or(&host);
            let is_more = after_address.contains([':', '/', '@', '?', '#']);
            let reason = if is_more && mended.is_some() {
                Reason::MoreThanAHost
            } else {
                Reason::Origin(error.problem())
            };
            Err((reason, fix))
        }
    }
}
