//! Hostile origins that look like an allowed one.

use crate::Origin;

/// An origin that a careless comparison allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LookAlike {
    pub(crate) origin: String,
    /// The `http` twin of an `https` page. Allowing it is only a fault with credentials.
    pub(crate) is_downgrade: bool,
}

/// An origin that nobody allows.
pub(crate) const STRANGER: &str = "https://stranger.invalid";

/// Look-alikes that no policy means to allow. Subdomains are not among them: a pattern may allow them.
///
/// `base` is the shortest part of the host whose subdomains are not all allowed.
pub(crate) fn look_alikes(page: &Origin<'_>, base: &str) -> Vec<LookAlike> {
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
    // Some parsers stop early at these characters.
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

/// A made-up subdomain of the host's parent, and the parent; `None` if the host has no parent.
pub(crate) fn sibling<'a>(page: &Origin<'_>, host: &'a str) -> Option<(String, &'a str)> {
    let (_, parent) = host.split_once('.')?;
    let port = page.port().map_or(String::new(), |port| format!(":{port}"));
    let sibling = format!(
        "{}://tower-cors-audit-sibling.{parent}{port}",
        page.scheme()
    );
    Some((sibling, parent))
}
