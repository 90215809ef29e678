//! A policy as the Rust code that states it.

use tower_cors::CorsConfig;

/// What to write in place of the form.
pub(crate) fn code_of(config: &CorsConfig) -> String {
    let mut code = String::from("let cors = CorsLayer::builder()\n");
    let mut call = |text: &str| {
        code.push_str("    .");
        code.push_str(text);
        code.push('\n');
    };
    match &config.origins[..] {
        [] => {}
        [any] if any == "*" => call("allow_any_origin()"),
        [none] if none == "none" => call("allow_no_origin()"),
        origins => call(&format!(
            "allow_origins([{}])",
            quoted(origins, "origin!(", ")")
        )),
    }
    for (list, any, mirror, listed) in [
        (
            &config.methods,
            "allow_any_method()",
            "mirror_request_methods()",
            "allow_methods",
        ),
        (
            &config.headers,
            "allow_any_header()",
            "mirror_request_headers()",
            "allow_headers",
        ),
        (
            &config.expose_headers,
            "expose_any_header()",
            "",
            "expose_headers",
        ),
    ] {
        let is_said = |word: &str| list.iter().any(|entry| entry == word);
        let named: Vec<_> = list
            .iter()
            .filter(|entry| !matches!(&***entry, "*" | "mirror request"))
            .cloned()
            .collect();
        if is_said("*") {
            call(any);
        }
        if is_said("mirror request") {
            call(mirror);
        }
        if !named.is_empty() {
            call(&format!("{listed}([{}])", quoted(&named, "", "")));
        }
    }
    for preset in &config.presets {
        call(&format!("preset(Preset::{})", in_camel_case(preset)));
    }
    if !config.hosts.is_empty() {
        call(&format!("allow_hosts([{}])", quoted(&config.hosts, "", "")));
    }
    for (is_said, method) in [
        (config.allow_loopback_hosts, "allow_loopback_hosts()"),
        (
            config.reject_cross_site_writes,
            "reject_cross_site_writes()",
        ),
        (
            config.cross_origin_resource_policy,
            "cross_origin_resource_policy()",
        ),
        (config.credentials, "allow_credentials()"),
        (config.allow_null_origin, "allow_null_origin()"),
        (config.allow_loopback_origins, "allow_loopback_origins()"),
        (config.allow_private_network, "allow_private_network()"),
        (config.timing_allow_origin, "timing_allow_origin()"),
        (
            config.reject_disallowed_origins,
            "reject_disallowed_origins()",
        ),
        (config.forward_preflights, "forward_preflights()"),
        (
            config.dangerously_allow_insecure_origins,
            "dangerously_allow_insecure_origins()",
        ),
        (
            config.dangerously_allow_public_suffixes,
            "dangerously_allow_public_suffixes()",
        ),
        (
            config.dangerously_allow_whole_schemes,
            "dangerously_allow_whole_schemes()",
        ),
    ] {
        if is_said {
            call(method);
        }
    }
    match config.max_age {
        None => {}
        Some(0) => call("disable_preflight_cache()"),
        Some(seconds) => call(&format!("max_age(Duration::from_secs({seconds}))")),
    }
    uses(&code) + &code + "    .build()?;"
}

/// The `use` lines of what is named, and a blank line.
fn uses(code: &str) -> String {
    let mut uses = String::new();
    if code.contains("Duration::") {
        uses.push_str("use std::time::Duration;\n");
    }
    let mut names = vec!["CorsLayer"];
    if code.contains("Preset::") {
        names.push("Preset");
    }
    if code.contains("origin!(") {
        names.push("origin");
    }
    let names = match &names[..] {
        [name] => (*name).to_owned(),
        names => format!("{{{}}}", names.join(", ")),
    };
    uses + &format!("use tower_cors::{names};\n\n")
}

/// `grpc-web` as `GrpcWeb`.
fn in_camel_case(name: &str) -> String {
    let words = name.split('-').filter_map(|word| word.split_at_checked(1));
    words
        .map(|(first, rest)| first.to_ascii_uppercase() + rest)
        .collect()
}

fn quoted(texts: &[String], before: &str, after: &str) -> String {
    let quoted: Vec<_> = texts
        .iter()
        .map(|text| format!("{before}{text:?}{after}"))
        .collect();
    quoted.join(", ")
}
