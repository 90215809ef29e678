//! The diagnosis header: in the response itself, what a browser makes of it, and why.

use std::fmt::Write;

use http::HeaderValue;

use super::observe::Observation;
use crate::fetch::request::Lines;
use crate::layer::CorsLayer;
use crate::policy::decision::Quoted;

/// The longest diagnosis, in bytes.
const LONGEST: usize = 1024;
/// The end of one that would have been longer.
const CUT: &str = " ...";

/// What says it.
pub(super) type Diagnose = fn(&Observation<'_>) -> HeaderValue;

/// One line of visible ASCII and blanks.
fn of(observation: &Observation<'_>) -> HeaderValue {
    let is_shown = |letter: &char| letter.is_ascii_graphic() || *letter == ' ';
    let mut line: String = text(observation).chars().filter(is_shown).collect();
    if line.len() > LONGEST {
        line.truncate(LONGEST - CUT.len());
        line.push_str(CUT);
    }
    HeaderValue::try_from(line).expect("visible ASCII and blanks are a header value")
}

/// Begins with the request: a cache may send this response, and so its diagnosis, to others.
fn text(observation: &Observation<'_>) -> String {
    let explanation = observation.explain();
    let mut text = observation.method().to_string();
    match Lines::of_origin(observation.headers()) {
        Lines::None => text.push_str(" without Origin"),
        Lines::One(origin) => {
            let _ = write!(text, " from {}", Quoted(origin.as_bytes()));
        }
        Lines::Several => text.push_str(" with several Origin lines"),
    }
    for (label, line) in [
        (": ", Some(explanation.verdict())),
        (" | why: ", explanation.why()),
        (" | near: ", explanation.nearest_miss()),
        (" | fix: ", explanation.fix()),
    ] {
        if let Some(line) = line {
            text.extend([label, line]);
        }
    }
    text
}

impl CorsLayer {
    /// Says in each response, in a header `Cors-Diagnosis`, what a browser makes of it, why, and what fixes
    /// it: the words of [`Policy::explain`], in one line. For development: the browser's network panel shows
    /// it, for failed preflights and withheld responses too.
    ///
    /// It changes neither the decision nor any other header.
    ///
    /// # What it reveals
    /// Your policy, to whoever asks. To an origin that comes near an allowed one it names the allowed one,
    /// so that anybody can find out by asking which origins, methods and headers you allow. And it looks at
    /// every allowed origin for each denied request: with very many, that is work that anybody can cause.
    /// Call it where strangers can't ask: on your own machine, or a test stage.
    ///
    /// # On the wire
    /// At most 1024 bytes of visible ASCII and blanks; what came from the client is escaped.
    /// ```text
    /// cors-diagnosis: GET from "https://www.example.com": blocked: the request reaches the server, but the browser withholds the response from the page | why: the origin "https://www.example.com" is not allowed | near: "https://example.com" is allowed, but the page is on "www.example.com" | fix: if that page may call, add .allow_origins(["https://www.example.com"])
    /// ```
    /// A page's scripts can read it only where it is exposed, as by
    /// [`expose_any_header`](crate::CorsBuilder::expose_any_header). A header of this name that the inner
    /// service sets is replaced.
    ///
    /// `Vary` stays as it is without the diagnosis, since it is one of the things to be looked at. So where
    /// a cache serves one response to several requests (under an any-origin policy, or to requests that
    /// differ in their cookies) they all get the diagnosis of the request that filled the cache. That is why
    /// it begins with the method and the origin that it is about.
    ///
    /// # Example
    /// ```
    /// use tower_cors::{CorsLayer, origin};
    ///
    /// let mut cors = CorsLayer::builder().allow_origins([origin!("https://example.com")]).build()?;
    /// if cfg!(debug_assertions) {
    ///     cors = cors.dangerously_expose_diagnosis();
    /// }
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    ///
    /// [`Policy::explain`]: crate::Policy::explain
    pub fn dangerously_expose_diagnosis(self) -> Self {
        self.living(|living| living.show_diagnosis(of))
    }
}
