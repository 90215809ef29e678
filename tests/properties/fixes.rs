//! Applies the fix that an explanation names, as written: its code or keys to the policy, and what it asks of the
//! page to the request.

use http::header::{ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN};
use http::{HeaderValue, Request};
use tower_cors::{ConfigError, CorsConfig, CorsLayer, Preset};

/// How a policy is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Notation {
    Builder,
    Config,
    /// `CorsLayer::permissive()`.
    Permissive,
}

/// A policy as it is written.
#[derive(Debug, Clone)]
pub(crate) struct Written {
    pub(crate) notation: Notation,
    pub(crate) config: CorsConfig,
    /// What `.allow_origins_if(|origin| origin.as_str() == "…")` allows.
    pub(crate) by_function: Vec<String>,
}

/// What a fix says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fix {
    /// The policy or the request changed.
    Applied,
    /// No change to the policy helps.
    NothingHelps,
}

const NOTHING_HELPS: [&str; 3] = [
    "no change to the policy helps",
    "no change to a policy helps",
    "the policy needs no change",
];

impl Written {
    pub(crate) fn new(notation: Notation, config: CorsConfig) -> Self {
        Self {
            notation,
            config,
            by_function: vec![],
        }
    }

    pub(crate) fn build(&self) -> Result<CorsLayer, ConfigError> {
        match self.notation {
            Notation::Config => CorsLayer::try_from(self.config.clone()),
            Notation::Builder => self.call_builder(),
            Notation::Permissive => Ok(CorsLayer::permissive()),
        }
    }

    fn call_builder(&self) -> Result<CorsLayer, ConfigError> {
        let config = &self.config;
        let is = |list: &[String], word: &str| list.iter().any(|entry| entry == word);
        let named = |list: &[String]| {
            let named = list
                .iter()
                .filter(|entry| !["*", "mirror request"].contains(&&***entry));
            named.cloned().collect::<Vec<_>>()
        };
        let mut builder = CorsLayer::builder()
            .allow_origins(named(&config.origins))
            .allow_methods(named(&config.methods))
            .allow_headers(named(&config.headers))
            .expose_headers(named(&config.expose_headers));
        for allowed in self.by_function.clone() {
            builder = builder.allow_origins_if(move |origin| origin.as_str() == allowed);
        }
        if is(&config.methods, "mirror request") {
            builder = builder.mirror_request_methods();
        }
        if is(&config.headers, "mirror request") {
            builder = builder.mirror_request_headers();
        }
        #[cfg(feature = "lookup")]
        if config.allow_looked_up_origins {
            builder = builder.allow_looked_up_origins();
        }
        if config.allow_loopback_origins {
            builder = builder.allow_loopback_origins();
        }
        for preset in &config.presets {
            builder = match &**preset {
                "grpc-web" => builder.preset(Preset::GrpcWeb),
                "connect" => builder.preset(Preset::Connect),
                "mcp" => builder.preset(Preset::Mcp),
                "tus" => builder.preset(Preset::Tus),
                "range-requests" => builder.preset(Preset::RangeRequests),
                preset => panic!("no preset {preset}"),
            };
        }
        if config.allow_private_network {
            builder = builder.allow_private_network();
        }
        if config.reject_disallowed_origins {
            builder = builder.reject_disallowed_origins();
        }
        if config.dangerously_allow_insecure_origins {
            builder = builder.dangerously_allow_insecure_origins();
        }
        if config.dangerously_allow_public_suffixes {
            builder = builder.dangerously_allow_public_suffixes();
        }
        if config.dangerously_allow_whole_schemes {
            builder = builder.dangerously_allow_whole_schemes();
        }
        if config.credentials {
            let wildcards = [
                &config.origins,
                &config.methods,
                &config.headers,
                &config.expose_headers,
            ];
            assert!(
                !config.allow_null_origin && !wildcards.iter().any(|list| is(list, "*")),
                "does not compile: {config:?}"
            );
            return builder.allow_credentials().build();
        }
        // The first wildcard leads to the state in which the others can be called.
        let (origin, method) = (is(&config.origins, "*"), is(&config.methods, "*"));
        let (header, exposed) = (is(&config.headers, "*"), is(&config.expose_headers, "*"));
        let mut builder = match () {
            () if origin => builder.allow_any_origin(),
            () if config.allow_null_origin => builder.allow_null_origin(),
            () if method => builder.allow_any_method(),
            () if header => builder.allow_any_header(),
            () if exposed => builder.expose_any_header(),
            () => return builder.build(),
        };
        if config.allow_null_origin {
            builder = builder.allow_null_origin();
        }
        if method {
            builder = builder.allow_any_method();
        }
        if header {
            builder = builder.allow_any_header();
        }
        if exposed {
            builder = builder.expose_any_header();
        }
        builder.build()
    }

