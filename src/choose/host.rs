//! The hosts of a choice: their grammar and their look-up.

use crate::error::Reason;
use crate::origin::{OriginMistake, OriginProblem};
use crate::trust::hosts::HostPattern;

/// Hosts in lower case, sorted.
pub(crate) fn find<'h, T>(hosts: &'h [(Box<str>, T)], host: &[u8]) -> Option<&'h T> {
    let lower = || host.iter().map(u8::to_ascii_lowercase);
    let found = hosts.binary_search_by(|(listed, _)| listed.bytes().cmp(lower()));
    found.ok().map(|found| &hosts[found].1)
}

/// The host in lower case, or what is wrong with the text and the fix. The grammar is that of `allow_hosts`, without
/// ports and `*`.
pub(crate) fn parse(text: &str) -> Result<Box<str>, (Reason, String)> {
    let reason = match HostPattern::parse(text) {
        Ok(pattern) if pattern.is_one_host() => return Ok(pattern.host().into()),
        Ok(pattern) if pattern.has_wildcard() => Reason::WildcardInHost,
        Ok(_) => Reason::MoreThanAHost,
        Err((reason @ Reason::Origin(OriginProblem(OriginMistake::Unicode)), fix)) => {
            return Err((reason, fix));
        }
        Err((reason, _)) => reason,
    };
    let fix = match HostPattern::in_address(text).filter(|it| !it.has_wildcard()) {
        _ if reason == Reason::WildcardInHost => {
            "name each host, or call choose_by() with a function".to_owned()
        }
        Some(pattern) => format!("write {:?}", pattern.host()),
        None => r#"write only the host, as in "api.example.com" or "[::1]""#.to_owned(),
    };
    Err((reason, fix))
}
