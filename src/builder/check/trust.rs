//! The checks of hosts and rejections.

use std::sync::Arc;

use crate::builder::UncheckedPolicy;
use crate::error::{Field, Problems, Reason};
use crate::trust::hosts::{HostPattern, Hosts};

impl UncheckedPolicy {
    pub(super) fn check_hosts(&self, problems: &mut Problems) -> Option<Arc<Hosts>> {
        let mut patterns = Vec::new();
        for (index, text) in self.hosts.iter().enumerate() {
            match HostPattern::parse(text) {
                Ok(pattern) => patterns.push(pattern),
                Err((reason, fix)) => {
                    problems.add(Field::Hosts, Some(index), text, reason, &fix);
                }
            }
        }
        let hosts = Hosts::new(&patterns, self.rules.settings.allow_loopback_hosts);
        let Ok(hosts) = hosts else {
            let text = format!("{} hosts", patterns.len());
            problems.add(
                Field::Hosts,
                None,
                &text,
                Reason::TooManyOrigins,
                "list fewer",
            );
            return None;
        };
        (!hosts.is_empty()).then(|| Arc::new(hosts))
    }

    /// Under any origin, no origin is disallowed.
    pub(super) fn check_rejections(&self, problems: &mut Problems) {
        let rules = &self.rules;
        if rules.any_origin && rules.settings.reject_disallowed_origins {
            let fix = self.notation.fix(
                "call reject_cross_site_writes(), so that any page may read and no page may write",
                "set reject_cross_site_writes = true instead, so that any page may read and no page may write",
            );
            let reason = Reason::RejectsNobody;
            problems.add(Field::RejectDisallowedOrigins, None, "", reason, fix);
        }
    }
}
