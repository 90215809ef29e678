//! Requests with cookies.

use super::*;

#[test]
fn of_cookies() {
    let any = config(|config| {
        config.origins = words(&["*"]);
        config.methods = words(&["*"]);
        config.headers = words(&["*"]);
    });
    let rows = vec![
        row(
            "an allowed page",
            plain(),
            get_with_cookie(APP),
            "if that page may act as the user, add .allow_credentials(); or let the page fetch with \
             credentials: \"omit\"",
            "if that page may act as the user, set credentials = true; or let the page fetch with \
             credentials: \"omit\"",
        ),
        row(
            "another page",
            plain(),
            get_with_cookie("https://b.example"),
            "if that page may act as the user, add .allow_origins([\"https://b.example\"])\
             .allow_credentials(); or let the page fetch with credentials: \"omit\"",
            "if that page may act as the user, add \"https://b.example\" to origins, set credentials = true; \
             or let the page fetch with credentials: \"omit\"",
        ),
        row(
            "wildcards",
            any,
            get_with_cookie(APP),
            "if that page may act as the user, replace .allow_any_origin() with \
             .allow_origins([\"https://app.example.com\"]), replace .allow_any_method() with \
             .mirror_request_methods(), replace .allow_any_header() with .mirror_request_headers(), add \
             .allow_credentials(); or let the page fetch with credentials: \"omit\"",
            "if that page may act as the user, set origins = [\"https://app.example.com\"], set methods = \
             \"mirror request\", set headers = \"mirror request\", set credentials = true; or let the page \
             fetch with credentials: \"omit\"",
        ),
        row(
            "another page, and http origins in the list",
            config(|config| config.origins.push("http://b.example".to_owned())),
            get_with_cookie("https://c.example"),
            "if that page may act as the user, add .allow_origins([\"https://c.example\"])\
             .allow_credentials().dangerously_allow_insecure_origins(); or let the page fetch with \
             credentials: \"omit\"",
            "if that page may act as the user, add \"https://c.example\" to origins, set credentials = true, set \
             dangerously_allow_insecure_origins = true; or let the page fetch with credentials: \"omit\"",
        ),
        row(
            "http origins in the list",
            config(|config| config.origins.push("http://b.example".to_owned())),
            get_with_cookie(APP),
            "if that page may act as the user, add .allow_credentials().dangerously_allow_insecure_origins(); \
             or let the page fetch with credentials: \"omit\"",
            "if that page may act as the user, set credentials = true, set \
             dangerously_allow_insecure_origins = true; or let the page fetch with credentials: \"omit\"",
        ),
    ];
    check(rows, Fix::Applied);
}

#[test]
fn of_cookies_from_an_http_page_that_a_function_allows() {
    let page = "http://b.example";
    let mut written = Written::new(Notation::Builder, plain());
    written.by_function = vec![page.to_owned()];
    let fix = "if that page may act as the user, add .allow_credentials().dangerously_allow_insecure_origins(); or \
               let the page fetch with credentials: \"omit\"";
    check_one("http", written, &get_with_cookie(page), fix);
}

#[test]
fn of_a_permissive_layer() {
    let mut private = preflight(APP, "GET", "");
    let line = http::HeaderValue::from_static("true");
    private
        .headers_mut()
        .insert("access-control-request-private-network", line);
    for (name, request, fix) in [
        (
            "cookies",
            get_with_cookie(APP),
            "if that page may act as the user, replace CorsLayer::permissive() with CorsLayer::builder()\
             .allow_origins([\"https://app.example.com\"]).mirror_request_methods().mirror_request_headers()\
             .expose_headers([\"x-name\"]).allow_credentials().build()?, with the response headers that pages \
             read in place of \"x-name\"; or let the page fetch with credentials: \"omit\"",
        ),
        (
            "cookies, and a host with a final dot",
            get_with_cookie("https://app.example.com."),
            "redirect visitors to \"https://app.example.com\", without the dot, and allow that; or, if that page \
             may call, replace CorsLayer::permissive() with CorsLayer::builder()\
             .allow_origins_if(|origin| origin.as_str() == \"https://app.example.com.\")\
             .mirror_request_methods().mirror_request_headers().expose_headers([\"x-name\"])\
             .allow_credentials().build()?, with the response headers that pages read in place of \"x-name\"; \
             or let the page fetch with credentials: \"omit\"",
        ),
        (
            "a private network",
            private,
            "if public pages may call this server, replace CorsLayer::permissive() with CorsLayer::builder()\
             .allow_any_origin().allow_any_method().allow_any_header().allow_headers([\"authorization\"])\
             .expose_any_header().allow_private_network().build()?",
        ),
    ] {
        let written = Written::new(Notation::Permissive, CorsConfig::default());
        check_one(name, written, &request, fix);
    }
}

/// `.allow_any_origin()` makes the others have no effect, until it is replaced.
#[test]
fn of_origins_that_are_listed_beside_any_origin() {
    for (name, beside, calls) in [
        ("https", "https://b.example", ""),
        (
            "http",
            "http://b.example",
            ".dangerously_allow_insecure_origins()",
        ),
        (
            "names that anyone can get",
            "https://*.vercel.app",
            ".dangerously_allow_public_suffixes()",
        ),
        (
            "every extension",
            "chrome-extension://*",
            ".dangerously_allow_whole_schemes()",
        ),
    ] {
        let listed = config(|config| config.origins = words(&["*", beside]));
        let written = Written::new(Notation::Builder, listed);
        let fix = format!(
            "if that page may act as the user, replace .allow_any_origin() with \
             .allow_origins([\"https://app.example.com\"]), add .allow_credentials(){calls}; or let the page \
             fetch with credentials: \"omit\""
        );
        check_one(name, written, &get_with_cookie(APP), &fix);
    }
}
