//! What an audit found: each fault with its severity, its evidence and its fix.

use std::fmt;

use super::super::cause::Cause;
use super::super::quote::shown;
use super::probe::Reply;

/// What an audit found.
///
/// `Display` is for a person, and reads well as the message of an `assert!`.
///
/// # Example
/// See [`audit`](super::audit).
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct Report {
    findings: Vec<Finding>,
    skipped: Vec<String>,
    pub(super) requests: usize,
}

impl Report {
    /// The faults, the worst first.
    ///
    /// # Example
    /// See [`Audit`](super::Audit).
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Whether nothing was found. What was [skipped](Self::skipped) has not been looked at.
    ///
    /// # Example
    /// See [`audit`](super::audit).
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }

    /// What could not be tried, and why: a sentence each.
    ///
    /// # Example
    /// ```
    /// # use tower_cors::testing::audit;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let report = audit(&mut axum::Router::new(), ["/items"]).await;
    /// assert!(report.skipped()[0].contains("name one with Audit::page"));
    /// # }
    /// ```
    #[must_use]
    pub fn skipped(&self) -> &[String] {
        &self.skipped
    }

    /// How many requests were sent.
    ///
    /// # Example
    /// ```
    /// # use tower_cors::testing::audit;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// assert!(audit(&mut axum::Router::new(), ["/items"]).await.requests() > 0);
    /// # }
    /// ```
    #[must_use]
    pub fn requests(&self) -> usize {
        self.requests
    }

    /// Writes a fault down, once for each path.
    pub(super) fn find(&mut self, fault: Fault, severity: Severity, path: &str, evidence: String) {
        let path = shown(path.as_bytes());
        let found = self
            .findings
            .iter_mut()
            .find(|finding| finding.fault == fault && finding.path == path);
        match found {
            Some(finding) if finding.evidence.len() < MOST_EVIDENCE => {
                finding.severity = finding.severity.max(severity);
                if !finding.evidence.contains(&evidence) {
                    finding.evidence.push(evidence);
                }
            }
            Some(_) => {}
            None => self.findings.push(Finding {
                fault,
                severity,
                path,
                evidence: vec![evidence],
            }),
        }
        self.findings
            .sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    }

    pub(super) fn skip(&mut self, what: String) {
        self.skipped.push(what);
    }

    /// An answer; where the service failed, that is a fault.
    pub(super) fn took(
        &mut self,
        reply: Result<Reply, (String, Cause)>,
        path: &str,
    ) -> Option<Reply> {
        reply
            .map_err(|(asked, cause)| {
                let evidence = format!("{asked} → {}", failure(&cause));
                self.find(Fault::ServiceFails, Severity::High, path, evidence);
            })
            .ok()
    }
}

/// A fault that many probes show has this much evidence at most.
const MOST_EVIDENCE: usize = 8;

fn failure(cause: &Cause) -> String {
    match cause {
        Cause::ServiceFailed { message } => format!("an error: {message}"),
        Cause::ServicePanicked { message } => format!("a panic: {message}"),
        Cause::NeverAnswers => "it never answers".into(),
        Cause::TimedOut { limit } => format!("no answer within {limit:?}"),
        Cause::BodyTooLong { limit } => format!("a body of more than {limit} bytes"),
        cause => format!("{cause:?}"),
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (found, requests) = (self.findings.len(), self.requests);
        match found {
            0 => write!(f, "no fault found by {requests} requests")?,
            1 => write!(f, "1 fault found by {requests} requests")?,
            _ => write!(f, "{found} faults found by {requests} requests")?,
        }
        for finding in &self.findings {
            write!(f, "\n\n{finding}")?;
        }
        for skipped in &self.skipped {
            write!(f, "\n\nnot tried: {skipped}")?;
        }
        Ok(())
    }
}

/// One fault of one path.
///
/// # Example
/// ```
/// use axum::{Router, routing::get};
/// use tower_cors::testing::{Fault, Severity, audit};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let items = || async { ([("access-control-allow-origin", "https://app.example.com/")], "[]") };
/// let mut app = Router::new().route("/items", get(items));
/// let report = audit(&mut app, ["/items"]).await;
/// let finding = &report.findings()[0];
/// assert_eq!(finding.fault(), Fault::AllowOriginInvalid);
/// assert_eq!(finding.severity(), Severity::High);
/// assert_eq!(finding.path(), "https://server.example/items");
/// assert!(finding.evidence()[0].contains("https://app.example.com/"));
/// assert!(finding.fix().contains("origin!"));
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    fault: Fault,
    severity: Severity,
    path: String,
    evidence: Vec<String>,
}

impl Finding {
    /// What is wrong.
    ///
    /// # Example
    /// See [`Finding`].
    #[must_use]
    pub fn fault(&self) -> Fault {
        self.fault
    }

    /// How bad it is.
    ///
    /// # Example
    /// See [`Finding`].
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// Where.
    ///
    /// # Example
    /// See [`Finding`].
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What was asked and what came back: a line for each probe that shows it, at most eight.
    ///
    /// # Example
    /// See [`Finding`].
    #[must_use]
    pub fn evidence(&self) -> &[String] {
        &self.evidence
    }

    /// What to do about it, with this crate and with any server.
    ///
    /// # Example
    /// See [`Finding`].
    #[must_use]
    pub fn fix(&self) -> &'static str {
        self.fault.fix()
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.severity, self.path, self.fault)?;
        for evidence in &self.evidence {
            write!(f, "\n  seen  {evidence}")?;
        }
        write!(f, "\n  fix   {}", self.fix())
    }
}

