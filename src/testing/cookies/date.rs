//! The date of `Expires`, which browsers read leniently.

/// The seconds since the Unix epoch; `None` if the text is not a date.
///
/// [RFC 6265bis, dates](https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-5.1.1)
pub(super) fn parse_date(text: &[u8]) -> Option<i64> {
    let (mut time, mut day, mut month, mut year) = (None, None, None, None);
    // Steps 1 and 2: of each kind, the first token counts.
    for token in text.split(|byte| is_delimiter(*byte)) {
        if time.is_none() {
            time = parse_time(token);
            if time.is_some() {
                continue;
            }
        }
        if day.is_none() {
            day = leading_number(token, 1, 2);
            if day.is_some() {
                continue;
            }
        }
        if month.is_none() {
            month = parse_month(token);
            if month.is_some() {
                continue;
            }
        }
        if year.is_none() {
            year = leading_number(token, 2, 4);
        }
    }
    // Steps 3 and 4.
    let year = match year? {
        year @ 70..=99 => year + 1900,
        year @ 0..=69 => year + 2000,
        year => year,
    };
    let ((hour, minute, second), day, month) = (time?, day?, month?);
    // Steps 5 and 6.
    let is_valid = (1..=days_in(month, year)).contains(&day)
        && year >= 1601
        && hour <= 23
        && minute <= 59
        && second <= 59;
    is_valid
        .then(|| days_since_epoch(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second)
}

/// `delimiter` of the grammar. A colon is not one.
fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'\t' | 0x20..=0x2f | 0x3b..=0x40 | 0x5b..=0x60 | 0x7b..=0x7e)
}

/// `time` of the grammar: `1:2:3` or `01:02:03`, and what follows after a byte that is not a digit.
fn parse_time(token: &[u8]) -> Option<(i64, i64, i64)> {
    let mut fields = token.splitn(3, |byte| *byte == b':');
    let mut whole = || {
        let field = fields.next()?;
        let number = leading_number(field, 1, 2)?;
        field.iter().all(u8::is_ascii_digit).then_some(number)
    };
    let (hour, minute) = (whole()?, whole()?);
    Some((hour, minute, leading_number(fields.next()?, 1, 2)?))
}

/// The number at the start of a token, if it has as many digits as it may have.
fn leading_number(token: &[u8], least: usize, most: usize) -> Option<i64> {
    let count = token
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    (least..=most).contains(&count).then(|| {
        token[..count]
            .iter()
            .fold(0, |number, digit| number * 10 + i64::from(digit - b'0'))
    })
}

/// From 1 to 12. What follows the first three letters doesn't matter.
fn parse_month(token: &[u8]) -> Option<i64> {
    const NAMES: [&[u8; 3]; 12] = [
        b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov",
        b"dec",
    ];
    let start = token.get(..3)?.to_ascii_lowercase();
    (1..)
        .zip(NAMES)
        .find(|(_, name)| start == **name)
        .map(|(month, _)| month)
}

fn days_in(month: i64, year: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn is_leap(year: i64) -> bool {
    (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
}

/// In the Gregorian calendar, for years from 1601.
fn days_since_epoch(year: i64, month: i64, day: i64) -> i64 {
    let before = year - 1;
    let days_of_years = before * 365 + before / 4 - before / 100 + before / 400;
    let days_of_months: i64 = (1..month).map(|month| days_in(month, year)).sum();
    // 719,162 days lie between the first of January of the years 1 and 1970.
    days_of_years + days_of_months + day - 1 - 719_162
}
