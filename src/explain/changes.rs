//! What to change in a policy, as code or as keys.

use std::fmt::Write;

use crate::origin::{Origin, OriginPattern};
use crate::policy::notation::Notation;

/// The most names that a fix lists. For more, it lets the policy mirror the request.
const MOST_NAMES: usize = 12;
/// The longest name that a fix lists, in bytes.
const LONGEST_NAME: usize = 128;

/// What to change in a policy.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one call or key, whatever the others are"
)]
pub(crate) struct Changes {
    /// One origin that can be listed.
    pub(crate) origin: Option<String>,
    /// An origin that can't be listed, but that a function can allow.
    pub(crate) origin_by_function: Option<String>,
    pub(crate) null_origin: bool,
    pub(crate) methods: Vec<String>,
    pub(crate) headers: Vec<String>,
    pub(crate) credentials: bool,
    pub(crate) private_network: bool,
    pub(crate) reject_disallowed_origins: bool,
    pub(crate) insecure_origins: bool,
    pub(crate) public_suffixes: bool,
    pub(crate) whole_schemes: bool,
    /// What has to go, because credentials exclude it.
    pub(crate) replaced: Replaced,
}

/// What credentials exclude.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is there or not, whatever the others are"
)]
pub(crate) struct Replaced {
    pub(crate) any_origin: bool,
    pub(crate) null_origin: bool,
    pub(crate) any_method: bool,
    pub(crate) any_header: bool,
    pub(crate) any_exposed_header: bool,
}

/// Why no change allows an origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NothingHelps(pub(crate) String);

impl Changes {
    /// What allows an origin, for a policy with or without credentials.
    pub(crate) fn for_origin(
        origin: &Origin<'_>,
        credentials: bool,
        notation: Notation,
    ) -> Result<Self, NothingHelps> {
        let mut changes = Self {
            insecure_origins: credentials && origin.is_insecure(),
            ..Self::default()
        };
        match OriginPattern::parse(origin.as_str()) {
            Ok(pattern) => {
                changes.public_suffixes = credentials && pattern.is_over_public_suffix();
                changes.whole_schemes = credentials && pattern.is_whole_scheme();
                changes.origin = Some(pattern.to_string());
            }
            Err(_) if ends_in_dot(origin) && notation == Notation::Builder => {
                changes.origin_by_function = Some(origin.to_string());
            }
            Err(_) if ends_in_dot(origin) => {
                return Err(NothingHelps(format!(
                    "no change to the policy helps, because no key allows a host with a dot at its end; redirect \
                     visitors to \"{}\"",
                    without_dot(origin)
                )));
            }
            Err(error) => {
                return Err(NothingHelps(format!(
                    "no change to the policy helps: browsers do not send this origin, because it {}",
                    error.problem()
                )));
            }
        }
        Ok(changes)
    }

    /// What allows `Origin: null`.
    pub(crate) fn for_null(credentials: bool) -> Result<Self, NothingHelps> {
        if credentials {
            return Err(NothingHelps(
                "serve the page from an http or https URL; no change to the policy helps, because \"null\" is \
                 the origin of everybody's sandboxed and local pages and can't be allowed with credentials"
                    .to_owned(),
            ));
        }
        Ok(Self {
            null_origin: true,
            ..Self::default()
        })
    }

