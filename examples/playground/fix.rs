//! The policy that a fix makes: from a request that was denied, or from a policy that was refused.

use http::HeaderMap;
use http::header::COOKIE;
use tower_cors::error::{Field, Problem};
use tower_cors::{ConfigError, CorsConfig, CorsLayer, Decision, Denial, Policy};

/// The policy under which a denied request is allowed, if a change of the policy fixes it.
pub(crate) fn of_denial(
    policy: &Policy,
    decision: &Decision<'_>,
    headers: &HeaderMap,
) -> Option<CorsConfig> {
    let mut config = policy.to_config()?;
    match decision.denial() {
        Some(Denial::OriginNotAllowed { origin }) => config.origins.push(origin.to_string()),
        Some(Denial::NullOrigin) => config.allow_null_origin = true,
        Some(Denial::MethodNotAllowed { method }) => config.methods.push(text(method)?),
        Some(Denial::HeaderNotAllowed { name }) => config.headers.push(text(name)?),
        Some(Denial::PrivateNetworkNotAllowed) => config.allow_private_network = true,
        None if headers.contains_key(COOKIE) && !config.credentials => config.credentials = true,
        _ => return None,
    }
    is_lawful(&config).then_some(config)
}

/// The method as the policy has it, if the request's differs only by upper and lower case.
pub(crate) fn method_of_denial(policy: &Policy, decision: &Decision<'_>) -> Option<String> {
    let Some(Denial::MethodNotAllowed { method }) = decision.denial() else {
        return None;
    };
    let method = text(method)?;
    let mut allowed = policy.to_config()?.methods.into_iter();
    allowed.find(|allowed| allowed.eq_ignore_ascii_case(&method))
}

/// The policy with the fixes of those of its problems that have one; `page` is an origin to allow in the place of `*`.
pub(crate) fn of_refusal(
    mut config: CorsConfig,
    error: &ConfigError,
    page: &str,
) -> Option<CorsConfig> {
    let problems = error.problems().iter();
    let fixed = problems.filter_map(|problem| fix(&mut config, problem, page));
    (fixed.count() > 0).then_some(config)
}

fn fix(config: &mut CorsConfig, problem: &Problem, page: &str) -> Option<()> {
    let is_wildcard = problem.text() == "*" && config.credentials;
    let list = match problem.field() {
        Field::Origins => &mut config.origins,
        Field::Methods => &mut config.methods,
        Field::Headers => &mut config.headers,
        Field::ExposedHeaders => &mut config.expose_headers,
        Field::Hosts => &mut config.hosts,
        _ => return None,
    };
    if is_wildcard {
        *list = match problem.field() {
            Field::Origins => vec![page.to_owned()],
            Field::ExposedHeaders => vec![],
            _ => vec!["mirror request".to_owned()],
        };
        return Some(());
    }
    // `write "https://app.example.com"`
    let fix = problem.fix();
    let written = fix.strip_prefix("write \"")?.split('"').next()?;
    let entry = list.iter_mut().find(|entry| *entry == problem.text())?;
    written.clone_into(entry);
    Some(())
}

pub(crate) fn is_lawful(config: &CorsConfig) -> bool {
    CorsLayer::try_from(config.clone()).is_ok()
}

fn text(bytes: &[u8]) -> Option<String> {
    std::str::from_utf8(bytes).ok().map(str::to_owned)
}
