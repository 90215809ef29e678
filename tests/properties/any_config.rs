//! A config made from bytes.

use arbitrary::{Result, Unstructured};
use tower_cors::CorsConfig;

use crate::input;

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
