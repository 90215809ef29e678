//! The report of an audit: its findings, and what it could not try.

use std::fmt;

use super::fault::{Fault, Severity};
use super::finding::Finding;
use super::probe::Reply;
use crate::testing::escaped_text::escaped;
use crate::testing::fetch::network_error::Cause;
use crate::testing::report::mistakes::Mistake;

/// What an audit found.
///
/// `Display` is for a person. Use it as the message of an `assert!`.
///
/// # Example
/// See [`audit`](super::audit).
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct Report {
    findings: Vec<Finding>,
    skipped: Vec<String>,
    notes: Vec<String>,
    pub(crate) requests: usize,
    /// Whether a page may call with credentials.
    pub(crate) allows_credentials: bool,
    /// Whether a response has a cookie, asks for a login, or allows `Authorization`.
    pub(crate) shows_credentials: bool,
}

impl Report {
    /// The findings, the most severe first.
    ///
    /// # Example
    /// See [`Audit`](super::Audit).
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Whether the audit tried everything and found nothing. It is `false` if a check was
    /// [skipped](Self::skipped).
    ///
    /// # Example
    /// See [`audit`](super::audit).
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty() && self.skipped.is_empty()
    }

    /// What the audit could not try, and why: one sentence each.
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

    /// What is not a fault, but may be a mistake: one sentence each.
    ///
    /// # Example
    /// ```
    /// use axum::{Router, routing::get};
    /// use tower_cors::testing::Audit;
    /// use tower_cors::{CorsLayer, origin};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), tower_cors::ConfigError> {
    /// let cors = CorsLayer::builder()
    ///     .allow_origins([origin!("https://app.example.com")])
    ///     .allow_credentials()
    ///     .build()?;
    /// let mut app = Router::new()
    ///     .route("/items", get(|| async { "[]" }))
    ///     .layer(cors);
    /// let report = Audit::new()
    ///     .page("https://app.example.com")
    ///     .run(&mut app, ["/items"])
    ///     .await;
    /// assert!(report.is_clean());
    /// assert!(
    ///     report.notes()[0]
    ///         .starts_with("credentials are allowed, but no response has a cookie")
    /// );
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// How many requests the audit sent.
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

    /// Adds a fault, once for each path.
    pub(crate) fn find(&mut self, fault: Fault, severity: Severity, path: &str, evidence: String) {
        let path = escaped(path.as_bytes());
        let found = self
            .findings
            .iter_mut()
            .find(|finding| finding.fault == fault && finding.path == path);
        match found {
            Some(finding) => {
                finding.severity = finding.severity.max(severity);
                let has_place = finding.evidence.len() < MOST_EVIDENCE;
                if has_place && !finding.evidence.contains(&evidence) {
                    finding.evidence.push(evidence);
                }
            }
            None => self.findings.push(Finding {
                fault,
                severity,
                path,
                evidence: vec![evidence],
                mistakes: vec![],
            }),
        }
        self.findings
            .sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    }

    /// The same, unless it was found at another path.
    pub(crate) fn find_once(
        &mut self,
        fault: Fault,
        severity: Severity,
        path: &str,
        evidence: String,
    ) {
        let mut findings = self.findings.iter();
        if !findings.any(|finding| finding.evidence.contains(&evidence)) {
            self.find(fault, severity, path, evidence);
        }
    }

    pub(crate) fn skip(&mut self, what: String) {
        self.skipped.push(what);
    }

    pub(super) fn note(&mut self, note: String) {
        self.notes.push(note);
    }

    pub(crate) fn note_unused_credentials(&mut self) {
        if self.allows_credentials && !self.shows_credentials {
            self.notes.push(
                "credentials are allowed, but no response has a cookie, asks for a login, or allows the \
                 header Authorization; the audit logs nobody in, and sends no POST of a page: name the cookies that \
                 a login sets with Audit::set_cookie. Only if there are none, remove .allow_credentials()"
                    .to_owned(),
            );
        }
    }

    /// Adds what explains a fault that was found.
    pub(crate) fn explain(&mut self, fault: Fault, path: &str, mistake: Mistake) {
        let path = escaped(path.as_bytes());
        let found = self
            .findings
            .iter_mut()
            .find(|finding| finding.fault == fault && finding.path == path);
        if let Some(finding) = found {
            if !finding.mistakes.contains(&mistake) {
                finding.mistakes.push(mistake);
            }
        }
    }

    /// The reply. If the service failed, this adds a fault.
    pub(crate) fn took(
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

/// The most evidence for one finding.
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
        for note in &self.notes {
            write!(f, "\n\nnote: {note}")?;
        }
        Ok(())
    }
}
