//! What an audit found: each fault with where it is, how bad, and the evidence.

use std::fmt;

use super::super::cause::Cause;
use super::super::quote::shown;
use super::fault::{Fault, Severity};
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

    /// Whether nothing was found and all was tried: with a check [skipped](Self::skipped) it is `false`.
    ///
    /// # Example
    /// See [`audit`](super::audit).
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty() && self.skipped.is_empty()
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
