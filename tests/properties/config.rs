//! Configs: what is read back from a policy is the config in its simplest form, and makes a policy that
//! answers alike.

use arbitrary::{Error, Result, Unstructured};
use tower_cors::{CorsConfig, CorsLayer};

use crate::any_config::config;
use crate::{oracle, service};

pub(crate) fn check(u: &mut Unstructured<'_>) -> Result<()> {
    let config = config(u)?;
    let Ok(cors) = CorsLayer::try_from(config.clone()) else {
        return Err(Error::IncorrectFormat);
    };
    let read = cors.policy().to_config().expect("there is no function");
    assert_eq!(read, simplest(&config), "from {config:?}");
    let again = CorsLayer::try_from(read).expect("what is read back is lawful");

    let mut patterns = config.origins;
    patterns.push("https://app.example.com".to_owned());
    for _ in 0..3 {
        let request = service::request(u, &patterns)?;
        let inner = service::inner_lines(u)?;
        assert_eq!(
            service::send(&cors, &request, &inner),
            service::send(&again, &request, &inner),
            "{request:?} under {:?}",
            cors.policy()
        );
    }
    Ok(())
}

/// What the documentation of `Policy::to_config` says that comes back, by string operations.
fn simplest(config: &CorsConfig) -> CorsConfig {
    const NORMALISED: [&str; 6] = ["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"];
    const ALWAYS_READ: [&str; 7] = [
        "cache-control",
        "content-language",
        "content-length",
        "content-type",
        "expires",
        "last-modified",
        "pragma",
    ];
    let mut simple = config.clone();
    let is_any = |list: &[String]| list.iter().any(|entry| entry == "*");
    let lower = |list: &[String]| {
        list.iter()
            .map(|name| name.to_lowercase())
            .collect::<Vec<_>>()
    };

    if is_any(&config.origins) {
        simple.allow_null_origin = false;
        simple.allow_looked_up_origins = false;
        simple.allow_loopback_origins = false;
    } else {
        let all = unique(config.origins.clone());
        let needed = all
            .iter()
            .filter(|one| !all.iter().any(|other| other != *one && covers(other, one)));
        let (patterns, origins): (Vec<_>, Vec<_>) =
            needed.cloned().partition(|text| text.contains('*'));
        simple.origins = [origins, patterns].concat();
    }
    simple.methods.iter_mut().for_each(|method| {
        let upper = method.to_uppercase();
        if NORMALISED.contains(&&*upper) {
            *method = upper;
        }
    });
    simple.methods = unique(simple.methods);
    simple
        .methods
        .retain(|method| !["GET", "HEAD", "POST"].contains(&&**method));

    if config.preflight_status == Some(204) {
        simple.preflight_status = None;
    }
    simple.headers = lower(&config.headers);
    simple.expose_headers = lower(&config.expose_headers);
    simple.presets = unique(config.presets.clone());
    let has = |preset: &str| simple.presets.iter().any(|name| name == preset);
    if is_any(&config.headers) {
        if has("mcp") {
            simple.headers.push("authorization".to_owned());
        }
        simple.headers.sort();
    } else {
        simple.headers.retain(|name| {
            !PRESETS
                .iter()
                .any(|(preset, adds, _, _)| has(preset) && adds.contains(&&**name))
        });
    }
    simple.expose_headers.retain(|name| {
        !PRESETS
            .iter()
            .any(|(preset, _, adds, _)| has(preset) && adds.contains(&&**name))
    });
    simple.methods.retain(|name| {
        !PRESETS
            .iter()
            .any(|(preset, _, _, adds)| has(preset) && adds.contains(&&**name))
    });
    simple.headers = unique(simple.headers);
    simple.expose_headers = unique(simple.expose_headers);
    simple
        .expose_headers
        .retain(|name| !ALWAYS_READ.contains(&&**name));
    simple
}

/// A preset, and the request headers, exposed headers and methods that it adds.
type Preset = (
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
    &'static [&'static str],
);

const PRESETS: [Preset; 5] = [
    (
        "grpc-web",
        &[
            "content-type",
            "grpc-timeout",
            "x-grpc-web",
            "x-user-agent",
            "connect-protocol-version",
            "connect-timeout-ms",
        ],
        &["grpc-status", "grpc-message", "grpc-status-details-bin"],
        &[],
    ),
    (
        "connect",
        &[
            "content-type",
            "connect-protocol-version",
            "connect-timeout-ms",
            "content-encoding",
            "connect-content-encoding",
            "connect-accept-encoding",
        ],
        &["connect-content-encoding"],
        &[],
    ),
    (
        "mcp",
        &[
            "content-type",
            "authorization",
            "mcp-protocol-version",
            "mcp-session-id",
            "last-event-id",
            "mcp-method",
            "mcp-name",
        ],
        &["mcp-session-id", "www-authenticate"],
        &["DELETE"],
    ),
    (
        "tus",
        &[
            "content-type",
            "tus-resumable",
            "upload-length",
            "upload-offset",
            "upload-metadata",
            "upload-defer-length",
            "upload-concat",
            "upload-checksum",
            "x-http-method-override",
        ],
        &[
            "location",
            "upload-offset",
            "upload-length",
            "upload-metadata",
            "upload-defer-length",
            "upload-concat",
            "upload-expires",
            "tus-resumable",
            "tus-version",
            "tus-extension",
            "tus-max-size",
            "tus-checksum-algorithm",
        ],
        &["PATCH", "DELETE", "OPTIONS"],
    ),
    (
        "range-requests",
        &[
            "range",
            "if-range",
            "if-match",
            "if-none-match",
            "if-modified-since",
            "if-unmodified-since",
        ],
        &["accept-ranges", "content-range", "etag", "content-encoding"],
        &[],
    ),
];

/// Each once, in the order of first occurrence.
fn unique(list: Vec<String>) -> Vec<String> {
    let mut unique = vec![];
    for entry in list {
        if !unique.contains(&entry) {
            unique.push(entry);
        }
    }
    unique
}

/// Whether a pattern leaves out another, because it allows all that the other allows. A pattern with a `*` beside text
/// in the first label leaves out origins, but no pattern.
fn covers(pattern: &str, other: &str) -> bool {
    if !other.contains('*') {
        return oracle::allows(pattern, other);
    }
    let (Some((scheme, host, port)), Some((other_scheme, other_host, other_port))) =
        (oracle::split(pattern), oracle::split(other))
    else {
        return false;
    };
    let stars_first_label =
        |host: &str| host != "*" && host.contains('*') && !host.starts_with("*.");
    if stars_first_label(host) {
        return false;
    }
    let is_host_covered = host == other_host
        || host
            .strip_prefix('*')
            .is_some_and(|suffix| other_host.trim_start_matches('*').ends_with(suffix));
    scheme == other_scheme && is_host_covered && (port == other_port || port == Some("*"))
}
