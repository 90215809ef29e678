//! Audits a server over the network.

use std::fmt::Write as _;
use std::time::Duration;

use serde_json::{Value, json};
use tower_cors::OriginPattern;
use tower_cors::testing::{Audit, Finding};

use crate::answer::{Answer, Outcome};
use crate::arguments::AuditArguments;
use crate::connection::Connection;
use crate::failure::{Failure, Kind};

/// What was found until the end, or until the most requests were sent.
pub(crate) struct Audited {
    findings: Vec<Finding>,
    not_tried: Vec<String>,
    notes: Vec<String>,
    requests: usize,
}

impl AuditArguments {
    /// `Err` if the server can't be asked.
    pub(crate) async fn run(&self, limit: Duration) -> Result<Audited, Box<Answer>> {
        if let Err(error) = OriginPattern::parse(&self.from) {
            return Err(Box::new(Answer::not_asked(format!("--from {error}"))));
        }
        let mut server = Connection::new(limit, self.requests);
        let audit = Audit::new()
            .server(self.url.origin().ascii_serialization())
            .page(&self.from)
            // The connection has the limit for the head of a response. This one is for the body too.
            .time_limit(limit * 2);
        let own_path = &self.url[url::Position::BeforePath..url::Position::AfterQuery];
        let mut paths: Vec<&str> = self.paths.iter().map(String::as_str).collect();
        if paths.is_empty() {
            paths.push(own_path);
        }
        let mut audited = Audited {
            findings: vec![],
            not_tried: vec![],
            notes: vec![],
            requests: 0,
        };
        for path in paths {
            let report = audit.run(&mut server, [path]).await;
            audited.requests = server.sent();
            match server.failure() {
                Some(Failure { kind: Kind::MostRequests, .. }) => audited.not_tried.push(format!(
                    "{path}: the limit of {} requests is reached; name fewer paths, or raise --requests",
                    self.requests
                )),
                Some(failure) if !failure.kind.is_after_sending() => {
                    let mut answer = Answer::from(failure);
                    answer.one("requests", "requests", server.sent().to_string());
                    return Err(Box::new(answer));
                }
                _ => {
                    audited.findings.extend_from_slice(report.findings());
                    audited.not_tried.extend_from_slice(report.skipped());
                    audited.notes.extend_from_slice(report.notes());
                }
            }
        }
        audited
            .findings
            .sort_by_key(|finding| std::cmp::Reverse(finding.severity()));
        audited.notes.dedup();
        Ok(audited)
    }
}

impl Audited {
    pub(crate) fn outcome(&self) -> Outcome {
        match (self.findings.is_empty(), self.not_tried.is_empty()) {
            (false, _) => Outcome::Blocked,
            (true, true) => Outcome::Allowed,
            (true, false) => Outcome::NotAsked,
        }
    }

    /// The first line, and the rest.
    pub(crate) fn text(&self) -> (String, String) {
        let faults = match self.findings.len() {
            0 => "no fault".to_owned(),
            1 => "1 fault".to_owned(),
            count => format!("{count} faults"),
        };
        let mut rest = String::new();
        // Writing to a `String` succeeds.
        for finding in &self.findings {
            let _ = writeln!(rest, "\n{finding}");
        }
        for what in &self.not_tried {
            let _ = writeln!(rest, "\nnot tried: {what}");
        }
        for note in &self.notes {
            let _ = writeln!(rest, "\nnote: {note}");
        }
        (
            format!("{faults} found by {} requests", self.requests),
            rest,
        )
    }

    pub(crate) fn json(&self) -> Value {
        let finding = |finding: &Finding| {
            let likely = finding.likely_mistakes().iter();
            json!({
                "severity": finding.severity().to_string(),
                "url": finding.path(),
                "fault": finding.fault().to_string(),
                "evidence": finding.evidence(),
                "likely": likely.map(ToString::to_string).collect::<Vec<_>>(),
                "fix": finding.fix(),
            })
        };
        json!({
            "outcome": match self.outcome() {
                Outcome::Blocked => "faults",
                Outcome::NotAsked => "incomplete",
                _ => "no-faults",
            },
            "requests": self.requests,
            "findings": self.findings.iter().map(finding).collect::<Vec<_>>(),
            "not_tried": self.not_tried,
            "notes": self.notes,
        })
    }
}