    /// Allows these request headers too. Those that browsers seldom ask for come last.
    pub(crate) fn add_headers(&mut self, mut names: Vec<String>) {
        names.sort_by_key(|name| is_seldom_asked(name.as_bytes()));
        self.headers = names;
    }

    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// `if that page may call, add .allow_origins(["https://app.example.com"])`
    pub(crate) fn sentence(&self, notation: Notation) -> String {
        let steps = self.steps(notation);
        let steps = steps.join(", ");
        if self.null_origin {
            return format!(
                "serve the page from an http or https URL; or, if everybody's sandboxed and local pages may \
                 call, {steps}"
            );
        }
        if let Some(origin) = &self.origin_by_function {
            let plain = Origin::parse(origin.as_bytes())
                .map_or_else(|_| origin.clone(), |origin| without_dot(&origin));
            return format!(
                "redirect visitors to \"{plain}\", without the dot; or, if that page may call, {steps}"
            );
        }
        if self.insecure_origins && self.origin.is_some() {
            return format!("serve the page over https; or, if that page may call, {steps}");
        }
        let condition = match (self.methods.len(), self.headers.len()) {
            _ if self.credentials => "if that page may act as the user",
            _ if self.origin.is_some() => "if that page may call",
            (0, 0) if self.private_network => "if public pages may call this server",
            (1.., 0) => "if pages may use it",
            (0, 1) => "if pages may send it",
            (0, 2..) => "if pages may send them",
            _ => "if pages may do so",
        };
        format!("{condition}, {steps}")
    }

    /// One step each. A builder's calls are one chain.
    pub(super) fn steps(&self, notation: Notation) -> Vec<String> {
        match notation {
            Notation::Builder => self.builder_steps(),
            Notation::Config => self.config_steps(),
        }
    }

    fn builder_steps(&self) -> Vec<String> {
        let replaced = self.replaced;
        let mut steps = Vec::new();
        let mut origins = String::new();
        if let Some(origin) = &self.origin {
            let _ = write!(origins, ".allow_origins([\"{origin}\"])");
        }
        if let Some(origin) = &self.origin_by_function {
            let _ = write!(
                origins,
                ".allow_origins_if(|origin| origin.as_str() == \"{origin}\")"
            );
        }
        let mut chain = String::new();
        if replaced.any_origin {
            steps.push(format!("replace .allow_any_origin() with {origins}"));
        } else {
            chain.push_str(&origins);
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
        for (names, list, mirror) in [
            (&self.methods, ".allow_methods", ".mirror_request_methods()"),
            (&self.headers, ".allow_headers", ".mirror_request_headers()"),
        ] {
            if can_be_listed(names) {
                let _ = write!(chain, "{list}([\"{}\"])", names.join("\", \""));
            } else if !names.is_empty() {
                chain.push_str(mirror);
            }
        }
        if self.null_origin {
            chain.push_str(".allow_null_origin()");
        }
        for (is_added, call) in [
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
                chain.push_str(call);
            }
        }
        if !chain.is_empty() {
            steps.push(format!("add {chain}"));
        }
        steps
    }

    fn config_steps(&self) -> Vec<String> {
        let replaced = self.replaced;
        let mut steps = Vec::new();
        if let Some(origin) = &self.origin {
            steps.push(if replaced.any_origin {
                format!("set origins = [\"{origin}\"]")
            } else {
                format!("add \"{origin}\" to origins")
            });
        }
        for (is_there, step) in [
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

/// Whether browsers ask for this header only if its value is unusual.
/// <https://fetch.spec.whatwg.org/#cors-safelisted-request-header>
pub(super) fn is_seldom_asked(name: &[u8]) -> bool {
    ["accept", "accept-language", "content-language", "range"]
        .iter()
        .any(|seldom| seldom.as_bytes().eq_ignore_ascii_case(name))
}

fn can_be_listed(names: &[String]) -> bool {
    let is_listable = |name: &String| name != "*" && name.len() <= LONGEST_NAME;
    (1..=MOST_NAMES).contains(&names.len()) && names.iter().all(is_listable)
}

fn ends_in_dot(origin: &Origin<'_>) -> bool {
    let host = origin.host();
    host.ends_with('.') && OriginPattern::parse(without_dot(origin)).is_ok()
}

fn without_dot(origin: &Origin<'_>) -> String {
    let (scheme, host) = (origin.scheme(), origin.host().trim_end_matches('.'));
    match origin.port() {
        Some(port) => format!("{scheme}://{host}:{port}"),
        None => format!("{scheme}://{host}"),
    }
}
