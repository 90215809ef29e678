//! The grammar of `Set-Cookie`: a name, a value and attributes, as browsers read them.

use super::date::parse_date;
use super::set_cookie::SameSite;

/// [RFC 6265bis, the Set-Cookie header field](https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-5.6),
/// step 6 of the attributes: a longer value is ignored with its attribute.
const LONGEST_ATTRIBUTE: usize = 1024;

/// A `Set-Cookie` line. Of attributes that occur several times, the last one counts.
#[derive(Debug, Default)]
pub(super) struct ParsedCookie<'a> {
    pub(super) name: &'a [u8],
    pub(super) value: &'a [u8],
    /// In seconds since the Unix epoch.
    pub(super) expires: Option<i64>,
    /// In seconds from now.
    pub(super) max_age: Option<i64>,
    /// In lower case, without a dot at its start; empty for a cookie of one host.
    pub(super) domain: Vec<u8>,
    /// `None` without the attribute; empty if it means the folder of the URL.
    pub(super) path: Option<&'a [u8]>,
    pub(super) is_secure: bool,
    pub(super) is_http_only: bool,
    pub(super) same_site: SameSite,
    pub(super) is_partitioned: bool,
}

impl<'a> ParsedCookie<'a> {
    /// [RFC 6265bis, the Set-Cookie header field](https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-5.6)
    pub(super) fn parse(line: &'a [u8]) -> Self {
        let mut parts = line.split(|byte| *byte == b';');
        // Steps 2 to 4: without `=`, all of it is the value.
        let pair = parts.next().unwrap_or_default();
        let (name, value) = split_at_equals(pair).unwrap_or((b"", pair));
        let mut cookie = Self {
            name: name.trim_ascii(),
            value: value.trim_ascii(),
            ..Self::default()
        };
        for attribute in parts {
            let (name, value) = split_at_equals(attribute).unwrap_or((attribute, b""));
            let value = value.trim_ascii();
            if value.len() <= LONGEST_ATTRIBUTE {
                cookie.apply(&name.trim_ascii().to_ascii_lowercase(), value);
            }
        }
        cookie
    }

    /// Sections 5.6.1 to 5.6.7, and
    /// [CHIPS](https://datatracker.ietf.org/doc/html/draft-cutler-httpbis-partitioned-cookies).
    fn apply(&mut self, attribute: &[u8], value: &'a [u8]) {
        match attribute {
            // A date or a number that can't be read is ignored.
            b"expires" => self.expires = parse_date(value).or(self.expires),
            b"max-age" => self.max_age = parse_max_age(value).or(self.max_age),
            b"domain" => {
                let domain = value.strip_prefix(b".").unwrap_or(value);
                self.domain = domain.to_ascii_lowercase();
            }
            b"path" => {
                let is_absolute = value.starts_with(b"/");
                self.path = Some(if is_absolute { value } else { b"" });
            }
            b"secure" => self.is_secure = true,
            b"httponly" => self.is_http_only = true,
            b"samesite" => {
                self.same_site = match &*value.to_ascii_lowercase() {
                    b"none" => SameSite::None,
                    b"strict" => SameSite::Strict,
                    b"lax" => SameSite::Lax,
                    _ => SameSite::Default,
                };
            }
            b"partitioned" => self.is_partitioned = true,
            _ => {}
        }
    }
}

fn split_at_equals(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let equals = text.iter().position(|byte| *byte == b'=')?;
    Some((&text[..equals], &text[equals + 1..]))
}

/// A number that is too large becomes the largest one.
///
/// [RFC 6265bis, the Max-Age attribute](https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-5.6.2)
fn parse_max_age(value: &[u8]) -> Option<i64> {
    let (is_negative, digits) = match value.strip_prefix(b"-") {
        Some(digits) => (true, digits),
        None => (false, value),
    };
    let is_number = !value.is_empty() && digits.iter().all(u8::is_ascii_digit);
    let seconds = digits.iter().fold(0, |sum: i64, digit| {
        sum.saturating_mul(10)
            .saturating_add(i64::from(digit.wrapping_sub(b'0')))
    });
    is_number.then_some(if is_negative { -seconds } else { seconds })
}