/// How bad a fault is.
///
/// # Example
/// ```
/// use tower_cors::testing::Severity;
///
/// assert!(Severity::Critical > Severity::Low);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// It makes mistakes hard to find, or costs time.
    Low,
    /// It goes wrong under circumstances: a cache, a certain page.
    Medium,
    /// It keeps pages from working, or lets a network attacker in.
    High,
    /// Any page of anybody can act as its visitor.
    Critical,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        })
    }
}

/// What an audit can find. Its `Display` is one sentence.
///
/// # Example
/// See [`Audit`](super::Audit).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// Whatever origin asks is named in the answer.
    AnyOriginReflected,
    /// `null` is named in the answer.
    NullOriginAllowed,
    /// An origin that only looks like an allowed one is named in the answer.
    LookAlikeAllowed,
    /// The `http` twin of an `https` page is allowed, with credentials.
    InsecureOriginAllowed,
    /// `*` beside `Access-Control-Allow-Credentials: true`.
    WildcardWithCredentials,
    /// Two or more allow-origin values.
    SeveralAllowOrigins,
    /// An allow-origin value that is neither `*`, nor `null`, nor an origin.
    AllowOriginInvalid,
    /// Answers differ by origin, and some don't say `Vary: Origin`.
    VaryMissing,
    /// A page that should be allowed isn't.
    PageNotAllowed,
    /// The preflight is allowed, the response itself isn't.
    ActualWithoutCors,
    /// The preflight of an allowed page fails.
    PreflightNotAnswered,
    /// The handler answers preflights.
    PreflightReachesHandler,
    /// Errors lack the CORS headers that other responses have.
    ErrorWithoutCors,
    /// An error, a panic, or no answer.
    ServiceFails,
}

impl Fault {
    fn fix(self) -> &'static str {
        match self {
            Self::AnyOriginReflected => {
                "name the origins that you own with .allow_origins([…]); for an API that is open to all, \
                 .allow_any_origin() sends \"*\", which excludes credentials. Any server: compare Origin \
                 with a list before echoing it"
            }
            Self::NullOriginAllowed => {
                "leave out .allow_null_origin(). Any server: never allow \"null\", the origin of every \
                 sandboxed frame of anybody"
            }
            Self::LookAlikeAllowed => {
                "name origins or patterns (\"https://*.example.com\") with .allow_origins([…]); they match \
                 whole labels. Any server: compare the whole origin, not its start, its end or a part"
            }
            Self::InsecureOriginAllowed => {
                "allow the https origin alone: leave out .dangerously_allow_insecure_origins(). Any \
                 server: compare the scheme too"
            }
            Self::WildcardWithCredentials => {
                "with this crate the two don't compile together; list names, or use \
                 .mirror_request_methods() and .mirror_request_headers(). Any server: with credentials \
                 browsers take \"*\" for a name"
            }
            Self::SeveralAllowOrigins => {
                "put this crate's layer outermost: it replaces what is set further in. Any server: let one \
                 place alone set CORS headers, the service or the proxy"
            }
            Self::AllowOriginInvalid => {
                "write the origin with origin!(\"https://app.example.com\"), which the compiler checks. \
                 Any server: send one origin, without a path, a list or a pattern"
            }
            Self::VaryMissing => {
                "put this crate's layer around the route: it adds \"Vary: origin\" wherever answers \
                 differ. Any server: send \"Vary: Origin\" on every response of this route, with Origin \
                 or without"
            }
            Self::PageNotAllowed => {
                "add the page with .allow_origins([…]), and put the layer around this route. Any server: \
                 send Access-Control-Allow-Origin with the page's origin"
            }
            Self::ActualWithoutCors => {
                "put this crate's layer around the route: it decorates every response. Any server: set \
                 the CORS headers on all responses, not on OPTIONS alone"
            }
            Self::PreflightNotAnswered => {
                "put this crate's layer around the whole router, outside of authentication and redirects. \
                 Any server: answer OPTIONS with 204 and the CORS headers before all else"
            }
            Self::PreflightReachesHandler => {
                "put this crate's layer around the route, without .forward_preflights(). Any server: \
                 answer OPTIONS with 204 and no body before the handler runs"
            }
            Self::ErrorWithoutCors => {
                "put this crate's layer outermost, around fallbacks and error handling. Any server: set \
                 the CORS headers on errors too, or pages see no error, only a failed fetch"
            }
            Self::ServiceFails => "answer every request, whatever its Origin; see the evidence",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AnyOriginReflected => "any origin that asks is let in",
            Self::NullOriginAllowed => {
                "\"null\" is let in, the origin of sandboxed frames of anybody"
            }
            Self::LookAlikeAllowed => "an origin is let in that only looks like an allowed one",
            Self::InsecureOriginAllowed => {
                "the http twin of an https page is let in with credentials"
            }
            Self::WildcardWithCredentials => {
                "\"*\" stands beside credentials, where browsers refuse it"
            }
            Self::SeveralAllowOrigins => "Access-Control-Allow-Origin is sent more than once",
            Self::AllowOriginInvalid => "Access-Control-Allow-Origin is no origin",
            Self::VaryMissing => "answers differ by origin, and not all say \"Vary: Origin\"",
            Self::PageNotAllowed => "the page is not allowed",
            Self::ActualWithoutCors => "the preflight is allowed, the response itself is not",
            Self::PreflightNotAnswered => "the preflight of an allowed page fails",
            Self::PreflightReachesHandler => "the preflight reaches the handler",
            Self::ErrorWithoutCors => "errors lack the CORS headers",
            Self::ServiceFails => "the service fails to answer",
        })
    }
}
