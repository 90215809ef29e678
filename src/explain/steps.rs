//! The steps of a change: calls of the builder, or keys of a config.

use std::fmt::Write;

use super::changes::Changes;
use crate::fetch::names::{NotAName, is_slip, is_word_for_any};
use crate::policy::rules::Notation;

/// The most names that a fix lists. For more, it lets the policy mirror the request.
const MOST_NAMES: usize = 12;
/// The longest name that a fix lists, in bytes.
const LONGEST_NAME: usize = 128;

impl Changes {
    /// One step each. A builder's calls are one chain.
    pub(crate) fn steps(&self, notation: Notation) -> Vec<String> {
        match notation {
            Notation::Builder => self.builder_steps(),
            Notation::Config => self.config_steps(),
            Notation::Permissive => self.steps_from_permissive(),
        }
    }

    fn builder_steps(&self) -> Vec<String> {
        let replaced = self.replaced;
        let mut steps = Vec::new();
        let mut chain = String::new();
        if replaced.any_origin {
            steps.push(format!(
                "replace .allow_any_origin() with {}",
                self.origin_calls()
            ));
        } else if replaced.no_origin {
            steps.push("remove .allow_no_origin()".to_owned());
            chain = self.origin_calls();
        } else {
            chain = self.origin_calls();
        }
        for (is_there, step) in [
            (
                replaced.any_method,
                "replace .allow_any_method() with .mirror_request_methods()",
            ),
            (
                replaced.any_header,
                "replace .allow_any_header() with .mirror_request_headers()",
            ),
            (
                replaced.any_exposed_header,
                "replace .expose_any_header() with .expose_headers([\"x-name\"]) for each that pages read",
            ),
            (replaced.null_origin, "remove .allow_null_origin()"),
        ] {
            if is_there {
                steps.push(step.to_owned());
            }
        }
        chain.push_str(&self.other_calls());
        if !chain.is_empty() {
            steps.push(format!("add {chain}"));
        }
        steps
    }

    /// A builder in place of the one call: what that call allows, with the change.
    fn steps_from_permissive(&self) -> Vec<String> {
        let replaced = self.replaced;
        let origin_calls = self.origin_calls();
        let either = |is_replaced, by, else_keep| if is_replaced { by } else { else_keep };
        let calls = [
            either(replaced.any_origin, &*origin_calls, ".allow_any_origin()"),
            either(
                replaced.any_method,
                ".mirror_request_methods()",
                ".allow_any_method()",
            ),
            either(
                replaced.any_header,
                ".mirror_request_headers()",
                ".allow_any_header().allow_headers([\"authorization\"])",
            ),
            either(
                replaced.any_exposed_header,
                ".expose_headers([\"x-name\"])",
                ".expose_any_header()",
            ),
        ];
        let mut steps = vec![format!(
            "replace CorsLayer::permissive() with CorsLayer::builder(){}{}.build()?",
            calls.concat(),
            self.other_calls()
        )];
        if replaced.any_exposed_header {
            steps.push(
                "with the response headers that pages read in place of \"x-name\"".to_owned(),
            );
        }
        steps
    }

    fn origin_calls(&self) -> String {
        let mut calls = String::new();
        if let Some(origin) = &self.origin {
            let _ = write!(calls, ".allow_origins([\"{origin}\"])");
        }
        if let Some(origin) = &self.origin_by_function {
            let _ = write!(
                calls,
                ".allow_origins_if(|origin| origin.as_str() == \"{origin}\")"
            );
        }
        calls
    }

    fn other_calls(&self) -> String {
        let mut calls = String::new();
        for (names, list, mirror) in [
            (&self.methods, ".allow_methods", ".mirror_request_methods()"),
            (&self.headers, ".allow_headers", ".mirror_request_headers()"),
        ] {
            if can_be_listed(names) {
                let _ = write!(calls, "{list}([\"{}\"])", names.join("\", \""));
            } else if !names.is_empty() {
                calls.push_str(mirror);
            }
        }
        for (is_added, call) in [
            (self.null_origin, ".allow_null_origin()"),
            (self.credentials, ".allow_credentials()"),
            (self.private_network, ".allow_private_network()"),
            (
                self.reject_disallowed_origins,
                ".reject_disallowed_origins()",
            ),
            (
                self.insecure_origins,
                ".dangerously_allow_insecure_origins()",
            ),
            (self.public_suffixes, ".dangerously_allow_public_suffixes()"),
            (self.whole_schemes, ".dangerously_allow_whole_schemes()"),
        ] {
            if is_added {
                calls.push_str(call);
            }
        }
        calls
    }

    fn config_steps(&self) -> Vec<String> {
        let replaced = self.replaced;
        let mut steps = Vec::new();
        if let Some(origin) = &self.origin {
            steps.push(if replaced.any_origin || replaced.no_origin {
                format!("set origins = [\"{origin}\"]")
            } else {
                format!("add \"{origin}\" to origins")
            });
        }
        for (is_there, step) in [
            (
                replaced.no_origin && self.origin.is_none(),
                "remove origins = \"none\"",
            ),
            (replaced.any_method, "set methods = \"mirror request\""),
            (replaced.any_header, "set headers = \"mirror request\""),
            (
                replaced.any_exposed_header,
                "set expose_headers = [\"x-name\"] with each that pages read",
            ),
            (replaced.null_origin, "set allow_null_origin = false"),
        ] {
            if is_there {
                steps.push(step.to_owned());
            }
        }
        for (names, key) in [(&self.methods, "methods"), (&self.headers, "headers")] {
            if can_be_listed(names) {
                steps.push(format!("add \"{}\" to {key}", names.join("\", \"")));
            } else if !names.is_empty() {
                steps.push(format!("set {key} = \"mirror request\""));
            }
        }
        for (is_set, key) in [
            (self.null_origin, "allow_null_origin"),
            (self.credentials, "credentials"),
            (self.private_network, "allow_private_network"),
            (self.reject_disallowed_origins, "reject_disallowed_origins"),
            (self.insecure_origins, "dangerously_allow_insecure_origins"),
            (self.public_suffixes, "dangerously_allow_public_suffixes"),
            (self.whole_schemes, "dangerously_allow_whole_schemes"),
        ] {
            if is_set {
                steps.push(format!("set {key} = true"));
            }
        }
        steps
    }
}

fn can_be_listed(names: &[String]) -> bool {
    // `build()` refuses the others, though a client can ask for them.
    let is_listable = |name: &String| {
        !name.contains('*')
            && !is_slip(name)
            && !is_word_for_any(name)
            && NotAName::new(name).is_none()
            && name.len() <= LONGEST_NAME
    };
    (1..=MOST_NAMES).contains(&names.len()) && names.iter().all(is_listable)
}
