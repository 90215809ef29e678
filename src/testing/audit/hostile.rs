//! Hostile origins that look like one that is allowed.

use crate::Origin;

/// How a careless comparison lets an origin pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LookAlike {
    pub(super) origin: String,
    /// Only a mistake where credentials are allowed.
    pub(super) is_downgrade: bool,
}

/// An origin that somebody else can get, and its host's name ends in the same label.
pub(super) const STRANGER: &str = "https://stranger.invalid";

/// Those that no policy means. A subdomain is not among them: a pattern may well mean it.
///
/// `base` is the shortest part of the host whose subdomains are not all allowed.
pub(super) fn look_alikes(page: &Origin<'_>, base: &str) -> Vec<LookAlike> {
    let (scheme, host) = (page.scheme(), page.host());
    let port = page.port().map_or(String::new(), |port| format!(":{port}"));
    let mut all = vec![
        // Starts with the origin.
        format!("{scheme}://{host}.stranger.invalid{port}"),
        // Contains it.
        format!("{scheme}://stranger.invalid.{host}.stranger.invalid{port}"),
        // Ends with the host, without a dot between.
        format!("{scheme}://stranger{base}{port}"),
    ];
    // A dot in a regular expression is any character.
    if let Some((first, rest)) = base.split_once('.') {
        if rest.contains('.') {
            all.push(format!("{scheme}://{first}x{rest}{port}"));
        }
    }
    // Browsers send what an attacker's own server redirects or frames; some parsers stop early at these.
    for end in ["_", "`", "%60"] {
        all.push(format!("{scheme}://{host}{end}.stranger.invalid{port}"));
    }
    let mut look_alikes: Vec<_> = all
        .into_iter()
        .map(|origin| LookAlike {
            origin,
            is_downgrade: false,
        })
        .collect();
    if scheme == "https" {
        look_alikes.push(LookAlike {
            origin: format!("http://{host}{port}"),
            is_downgrade: true,
        });
    }
    look_alikes
}

/// A subdomain of the host's parent that nobody has, and the parent; `None` once there is none.
pub(super) fn sibling<'a>(page: &Origin<'_>, host: &'a str) -> Option<(String, &'a str)> {
    let (_, parent) = host.split_once('.')?;
    let port = page.port().map_or(String::new(), |port| format!(":{port}"));
    let sibling = format!(
        "{}://tower-cors-audit-sibling.{parent}{port}",
        page.scheme()
    );
    Some((sibling, parent))
}
