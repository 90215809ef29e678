//! Every origin that the Fetch standard's ABNF makes is read, if a browser can send it.
//! <https://fetch.spec.whatwg.org/#origin-header>
//!
//! The ABNF also makes texts that no URL has as its origin: a default port, a port such as `007`, an IPv6 address that is
//! not in its shortest form, a host such as `1.2.3`. The crate `url` says which these are. Port 0 is refused on purpose: no
//! server can be reached there, so no page is.

use arbitrary::{Error, Result, Unstructured};
use tower_cors::{Origin, OriginPattern};
use url::Url;

pub(crate) fn check(u: &mut Unstructured<'_>) -> Result<()> {
    let text = serialized_origin(u)?;
    let url = Url::parse(&text).map_err(|_| Error::IncorrectFormat)?;
    if url.port() == Some(0) || url.origin().ascii_serialization() != text {
        return Err(Error::IncorrectFormat);
    }
    let origin = Origin::parse(text.as_bytes());
    assert!(origin.is_ok_and(|origin| origin.as_str() == text), "{text}");
    assert!(OriginPattern::parse(&*text).is_ok(), "{text}");
    Ok(())
}

/// `serialized-scheme "://" serialized-host [ ":" serialized-port ]`, of the schemes whose origins the crate `url` knows.
fn serialized_origin(u: &mut Unstructured<'_>) -> Result<String> {
    let mut text = format!("{}://", u.choose(&["https", "http"])?);
    match u.int_in_range(0..=4)? {
        0 => ipv4(u, &mut text)?,
        1 => {
            text.push('[');
            ipv6(u, &mut text)?;
            text.push(']');
        }
        _ => domain(u, &mut text)?,
    }
    match u.int_in_range(0..=3)? {
        0 => {
            text.push(':');
            text.push_str(&u.int_in_range(1..=65_535)?.to_string());
        }
        1 => {
            text.push(':');
            for _ in 0..u.int_in_range(1..=5)? {
                text.push(char::from(*u.choose(b"0123456789")?));
            }
        }
        _ => {}
    }
    Ok(text)
}

fn ipv4(u: &mut Unstructured<'_>, text: &mut String) -> Result<()> {
    let octets: [u8; 4] = u.arbitrary()?;
    text.push_str(&octets.map(|octet| octet.to_string()).join("."));
    Ok(())
}

/// Eight groups, or up to six around a `::`.
fn ipv6(u: &mut Unstructured<'_>, text: &mut String) -> Result<()> {
    let mut groups =
        |count: usize| -> Result<Vec<String>> { (0..count).map(|_| group(u)).collect() };
    let (before, after) = (groups(3)?, groups(3)?);
    let (long, [before_len, after_len]) = (groups(8)?, u.arbitrary::<[u8; 2]>()?);
    if before_len < 64 {
        text.push_str(&long.join(":"));
    } else {
        text.push_str(&before[..usize::from(before_len % 4)].join(":"));
        text.push_str("::");
        text.push_str(&after[..usize::from(after_len % 4)].join(":"));
    }
    Ok(())
}

/// `h16`
fn group(u: &mut Unstructured<'_>) -> Result<String> {
    let group: u16 = u.arbitrary()?;
    Ok(format!("{:x}", if group % 4 == 0 { 0 } else { group }))
}

/// `*( domain-label "." ) domain-label`, as long as DNS allows.
fn domain(u: &mut Unstructured<'_>, text: &mut String) -> Result<()> {
    const ENDS: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
    const MIDDLE: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789-";
    for place in 0..u.int_in_range(1..=3)? {
        if place > 0 {
            text.push('.');
        }
        text.push(char::from(*u.choose(ENDS)?));
        let len = if u.ratio(1, 16)? {
            61
        } else {
            u.int_in_range(0..=8)?
        };
        for _ in 0..len {
            text.push(char::from(*u.choose(MIDDLE)?));
        }
        if len > 0 {
            text.push(char::from(*u.choose(ENDS)?));
        }
    }
    Ok(())
}
