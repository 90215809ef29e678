//! The checks of hosts and rejections.

use std::sync::Arc;

use crate::builder::UncheckedPolicy;
use crate::error::{Field, Problems, Reason};
use crate::trust::hosts::{HostPattern, Hosts};

impl UncheckedPolicy {
    pub(super) fn check_hosts(&self, problems: &mut Problems) -> Option<Arc<Hosts>> {
        let mut patterns = Vec::new();
        for (index, text) in self.hosts.iter().flatten().enumerate() {
            match HostPattern::parse(text) {
                Ok(pattern) => patterns.push(pattern),
                Err((reason, fix)) => {
                    problems.add(Field::Hosts, Some(index), text, reason, &fix);
                }
            }
        }
        if self.hosts.as_ref().is_some_and(Vec::is_empty) {
            let fix =
                "name the hosts under which clients reach the server, or leave the setting out";
            problems.add(Field::Hosts, None, "", Reason::NoHosts, fix);
        }
        let hosts = Hosts::new(&patterns, self.rules.allow_loopback_hosts);
        let Ok(hosts) = hosts else {
            let text = format!("{} hosts", patterns.len());
            problems.add(
                Field::Hosts,
                None,
                &text,
                Reason::TooManyHosts,
                "list fewer",
            );
            return None;
        };
        (!hosts.is_empty()).then(|| Arc::new(hosts))
    }

    /// Under any origin, no origin is disallowed, and no look-up is asked.
    pub(super) fn check_rejections(&self, problems: &mut Problems) {
        let rules = &self.rules;
        if rules.any_origin && rules.reject_disallowed_origins {
            let fix = self.notation.fix(
                "call reject_cross_site_writes(), so that any page may read and no page may write",
                "set reject_cross_site_writes = true instead, so that any page may read and no page may write",
            );
            let reason = Reason::RejectsNobody;
            problems.add(Field::RejectDisallowedOrigins, None, "", reason, fix);
        }
        if rules.any_origin && rules.reject_cross_site_writes && rules.allow_looked_up_origins {
            let fix = self.notation.fix(
                "name those who may write by allow_origins() or allow_origins_if(), or leave out allow_any_origin()",
                "name those who may write: `origins = [\"*\", \"https://app.example.com\"]`, or name the readers too",
            );
            problems.add(Field::Origins, None, "*", Reason::NobodyIsLookedUp, fix);
        }
    }
}