    pub(crate) fn apply(&mut self, fix: &str, request: &mut Request<()>) -> Fix {
        if NOTHING_HELPS.iter().any(|words| fix.contains(words)) {
            return Fix::NothingHelps;
        }
        // The other way to the same.
        let (fix, _) = fix.split_once("; or .preset(").unwrap_or((fix, ""));
        let fix = match fix.rsplit_once("; or add \"") {
            Some((fix, end)) if end.ends_with("\" to presets") => fix,
            _ => fix,
        };
        let before = (format!("{self:?}"), format!("{request:?}"));
        change_request(fix, request);
        match self.notation {
            Notation::Builder => self.apply_calls(fix),
            Notation::Config => self.apply_keys(fix),
            Notation::Permissive => self.apply_builder(fix),
        }
        let after = (format!("{self:?}"), format!("{request:?}"));
        assert_ne!(before, after, "nothing to apply in: {fix}");
        Fix::Applied
    }

    /// `replace CorsLayer::permissive() with CorsLayer::builder().….build()?`
    fn apply_builder(&mut self, fix: &str) {
        assert!(!fix.contains("add ."), "no builder to add to: {fix}");
        let Some((_, code)) = fix.split_once("replace CorsLayer::permissive() with ") else {
            return;
        };
        let calls = code.strip_prefix("CorsLayer::builder()").expect("code");
        let (calls, _) = calls.split_once(".build()?").expect("the end of the code");
        *self = Self::new(Notation::Builder, CorsConfig::default());
        self.apply_calls(calls);
    }

    /// `.allow_origins(["…"]).allow_credentials()`, `replace .a() with .b()`, `remove .a()`
    fn apply_calls(&mut self, fix: &str) {
        let mut rest = fix;
        while let Some(open) = rest.find('(') {
            let (before, after) = rest.split_at(open);
            let name_start = before
                .rfind(|letter: char| !letter.is_ascii_lowercase() && letter != '_')
                .map_or(0, |at| at + 1);
            let (lead, name) = before.split_at(name_start);
            let Some(lead) = lead.strip_suffix('.').filter(|_| !name.is_empty()) else {
                rest = &after[1..];
                continue;
            };
            let end = if after.starts_with("()") {
                1
            } else {
                // Quoted text has no parenthesis, and the closure ends with quoted text.
                let ends = ["])", "\")"].iter().filter_map(|end| after.find(end));
                ends.min().expect("the end of the arguments") + 1
            };
            let arguments = quoted(&after[..end]);
            if lead.ends_with("replace ") || lead.ends_with("remove ") {
                self.remove_call(name);
            } else {
                self.add_call(name, arguments);
            }
            rest = &after[end + 1..];
        }
    }

    fn remove_call(&mut self, name: &str) {
        let config = &mut self.config;
        match name {
            "allow_any_origin" => config.origins.retain(|origin| origin != "*"),
            "allow_any_method" => config.methods.clear(),
            "allow_any_header" => config.headers.retain(|header| header != "*"),
            "expose_any_header" => config.expose_headers.clear(),
            "allow_null_origin" => config.allow_null_origin = false,
            name => panic!("removes .{name}()"),
        }
    }

    fn add_call(&mut self, name: &str, arguments: Vec<String>) {
        let config = &mut self.config;
        match name {
            "allow_origins" => config.origins.extend(arguments),
            "allow_origins_if" => self.by_function.extend(arguments),
            "allow_methods" => config.methods.extend(arguments),
            "allow_headers" => config.headers.extend(arguments),
            "expose_headers" => config.expose_headers.extend(arguments),
            "allow_any_origin" => config.origins.push("*".to_owned()),
            "allow_any_method" => config.methods.push("*".to_owned()),
            "allow_any_header" => config.headers.push("*".to_owned()),
            "expose_any_header" => config.expose_headers.push("*".to_owned()),
            "mirror_request_methods" => config.methods.push("mirror request".to_owned()),
            "mirror_request_headers" => config.headers.push("mirror request".to_owned()),
            "allow_null_origin" => config.allow_null_origin = true,
            "allow_credentials" => config.credentials = true,
            "allow_private_network" => config.allow_private_network = true,
            "reject_disallowed_origins" => config.reject_disallowed_origins = true,
            "dangerously_allow_insecure_origins" => {
                config.dangerously_allow_insecure_origins = true;
            }
            "dangerously_allow_public_suffixes" => config.dangerously_allow_public_suffixes = true,
            "dangerously_allow_whole_schemes" => config.dangerously_allow_whole_schemes = true,
            name => panic!("adds .{name}({arguments:?})"),
        }
    }

