//! The header `Cors-Diagnosis`: what the browser does with the response, and why.

use std::fmt::Write;

use http::HeaderValue;
use http::header::ORIGIN;

use super::observe::Observation;
use crate::fetch::request::HeaderLine;
use crate::policy::decision::Quoted;

/// The longest diagnosis, in bytes.
const LONGEST: usize = 1024;
/// Marks a diagnosis that was cut to the limit.
const SHORTENED: &str = " ...";

pub(super) type Diagnose = fn(&Observation<'_>) -> HeaderValue;

/// One line of visible ASCII and spaces.
pub(crate) fn diagnose(observation: &Observation<'_>) -> HeaderValue {
    let is_shown = |letter: &char| letter.is_ascii_graphic() || *letter == ' ';
    let mut line: String = text(observation).chars().filter(is_shown).collect();
    if line.len() > LONGEST {
        line.truncate(LONGEST - SHORTENED.len());
        line.push_str(SHORTENED);
    }
    HeaderValue::try_from(line).expect("visible ASCII and spaces are a header value")
}

/// Starts with the request, because a cache may send this response, with its diagnosis, for other requests.
fn text(observation: &Observation<'_>) -> String {
    let explanation = observation.explain();
    let mut text = observation.method().to_string();
    match HeaderLine::get(observation.headers(), &ORIGIN) {
        HeaderLine::Missing => text.push_str(" without Origin"),
        HeaderLine::One(origin) => {
            let _ = write!(text, " from {}", Quoted(origin.as_bytes()));
        }
        HeaderLine::Several => text.push_str(" with several Origin lines"),
    }
    for (label, line) in [
        (": ", Some(explanation.verdict())),
        (" | why: ", explanation.why()),
        (" | near: ", explanation.nearest_miss()),
        (" | fix: ", explanation.fix()),
        (" | note: ", explanation.note()),
    ] {
        if let Some(line) = line {
            text.extend([label, line]);
        }
    }
    text
}
