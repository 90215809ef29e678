//! A policy as a table for a person.

use std::fmt;

use http::{HeaderName, Method};

use crate::policy::Policy;
use crate::policy::rules::{AllowedHeaders, AllowedMethods, AllowedOrigins, ExposedHeaders};

/// Of more origins than this only the first ones are shown.
const MOST_ORIGINS: usize = 20;

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, origin) in self.origin_rows().iter().enumerate() {
            row(f, if i == 0 { "origins" } else { "" }, origin)?;
        }
        let methods = match &self.rules.methods {
            AllowedMethods::Any => "any".to_owned(),
            AllowedMethods::Mirrored => "whatever is asked for".to_owned(),
            AllowedMethods::Listed(methods) => {
                let safelisted = ["GET", "HEAD", "POST"].into_iter();
                join(safelisted.chain(methods.iter().map(Method::as_str)))
            }
        };
        row(f, "methods", &methods)?;
        let headers = match &self.rules.headers {
            AllowedHeaders::Any {
                authorization: true,
            } => "any".to_owned(),
            AllowedHeaders::Any {
                authorization: false,
            } => "any but authorization".to_owned(),
            AllowedHeaders::Mirrored => "whatever is asked for".to_owned(),
            AllowedHeaders::Listed { names, .. } => join(names.iter().map(HeaderName::as_str)),
        };
        row(f, "request headers", &headers)?;
        row(
            f,
            "credentials",
            if self.rules.credentials { "yes" } else { "no" },
        )?;
        if self.has_unchecked_subdomains() {
            row(
                f,
                "caution",
                "who can get a subdomain was checked for the best-known hosting services only; \
                 the feature `public-suffix` checks the whole Public Suffix List",
            )?;
        }
        let exposed = match &self.rules.exposed {
            ExposedHeaders::Any => "any".to_owned(),
            ExposedHeaders::Listed(names) => join(names.iter().map(HeaderName::as_str)),
        };
        row(f, "exposed headers", &exposed)?;
        let max_age = match self.rules.max_age {
            None => "the browser's own, 5 s".to_owned(),
            Some(0) => "0 s: every request has its preflight".to_owned(),
            Some(seconds) => format!("{seconds} s"),
        };
        row(f, "preflights kept", &max_age)?;
        let options = &self.rules.options;
        let answered = if options.forward_preflights {
            "by the inner service".to_owned()
        } else {
            format!("with {}", options.preflight_status.as_u16())
        };
        row(f, "preflights answered", &answered)?;
        for (is_on, what) in [
            (
                options.private_network,
                "may be called from public networks",
            ),
            (options.timing, "sends Timing-Allow-Origin"),
            (
                options.reject_disallowed_origins,
                "answers 403 to disallowed origins",
            ),
        ] {
            if is_on {
                row(f, "besides", what)?;
            }
        }
        Ok(())
    }
}

impl Policy {
    /// Whether subdomain patterns have credentials, and this build doesn't know the Public Suffix List.
    fn has_unchecked_subdomains(&self) -> bool {
        !cfg!(feature = "public-suffix")
            && self.rules.credentials
            && self.origins().any(|origin| origin.contains("://*."))
    }

    fn origin_rows(&self) -> Vec<String> {
        let AllowedOrigins::Listed {
            null,
            predicates,
            looked_up,
            ..
        } = &self.rules.origins
        else {
            return vec!["any".to_owned()];
        };
        let mut rows: Vec<_> = self
            .origins()
            .take(MOST_ORIGINS)
            .map(str::to_owned)
            .collect();
        let more = self.origins().skip(MOST_ORIGINS).count();
        if more > 0 {
            rows.push(format!("and {more} more"));
        }
        if *null {
            rows.push("null".to_owned());
        }
        if !predicates.is_empty() {
            rows.push("those that a function allows".to_owned());
        }
        if *looked_up {
            rows.push("those that a look-up allows".to_owned());
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

fn join<'a>(items: impl Iterator<Item = &'a str>) -> String {
    let list = items.collect::<Vec<_>>().join(", ");
    if list.is_empty() {
        "none but the CORS-safelisted".to_owned()
    } else {
        list
    }
}
