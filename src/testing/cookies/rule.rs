//! The rules by which a browser doesn't store or send a cookie.

use std::fmt;

/// The rule by which a browser doesn't store or send a cookie. Its `Display` is one sentence.
///
/// The rules are those of
/// [RFC 6265bis](https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis), the Fetch standard and the
/// browser's policy for third-party cookies.
///
/// # Example
/// See [`CookieEvent`](crate::testing::CookieEvent).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CookieRule {
    /// The credentials mode of the fetch doesn't include cookies for this URL. They are neither sent nor stored.
    CredentialsMode,
    /// The cookie is `SameSite=Strict`, `SameSite=Lax` or has no `SameSite`, and the request is cross-site.
    SameSite,
    /// The browser's policy for third-party cookies: see [`ThirdPartyCookies`](crate::testing::ThirdPartyCookies).
    ThirdParty,
    /// `SameSite=None` without `Secure`.
    SameSiteNoneNeedsSecure,
    /// `Partitioned` without `Secure`.
    PartitionedNeedsSecure,
    /// The cookie is partitioned, and belongs to pages of another site.
    OtherPartition,
    /// The cookie is `Secure`, and the URL is not.
    Secure,
    /// A cookie with the same name is `Secure`, and an insecure URL may not replace it.
    SecureNotReplaced,
    /// The name starts with `__Secure-`, `__Host-`, `__Http-` or `__Host-Http-`, and the attributes don't match.
    Prefix,
    /// The cookie belongs to another host or domain.
    Domain,
    /// `Domain` is a public suffix, such as `co.uk`.
    PublicSuffix,
    /// The URL's path is not in the cookie's `Path`.
    Path,
    /// The cookie has expired.
    Expired,
    /// Name and value are longer than 4,096 bytes.
    TooLong,
    /// The line has neither a name nor a value.
    Malformed,
}

impl fmt::Display for CookieRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CredentialsMode => "the fetch does not include credentials for this URL",
            Self::SameSite => "the request is cross-site, and the cookie is not SameSite=None",
            Self::ThirdParty => "the browser does not allow this third-party cookie",
            Self::SameSiteNoneNeedsSecure => "SameSite=None needs Secure",
            Self::PartitionedNeedsSecure => "Partitioned needs Secure",
            Self::OtherPartition => {
                "the cookie is partitioned and belongs to pages of another site"
            }
            Self::Secure => "the cookie is Secure, and the URL is not https",
            Self::SecureNotReplaced => "an http URL may not replace a Secure cookie",
            Self::Prefix => "the attributes do not match the prefix of the name",
            Self::Domain => "the cookie belongs to another host",
            Self::PublicSuffix => "the Domain is a public suffix",
            Self::Path => "the path of the URL is not in the cookie's Path",
            Self::Expired => "the cookie has expired",
            Self::TooLong => "name and value are longer than 4096 bytes",
            Self::Malformed => "Set-Cookie has neither a name nor a value",
        })
    }
}
