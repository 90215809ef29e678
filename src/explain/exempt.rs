//! How to give one path a policy of its own, for the forms and links of other sites.

use http::Uri;

use crate::choose::path::PathPrefix;
use crate::fetch::request::RequestHead;
use crate::policy::Policy;
use crate::policy::notation::Notation;

/// A path that stands for the one that is not known.
const SOME_PATH: &str = "/callback";
/// The longest path that a fix shows, in bytes.
const LONGEST_PATH: usize = 128;
/// The most hosts that a fix lists. For more, it names a variable.
const MOST_HOSTS: usize = 4;

/// The code that exempts the path of a request from the policy's refusals, but not from its hosts.
pub(super) fn path(policy: &Policy, request: RequestHead<'_>) -> String {
    let path = request
        .uri
        .map(|uri: &Uri| uri.path().trim_end_matches('/'));
    let path = path.filter(|path| path.len() <= LONGEST_PATH && PathPrefix::parse(path).is_ok());
    let what = match policy.notation {
        Notation::Builder | Notation::Permissive => "give this path a policy of its own",
        Notation::Config => "give this path a policy of its own, in code",
    };
    format!(
        "{what}: CorsLayer::choose().path_prefix(\"{}\", \
         CorsLayer::builder().allow_no_origin(){}.build()?).otherwise(cors)?",
        path.unwrap_or(SOME_PATH),
        hosts(policy)
    )
}

/// The calls that name the same hosts.
fn hosts(policy: &Policy) -> String {
    let Some(hosts) = &policy.rules.hosts else {
        return String::new();
    };
    let loopback = if hosts.allows_loopback() {
        ".allow_loopback_hosts()"
    } else {
        ""
    };
    match hosts.entries() {
        [] => loopback.to_owned(),
        entries if entries.len() <= MOST_HOSTS => {
            format!("{loopback}.allow_hosts([\"{}\"])", entries.join("\", \""))
        }
        _ => format!("{loopback}.allow_hosts(hosts)"),
    }
}
