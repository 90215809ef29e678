//! The hosts of a choice: their grammar and their look-up.

use crate::error::Reason;
use crate::origin::OriginPattern;

/// Hosts in lower case, sorted.
pub(crate) fn find<'h, T>(hosts: &'h [(Box<str>, T)], host: &[u8]) -> Option<&'h T> {
    let lower = || host.iter().map(u8::to_ascii_lowercase);
    let found = hosts.binary_search_by(|(listed, _)| listed.bytes().cmp(lower()));
    found.ok().map(|found| &hosts[found].1)
}

const BARE: &str = r#"write only the host, as in "api.example.com" or "[::1]""#;

/// The host in lower case, or what is wrong with the text and the fix.
pub(crate) fn parse(text: &str) -> Result<Box<str>, (Reason, String)> {
    let host = text.to_ascii_lowercase();
    let (scheme, rest) = host.split_once("://").unwrap_or(("https", &host));
    if host.contains('*') {
        let fix = "name each host, or call choose_by() with a function";
        return Err((Reason::WildcardOrParameter, fix.to_owned()));
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
