//! The allowed origin or header name that is most similar.

use super::*;

#[test]
fn nearest_misses() {
    for (name, allowed, origin, near) in [
        (
            "another name of this machine",
            "http://localhost:*",
            "http://127.0.0.1:5173",
            "but the page is on \"127.0.0.1\", another name of this machine",
        ),
        (
            "its IPv6 address",
            "http://localhost:*",
            "http://[::1]:5173",
            "but the page is on \"[::1]\", another name of this machine",
        ),
        (
            "a preview deployment",
            "https://myapp.vercel.app",
            "https://myapp-git-fix-team.vercel.app",
            "but the page is on \"myapp-git-fix-team.vercel.app\", which looks like a preview of it",
        ),
        (
            "a preview before two hyphens",
            "https://site.netlify.app",
            "https://deploy-preview-7--site.netlify.app",
            "but the page is on \"deploy-preview-7--site.netlify.app\", which looks like a preview of it",
        ),
        (
            "a label that does not fit",
            "https://myapp-*.vercel.app",
            "https://myapp.vercel.app",
            "but \"myapp.vercel.app\" does not fit its \"*\", which stands for one or more of a-z, 0-9 and \"-\"",
        ),
        (
            "a label that fits, another port",
            "https://myapp-*.vercel.app",
            "https://myapp-1.vercel.app:8443",
            "but the page is on port 8443",
        ),
        (
            "a scheme with a typing error",
            "chrome-extensions://*",
            "chrome-extension://nkbihfbeogaeaoehlefnkodbefgpgknn",
            "but the page is on chrome-extension://",
        ),
        (
            "a port of an app's scheme",
            "app://*",
            "app://localhost:8080",
            "but the page is on port 8080",
        ),
        (
            "what a server says that it listens on",
            "http://localhost:3000",
            "http://0.0.0.0:3000",
            "but the page is on \"0.0.0.0\", another name of this machine",
        ),
        (
            "another address of the local network",
            "http://192.168.1.5:5173",
            "http://192.168.1.20:5173",
            "but the page is on \"192.168.1.20\", another address of a local network",
        ),
        (
            "the domain above",
            "https://app.example.com",
            "https://example.com",
            "but that is a subdomain of \"example.com\", where the page is",
        ),
        (
            "www",
            "https://example.com",
            "https://www.example.com",
            "but the page is on \"www.example.com\"",
        ),
        (
            "no www",
            "https://www.example.com",
            "https://example.com",
            "but the page is on \"example.com\"",
        ),
        (
            "http",
            "https://example.com",
            "http://example.com",
            "but the page is on http://",
        ),
        (
            "https",
            "http://example.com",
            "https://example.com",
            "but the page is on https://",
        ),
        (
            "port",
            "http://localhost:3000",
            "http://localhost:3001",
            "but the page is on port 3001",
        ),
        (
            "no port",
            "http://localhost:3000",
            "http://localhost",
            "but the page is on the default port",
        ),
        (
            "scheme and port",
            "http://localhost:3000",
            "https://localhost:3001",
            "but the page is on https:// and the page is on port 3001",
        ),
        (
            "final dot",
            "https://example.com",
            "https://example.com.",
            "but the page's host ends in a dot",
        ),
        (
            "apex",
            "https://*.example.com",
            "https://example.com",
            "but that covers the subdomains of example.com, not example.com itself",
        ),
        (
            "subdomain",
            "https://example.com",
            "https://api.example.com",
            "but the page is on the subdomain \"api.example.com\"",
        ),
        (
            "pattern, scheme",
            "https://*.example.com",
            "http://a.example.com",
            "but the page is on http://",
        ),
        (
            "pattern, final dot",
            "https://*.example.com",
            "https://a.example.com.",
            "but the page's host ends in a dot",
        ),
        (
            "pattern, port",
            "https://*.example.com",
            "https://a.example.com:8443",
            "but the page is on port 8443",
        ),
    ] {
        let explanation = explain(&[allowed], origin);
        assert!(!explanation.is_allowed(), "{name}");
        assert_eq!(
            explanation.nearest_miss(),
            Some(format!("\"{allowed}\" is allowed, {near}").as_str()),
            "{name}"
        );
        let fix = match origin.strip_suffix('.') {
            // `build()` refuses a host with a dot at its end.
            Some(plain) => format!(
                "redirect visitors to \"{plain}\", without the dot; or, if that page may call, add \
                 .allow_origins_if(|origin| origin.as_str() == \"{origin}\")"
            ),
            None => format!("if that page may call, add .allow_origins([\"{origin}\"])"),
        };
        assert_eq!(explanation.fix(), Some(fix.as_str()), "{name}");
    }
}

