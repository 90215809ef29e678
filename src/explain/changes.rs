//! What to change in a policy, and in which case.

use crate::fetch::names::{find_word, header_prefix};
use crate::origin::{Origin, OriginPattern};
use crate::policy::presets::Preset;
use crate::policy::rules::Notation;

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
    /// Whether the same origin without the dot after its host is allowed already.
    pub(crate) is_plain_allowed: bool,
    pub(crate) null_origin: bool,
    pub(crate) methods: Vec<String>,
    pub(crate) headers: Vec<String>,
    pub(crate) credentials: bool,
    pub(crate) private_network: bool,
    pub(crate) reject_disallowed_origins: bool,
    pub(crate) insecure_origins: bool,
    pub(crate) public_suffixes: bool,
    pub(crate) whole_schemes: bool,
    /// What has to go, because the change excludes it.
    pub(crate) replaced: Replaced,
}

/// What a change excludes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is there or not, whatever the others are"
)]
pub(crate) struct Replaced {
    pub(crate) no_origin: bool,
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
        is_allowed: &dyn Fn(&Origin<'_>) -> bool,
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
            Err(_) if ends_in_dot(origin) => {
                let plain = without_dot(origin);
                let is_plain_allowed =
                    Origin::parse(plain.as_bytes()).is_ok_and(|plain| is_allowed(&plain));
                if notation != Notation::Config {
                    changes.origin_by_function = Some(origin.to_string());
                    changes.is_plain_allowed = is_plain_allowed;
                    return Ok(changes);
                }
                let mut text = format!(
                    "no change to the policy helps, because no key allows a host with a dot at its end; redirect \
                     visitors to \"{plain}\""
                );
                if !is_plain_allowed {
                    text.push_str(", without the dot, and allow that");
                }
                return Err(NothingHelps(text));
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

    /// What to do if a page with the origin `null` may not write or connect.
    pub(crate) const FOR_NULL_WRITE: &'static str = "serve the page from an http or https URL; no change to the policy helps, because any page can get the origin \"null\"";

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
    pub(crate) fn add_headers(&mut self, names: Vec<String>) {
        self.headers = seldom_asked_last(names);
    }

    /// Whether the change allows an origin.
    pub(crate) fn has_origin(&self) -> bool {
        self.origin.is_some() || self.origin_by_function.is_some() || self.null_origin
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
            let and_allow = if self.is_plain_allowed {
                ""
            } else {
                ", and allow that"
            };
            return format!(
                "redirect visitors to \"{plain}\", without the dot{and_allow}; or, if that page may call, {steps}"
            );
        }
        let is_http = |origin: &String| origin.starts_with("http://");
        if self.insecure_origins && self.origin.as_ref().is_some_and(is_http) {
            return format!("serve the page over https; or, if that page may call, {steps}");
        }
        let condition = match (self.methods.len(), self.headers.len()) {
            _ if self.credentials => "if that page may act as the user",
            _ if self.origin.is_some() => "if that page may call",
            (0, 0) => "if public pages may call this server",
            (1.., 0) => "if pages may use it",
            (0, 1) => "if pages may send it",
            (0, 2..) => "if pages may send them",
            _ => "if pages may do so",
        };
        let preset = self
            .preset()
            .map_or_else(String::new, |preset| match notation {
                Notation::Config => format!("; or add \"{}\" to presets", preset.name()),
                Notation::Builder | Notation::Permissive => {
                    format!("; or .preset(Preset::{preset:?})")
                }
            });
        format!("{condition}, {steps}{preset}")
    }

    /// The preset that allows the same, and what else the clients of its protocol need.
    fn preset(&self) -> Option<Preset> {
        let is_all = *self
            == Self {
                methods: self.methods.clone(),
                headers: self.headers.clone(),
                ..Self::default()
            };
        let mut presets = Preset::ALL.into_iter().filter(|_| is_all);
        presets.find(|preset| {
            let is_covered = |name: &String| {
                preset
                    .request_headers()
                    .iter()
                    .any(|entry| match header_prefix(entry) {
                        Some(prefix) => name.starts_with(prefix),
                        None => entry == name,
                    })
            };
            self.headers.iter().any(|name| preset.is_marked_by(name))
                && self.headers.iter().all(is_covered)
                && self
                    .methods
                    .iter()
                    .all(|method| preset.methods().contains(&&**method))
        })
    }
}

/// Moves the headers to the end that browsers ask for only if their value is unusual.
/// <https://fetch.spec.whatwg.org/#cors-safelisted-request-header>
pub(super) fn seldom_asked_last<T: AsRef<[u8]>>(names: Vec<T>) -> Vec<T> {
    let seldom = ["accept", "accept-language", "content-language", "range"];
    let is_seldom = |name: &T| find_word(name.as_ref(), &seldom).is_some();
    let (seldom, mut names): (Vec<_>, Vec<_>) = names.into_iter().partition(is_seldom);
    names.extend(seldom);
    names
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
