//! Choosing by path.

use super::*;

#[test]
fn the_longest_path_prefix_of_whole_segments_wins() {
    let choices = [
        CorsLayer::choose()
            .path_prefix("/api", policy("api"))
            .path_prefix("/api/admin", policy("admin"))
            .path_prefix("/api/admin/log", policy("log"))
            .path_prefix("/caf%C3%A9", policy("cafe")),
        CorsLayer::choose()
            .path_prefix("/caf%C3%A9", policy("cafe"))
            .path_prefix("/api/admin/log", policy("log"))
            .path_prefix("/api/admin", policy("admin"))
            .path_prefix("/api", policy("api")),
    ];
    for choice in choices {
        let choice = choice.otherwise(policy("other")).unwrap();
        for (path, expected) in [
            ("/api", "api"),
            ("/api/", "api"),
            ("/api?x=/admin", "api"),
            ("/api/items", "api"),
            ("/api/admins", "api"),
            ("/api/admin", "admin"),
            ("/api/admin/", "admin"),
            ("/api/admin/users", "admin"),
            ("/api/admin/log/1", "log"),
            ("/caf%C3%A9/menu", "cafe"),
            ("/", "other"),
            ("/apis", "other"),
            ("/ap", "other"),
            ("/v1/api", "other"),
            ("/.well-known/api", "other"),
            ("/x%20y", "other"),
        ] {
            let seen = chosen(&choice, &get(path));
            assert_eq!(seen.as_deref(), Some(expected), "{path}");
            // in absolute form, as to a proxy or over HTTP/2
            let absolute = get(&format!("https://example.com{path}"));
            assert_eq!(chosen(&choice, &absolute).as_deref(), Some(expected));
        }
    }
}

#[test]
fn a_path_that_can_be_read_as_another_allows_nobody() {
    let choice = CorsLayer::choose()
        .path_prefix("/public", policy("public"))
        .path_prefix("/api", policy("api"))
        .path_prefix("/api/admin", policy("admin"))
        .path_prefix("/caf%C3%A9", policy("cafe"))
        .otherwise(policy("other"))
        .unwrap();
    for (path, expected) in [
        // the same prefix in every reading
        ("/api/groups%2Fgroup", "api"),
        ("/api/v4/projects/group%2Fproject", "api"),
        ("/api/x;v=1/y", "api"),
        ("/api/admin//users", "admin"),
        ("/api/z%5Cb%", "api"),
        ("/api/z%zz", "api"),
        ("/files/100%25", "other"),
        ("/50%25-off", "other"),
        ("/items/a;b=c", "other"),
        ("/items//x", "other"),
        ("/items/%E4%BD%A0", "other"),
        ("/@scope%2fname", "other"),
        ("/index.jsp;jsessionid=1", "other"),
        ("/caf%c3%a9", "cafe"),
        // `/api` to a router that decodes
        ("/%61pi/items", "nobody"),
        ("/api%2Fitems", "nobody"),
        ("/api%5citems", "nobody"),
        ("/%2fapi", "nobody"),
        ("/café", "nobody"),
        ("/%5capi", "nobody"),
        ("/api/admin%2fusers", "nobody"),
        ("/%2561pi", "nobody"),
        // or to one that merges slashes
        ("//api", "nobody"),
        ("//x", "nobody"),
        ("/api//admin", "nobody"),
        ("/api//items", "nobody"),
        ("/api/%61dmin", "nobody"),
        // or drops parameters before it decodes
        ("/;x%2fy/api/items", "nobody"),
        ("/;%2fy/api", "nobody"),
        ("/;x%5cy/api/items", "nobody"),
        ("/;x\\y/api/items", "nobody"),
        ("/;a%2fb;c/api", "nobody"),
        ("/api/;x%2fy/admin", "nobody"),
        // or ignores case
        ("/API", "nobody"),
        ("/api/Admin", "nobody"),
        // or drops spaces and dots around a segment
        ("/%20api", "nobody"),
        ("/api%20/x", "nobody"),
        ("/api./x", "nobody"),
        ("/...", "nobody"),
        // or removes control characters, reads %u, overlong UTF-8
        ("/files/x%2f.%09./.%09./api", "nobody"),
        ("/ap%c2%85i", "nobody"),
        ("/%c2%85api", "nobody"),
        ("/api%c2%85", "nobody"),
        // or spaces beyond ASCII
        ("/%c2%a0api", "nobody"),
        ("/%e2%80%a8api", "nobody"),
        ("/files/Screenshot%20at%2009.41%E2%80%AFAM.png", "other"),
        ("/files/%u002e%u002e/api", "nobody"),
        ("/files/%c0%ae%c0%ae/api", "nobody"),
        ("/api/.hidden/..x/...", "nobody"),
        // or resolves dot segments, after one step of decoding or several
        ("/files/%252e%252e/api", "nobody"),
        ("/public/../api", "nobody"),
        ("/public/..", "nobody"),
        ("/public/.", "public"),
        ("/./api", "nobody"),
        ("/public/%2e%2e/api", "nobody"),
        ("/public/.%2E/api", "nobody"),
        ("/public/..%2fapi", "nobody"),
        ("/public%2f..%2fapi", "nobody"),
        ("/public/..%5capi", "nobody"),
        ("/public//../api", "nobody"),
        ("/public/x/%2e", "public"),
    ] {
        let seen = chosen(&choice, &get(path));
        assert_eq!(seen.as_deref(), Some(expected), "{path}");
    }
}

#[test]
fn the_rest_of_a_path_is_decoded_up_to_8192_bytes() {
    let choice = CorsLayer::choose()
        .path_prefix("/api", policy("api"))
        .otherwise(policy("other"))
        .unwrap();
    for (length, expected) in [(8192, "api"), (8193, "nobody")] {
        let rest = ";x";
        let path = format!("/api/{rest}{}", "x".repeat(length - rest.len()));
        let seen = chosen(&choice, &get(&path));
        assert_eq!(seen.as_deref(), Some(expected), "{length}");
        let plain = format!("/api/{}", "x".repeat(length));
        assert_eq!(chosen(&choice, &get(&plain)).as_deref(), Some("api"));
    }
}

/// Where no path is asked about, none is in dispute.
#[test]
fn without_path_prefixes_paths_make_no_difference() {
    let choice = CorsLayer::choose()
        .host("api.example.com", policy("api"))
        .otherwise(policy("other"))
        .unwrap();
    let seen = chosen(&choice, &get("/public/..%2fapi"));
    assert_eq!(seen.as_deref(), Some("other"));
}

#[test]
fn requests_without_a_path_fit_no_prefix() {
    let choice = CorsLayer::choose()
        .path_prefix("/api", policy("api"))
        .otherwise(policy("other"))
        .unwrap();
    for (method, uri) in [
        (Method::OPTIONS, "*"),
        (Method::CONNECT, "api.example.com:443"),
    ] {
        let request = Request::builder().method(method).uri(uri);
        let seen = chosen(&choice, &request.body(()).unwrap());
        assert_eq!(seen.as_deref(), Some("other"), "{uri}");
    }
}
