//! Configs: what is read back from a policy is the config in its simplest form, and makes a policy that
//! answers alike.

use arbitrary::{Error, Result, Unstructured};
use tower_cors::{CorsConfig, CorsLayer};

use crate::{input, oracle, service};

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

/// A config, mostly lawful.
pub(crate) fn config(u: &mut Unstructured<'_>) -> Result<CorsConfig> {
    let mut config = CorsConfig {
        credentials: u.ratio(1, 3)?,
        ..CorsConfig::default()
    };
    let may_be_any = !config.credentials || u.ratio(1, 16)?;
    for _ in 0..*u.choose(&[1, 1, 2, 5, 12, 30])? {
        let origin = match u.int_in_range(0..=3)? {
            0 => input::pattern(u)?,
            1 => format!(
                "https://{}.example.com",
                u.choose(&["a", "b.a", "*", "*.a"])?
            ),
            2 => format!("http://localhost:{}", u.choose(&["3000", "8000", "*"])?),
            _ => format!(
                "https://{}.example:{}",
                u.choose(&["a", "*"])?,
                u.choose(&["8443", "*"])?
            ),
        };
        config.origins.push(origin);
    }
    config.methods = names(
        u,
        &[
            "PUT", "put", "DELETE", "get", "POST", "PATCH", "PROPFIND", "x",
        ],
    )?;
    config.headers = names(
        u,
        &[
            "x-a",
            "X-A",
            "X-B",
            "content-type",
            "Authorization",
            "accept",
        ],
    )?;
    config.expose_headers = names(u, &["ETag", "etag", "x-total", "Content-Type", "pragma"])?;
    if may_be_any {
        if u.ratio(1, 8)? {
            config.origins = words(["*"]);
        }
        if u.ratio(1, 8)? {
            config.methods = words(["*"]);
        }
        if u.ratio(1, 8)? {
            config.headers = match u.int_in_range(0..=2)? {
                0 => words(["*"]),
                1 => words(["*", "Authorization"]),
                _ => words(["authorization", "*"]),
            };
        }
        if u.ratio(1, 8)? {
            config.expose_headers = words(["*"]);
        }
        config.allow_null_origin = u.ratio(1, 8)?;
    }
    config.allow_looked_up_origins = u.ratio(1, 8)?;
    config.allow_loopback_origins = u.ratio(1, 8)?;
    if u.ratio(1, 8)? {
        config.methods = words(["mirror request"]);
    }
    if u.ratio(1, 8)? {
        config.headers = words(["mirror request"]);
    }
    config.max_age = *u.choose(&[None, Some(0), Some(1), Some(600), Some(86_400)])?;
    if u.ratio(1, 4)? {
        config.presets = names(u, &["grpc-web", "connect", "mcp", "tus", "range-requests"])?;
    }
    config.allow_private_network = u.arbitrary()?;
    config.timing_allow_origin = u.arbitrary()?;
    config.cross_origin_resource_policy = u.arbitrary()?;
    config.reject_disallowed_origins = u.arbitrary()?;
    config.forward_preflights = u.arbitrary()?;
    config.preflight_status = *u.choose(&[None, Some(204), Some(200), Some(299)])?;
    // Mostly, so that most are lawful with credentials.
    config.dangerously_allow_insecure_origins = u.ratio(3, 4)?;
    config.dangerously_allow_public_suffixes = u.ratio(3, 4)?;
    config.dangerously_allow_whole_schemes = u.ratio(3, 4)?;
    Ok(config)
}

fn names(u: &mut Unstructured<'_>, from: &[&str]) -> Result<Vec<String>> {
    (0..u.int_in_range(0..=6)?)
        .map(|_| Ok((*u.choose(from)?).to_owned()))
        .collect()
}

fn words<const N: usize>(words: [&str; N]) -> Vec<String> {
    words.map(str::to_owned).to_vec()
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
