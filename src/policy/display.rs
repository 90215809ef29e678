//! A policy as a table for people to read.

use std::fmt;
use std::time::Duration;

use http::{HeaderName, Method};

use super::Policy;
use super::rules::Names;

/// How many origins the table lists. It only counts the rest.
const MOST_ORIGINS: usize = 20;

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rules = &self.rules;
        for (i, origin) in self.origin_rows().iter().enumerate() {
            row(f, if i == 0 { "origins" } else { "" }, origin)?;
        }
        let safelisted = ["GET", "HEAD", "POST"].into_iter();
        let listed = rules.methods.listed.iter().map(Method::as_str);
        let methods = any_or(&rules.methods, "any", safelisted.chain(listed));
        row(f, "methods", &methods)?;
        let any = if rules.lists_authorization() {
            "any"
        } else {
            "any but authorization"
        };
        let listed = rules.request_headers.listed.iter().map(HeaderName::as_str);
        row(
            f,
            "request headers",
            &any_or(&rules.request_headers, any, listed),
        )?;
        row(
            f,
            "credentials",
            if rules.credentials { "yes" } else { "no" },
        )?;
        if self.has_unchecked_subdomains() {
            row(
                f,
                "caution",
                "only the best-known hosting services were checked for subdomains that anyone can get; \
                 the feature `public-suffix` checks the whole Public Suffix List",
            )?;
        }
        let listed = rules.exposed_headers.listed.iter().map(HeaderName::as_str);
        let exposed = any_or(&rules.exposed_headers, "any", listed);
        row(f, "exposed headers", &exposed)?;
        if !rules.presets.is_empty() {
            let names: Vec<_> = rules.presets.iter().map(|preset| preset.name()).collect();
            row(f, "presets", &names.join(", "))?;
        }
        if let Some(hosts) = &rules.hosts {
            let loopback = hosts
                .allows_loopback()
                .then_some("the names and addresses of this machine");
            let entries = hosts.entries().iter().map(String::as_str).chain(loopback);
            row(f, "hosts", &entries.collect::<Vec<_>>().join(", "))?;
        }
        if rules.credentials && !rules.rejects_cross_site_writes() {
            row(
                f,
                "caution",
                "forged writes are not stopped: a form of any page can post here with its visitor's cookies; \
                 reject_cross_site_writes stops it",
            )?;
        }
        let asks = !rules.predicates.is_empty() || rules.allow_looked_up_origins;
        if rules.credentials && asks && !rules.dangerously_allow_insecure_origins {
            row(
                f,
                "caution",
                "with credentials, functions and look-ups are not asked about http:// origins, except on the visitor's own \
                 machine: those are allowed only by dangerously_allow_insecure_origins",
            )?;
        }
        for (is_on, name) in [
            (
                rules.dangerously_allow_insecure_origins,
                "dangerously_allow_insecure_origins",
            ),
            (
                rules.dangerously_allow_public_suffixes,
                "dangerously_allow_public_suffixes",
            ),
            (
                rules.dangerously_allow_whole_schemes,
                "dangerously_allow_whole_schemes",
            ),
        ] {
            if is_on {
                row(f, "danger", name)?;
            }
        }
        let max_age = match rules.max_age {
            None => "are kept for 5 s (the browsers' default)".to_owned(),
            Some(Duration::ZERO) => "are not kept: one preflight for every request".to_owned(),
            Some(max_age) => format!("are kept for {} s", max_age.as_secs()),
        };
        row(f, "preflight answers", &max_age)?;
        let response = if rules.forward_preflights {
            "by the inner service".to_owned()
        } else {
            format!("with {}", rules.preflight_status())
        };
        row(f, "preflight response", &response)?;
        for (is_on, what) in [
            (
                rules.allow_private_network,
                "answers preflights of Private Network Access, which today's browsers do not send",
            ),
            (rules.timing_allow_origin, "sends Timing-Allow-Origin"),
            (
                rules.cross_origin_resource_policy,
                "sends Cross-Origin-Resource-Policy",
            ),
            (
                rules.reject_disallowed_origins,
                "answers 403 to disallowed origins and to cross-site writes",
            ),
            (
                rules.reject_cross_site_writes && !rules.reject_disallowed_origins,
                "answers 403 to cross-site writes",
            ),
        ] {
            if is_on {
                row(f, "also", what)?;
            }
        }
        Ok(())
    }
}

impl Policy {
    /// Whether patterns with a `*` in the host have credentials in a build without the Public Suffix List.
    fn has_unchecked_subdomains(&self) -> bool {
        !cfg!(feature = "public-suffix")
            && self.rules.credentials
            && self
                .origins()
                .any(|origin| origin.trim_end_matches(":*").contains('*'))
    }

    fn origin_rows(&self) -> Vec<String> {
        if self.rules.any_origin {
            return vec!["any".to_owned()];
        }
        let shown = self.origins().take(MOST_ORIGINS);
        let mut rows: Vec<_> = shown.map(str::to_owned).collect();
        let more = self.origins().skip(MOST_ORIGINS).count();
        if more > 0 {
            rows.push(format!("and {more} more"));
        }
        if self.rules.allow_null_origin {
            rows.push("null".to_owned());
        }
        if self.rules.allow_loopback_origins {
            rows.push("loopback names and addresses, any port".to_owned());
        }
        if !self.rules.predicates.is_empty() {
            rows.push("those that a function allows".to_owned());
        }
        if self.rules.allow_looked_up_origins {
            rows.push("those that a look-up allows".to_owned());
        }
        if rows.is_empty() {
            rows.push("none".to_owned());
        }
        rows
    }
}

impl fmt::Debug for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Policy")
            .field("origins", &self.origin_rows())
            .field("credentials", &self.rules.credentials)
            .finish_non_exhaustive()
    }
}

fn row(f: &mut fmt::Formatter<'_>, label: &str, text: &str) -> fmt::Result {
    writeln!(f, "{label:<20}{text}")
}

fn any_or<'a, T>(names: &Names<T>, any: &str, listed: impl Iterator<Item = &'a str>) -> String {
    if names.any {
        return any.to_owned();
    }
    if names.mirrored {
        return "whatever the preflight asks for".to_owned();
    }
    let list = listed.collect::<Vec<_>>().join(", ");
    if list.is_empty() {
        "only the CORS-safelisted ones".to_owned()
    } else {
        list
    }
}