#[test]
fn slips_of_the_client_are_named_too() {
    for (name, origin) in [
        ("trailing slash", "https://example.com/"),
        ("case", "https://Example.com"),
        ("default port", "https://example.com:443"),
        ("path", "https://example.com/index.html"),
    ] {
        let explanation = explain(&["https://example.com"], origin);
        assert_eq!(
            explanation.nearest_miss(),
            Some("\"https://example.com\" is allowed"),
            "{name}"
        );
        assert!(
            explanation
                .why()
                .unwrap()
                .contains("is not one that browsers send"),
            "{name}"
        );
    }
}

#[test]
fn nothing_near_is_no_line() {
    let explanation = explain(&["https://example.com"], "https://evilexample.com");
    assert_eq!(explanation.nearest_miss(), None);
    assert_eq!(
        explanation.to_string(),
        "blocked: the request reaches the server, but the browser withholds the response from the page\n\
         why:     the origin \"https://evilexample.com\" is not allowed\n\
         fix:     if that page may call, add .allow_origins([\"https://evilexample.com\"])"
    );
}

#[test]
fn hosts_without_anything_in_common_are_not_near() {
    for (allowed, origin) in [
        ("https://example.com", "https://example.org"),
        ("https://example.com", "https://example.org."),
        ("https://*.example.com", "https://example.org"),
        ("https://*.example.com", "https://example.org."),
        ("https://app-*.example.com", "https://app-1.example.org"),
        // This machine and a host elsewhere, and the other way round.
        ("https://example.com", "https://localhost"),
        ("https://localhost", "https://example.com"),
        // A local network and the internet, and the other way round.
        ("http://1.2.3.4", "http://192.168.1.5"),
        ("http://192.168.1.5", "http://1.2.3.4"),
        // Names like those of previews, but under a top-level domain, or of another service.
        ("https://myapp.example", "https://myapp-fix.example"),
        ("https://myapp.vercel.app", "https://myapp-fix.netlify.app"),
    ] {
        let explanation = explain(&[allowed], origin);
        assert_eq!(
            explanation.nearest_miss(),
            None,
            "{origin}, where {allowed} is allowed"
        );
    }
}

/// It has no label before the base, but no sentence says so.
#[test]
fn an_apps_host_that_starts_with_a_dot_is_not_near() {
    assert_eq!(explain(&["app://*.a"], "app://.a").nearest_miss(), None);
}

#[test]
fn a_slip_of_the_client_is_near_only_where_what_was_meant_is_allowed() {
    let explanation = explain(&["https://example.com"], "https://evil.example/");
    assert_eq!(explanation.nearest_miss(), None);
}

#[test]
fn the_nearest_of_several_is_named() {
    let page = "https://example.com:8443";
    for (near, further) in [
        ("https://www.example.com:8443", "https://*.example.com"),
        (
            "https://www.example.com:8443",
            "http://www.example.com:8080",
        ),
        ("https://www.example.com:8443", "http://example.com:8080"),
        ("http://example.com:8443", "https://www.example.com:8080"),
        ("https://example.com:8080", "http://www.example.com:8443"),
    ] {
        for allowed in [[near, further], [further, near]] {
            let explanation = explain(&allowed, page);
            let named = explanation.nearest_miss().unwrap();
            assert!(named.starts_with(&format!("\"{near}\"")), "{named}");
        }
    }
}

#[test]
fn near_header_names() {
    for (listed, asked, is_near) in [
        ("content_type", "content-type", true),
        ("x-request-idd", "x-request-id", true),
        ("x-reqeust-id", "x-request-id", true),
        ("authorisation", "authorization", true),
        ("x-a", "x-b", false),
        ("x-request-id", "x-trace-id", false),
    ] {
        let cors = CorsLayer::builder()
            .allow_origins([APP])
            .allow_headers([listed])
            .build()
            .unwrap();
        let explanation = cors.policy().explain_request(&preflight(APP, "GET", asked));
        let near = format!("\"{listed}\" is allowed, which is another name than \"{asked}\"");
        let near = is_near.then_some(&*near);
        assert_eq!(explanation.nearest_miss(), near, "{asked}");
    }
}