    /// `add "…" to origins, set credentials = true`
    fn apply_keys(&mut self, fix: &str) {
        for (at, _) in fix.match_indices("add \"") {
            let step = &fix[at + 4..];
            let (names, key) = step.split_once("\" to ").expect("names and a key");
            let key: String = key.chars().take_while(char::is_ascii_lowercase).collect();
            let names = quoted(&format!("{names}\""));
            match &*key {
                "origins" => self.config.origins.extend(names),
                "methods" => self.config.methods.extend(names),
                "headers" => self.config.headers.extend(names),
                key => panic!("adds {names:?} to {key}"),
            }
        }
        for (at, _) in fix.match_indices("set ") {
            let step = &fix[at + 4..];
            let Some((key, value)) = step.split_once(" = ") else {
                continue;
            };
            let config = &mut self.config;
            let is_true = value.starts_with("true");
            match key {
                "origins" => config.origins = quoted(first_list(value)),
                "methods" => config.methods = quoted(first_word(value)),
                "headers" => config.headers = quoted(first_word(value)),
                "expose_headers" => config.expose_headers = quoted(first_list(value)),
                "credentials" => config.credentials = is_true,
                "allow_null_origin" => config.allow_null_origin = is_true,
                "allow_private_network" => config.allow_private_network = is_true,
                "reject_disallowed_origins" => config.reject_disallowed_origins = is_true,
                "dangerously_allow_insecure_origins" => {
                    config.dangerously_allow_insecure_origins = is_true;
                }
                "dangerously_allow_public_suffixes" => {
                    config.dangerously_allow_public_suffixes = is_true;
                }
                "dangerously_allow_whole_schemes" => {
                    config.dangerously_allow_whole_schemes = is_true;
                }
                key => panic!("sets {key}"),
            }
        }
    }
}

/// What the fix asks of the page.
fn change_request(fix: &str, request: &mut Request<()>) {
    let headers = request.headers_mut();
    let value = |text: &str| HeaderValue::from_str(text).expect("a header value");
    let after = |words: &str| fix.split_once(words).map(|(_, rest)| rest);
    if let Some(rest) = after("write the method as ") {
        let method = &quoted(rest)[0];
        headers.insert(ACCESS_CONTROL_REQUEST_METHOD, value(method));
    }
    if let Some(rest) = after("send ").filter(|rest| rest.contains("\" as its origin")) {
        headers.insert(ORIGIN, value(&quoted(rest)[0]));
    }
    if let Some(rest) = after("leave out ") {
        let (names, _) = rest.split_once(", which").expect("the end of the names");
        let left_out = quoted(names);
        let lines = headers.get_all(ACCESS_CONTROL_REQUEST_HEADERS).iter();
        let asked: Vec<_> = lines
            .flat_map(|line| {
                String::from_utf8_lossy(line.as_bytes())
                    .split(',')
                    .map(str::to_owned)
                    .collect::<Vec<_>>()
            })
            .filter(|name| !left_out.contains(&name.trim().to_ascii_lowercase()))
            .collect();
        headers.insert(ACCESS_CONTROL_REQUEST_HEADERS, value(&asked.join(",")));
    }
}

/// `["a", "b"]` and what follows it, up to the end of the list.
fn first_list(text: &str) -> &str {
    text.find("\"]").map_or("", |end| &text[..end + 2])
}

/// `"a"`
fn first_word(text: &str) -> &str {
    let end = text.get(1..).and_then(|rest| rest.find('"'));
    end.map_or("", |end| &text[..end + 2])
}

/// The texts in quotes.
fn quoted(text: &str) -> Vec<String> {
    text.split('"')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}
