//! A long list means the same as a short one, wherever in it an entry stands.

use tower_cors::{ConfigError, CorsConfig, CorsLayer, OriginPattern, Policy, origin};

/// As many origins as a database may have, and then these.
fn after_many(further: &[&str]) -> Vec<String> {
    let many = (0..3_000).map(|i| format!("https://{i}.filler.example"));
    many.chain(further.iter().map(|text| (*text).to_owned()))
        .collect()
}

fn build(origins: &[String]) -> Result<CorsLayer, ConfigError> {
    CorsLayer::builder()
        .allow_origins(origins)
        .allow_credentials()
        .build()
}

/// What a list allows, without the many.
fn shown(cors: &CorsLayer) -> Vec<String> {
    let policy = cors.policy();
    let origins = policy.origins().map(str::to_owned);
    let mut origins: Vec<_> = origins
        .filter(|origin| !origin.ends_with(".filler.example") || origin.contains('*'))
        .collect();
    origins.sort();
    origins
}

fn allows(cors: &CorsLayer, origin: &str) -> bool {
    policy_allows(&cors.policy(), origin)
}

fn policy_allows(policy: &Policy, origin: &str) -> bool {
    let request = http::Request::get("/").header("origin", origin).body(());
    policy.decide_request(&request.unwrap()).is_allowed()
}

#[test]
fn each_origin_of_a_long_list_is_allowed_and_no_other() {
    let cors = build(&after_many(&[])).unwrap();
    for i in 0..3_000 {
        assert!(allows(&cors, &format!("https://{i}.filler.example")), "{i}");
    }
    for other in [
        "https://3000.filler.example",
        "http://0.filler.example",
        "https://0.filler.example:8443",
        "https://filler.example",
    ] {
        assert!(!allows(&cors, other), "{other}");
    }
    assert_eq!(cors.policy().origins().count(), 3_000);
    let first: Vec<_> = cors.policy().origins().map(str::to_owned).collect();
    assert_eq!(first, after_many(&[]), "in the order of the list");
}

#[test]
fn a_long_list_is_read_as_a_short_one() {
    let rows: [(&str, &[&str]); 5] = [
        ("one more", &["https://app.example.com"]),
        (
            "repeated entries",
            &[
                "https://a.example",
                "https://b.example",
                "https://a.example",
                "https://c.example",
                "https://b.example",
                "https://*.d.example",
                "https://*.d.example",
            ],
        ),
        (
            "entries that a pattern covers",
            &[
                "https://a.example.com",
                "https://z.example",
                "https://*.example.com",
                "https://b.example.com",
                "https://y.example",
            ],
        ),
        (
            "patterns of all kinds",
            &[
                "https://app-*.example.com",
                "http://localhost:*",
                "https://*.example.org:*",
                "https://a.example",
            ],
        ),
        (
            "more than a few patterns",
            &[
                "https://*.a.example",
                "https://*.b.example",
                "https://*.c.example",
                "https://*.d.example",
                "https://*.e.example",
                "https://*.f.example",
                "https://*.g.example",
                "https://*.h.example",
                "https://*.i.example",
                "https://x.i.example",
            ],
        ),
    ];
    for (name, further) in rows {
        let few: Vec<_> = further.iter().map(|text| (*text).to_owned()).collect();
        let (few, many) = (build(&few).unwrap(), build(&after_many(further)).unwrap());
        assert_eq!(shown(&few), shown(&many), "{name}");
        for entry in further {
            let origin = entry
                .replace("*.", "x.")
                .replace(":*", ":81")
                .replace('*', "x");
            assert!(
                allows(&few, &origin) && allows(&many, &origin),
                "{name}: {origin}"
            );
        }
        assert_eq!(
            many.policy().origins().count(),
            3_000 + shown(&many).len(),
            "{name}"
        );
    }
}

#[test]
fn a_pattern_at_the_end_covers_the_many() {
    let cors = build(&after_many(&["https://*.filler.example"])).unwrap();
    let origins: Vec<_> = cors.policy().origins().map(str::to_owned).collect();
    assert_eq!(origins, ["https://*.filler.example"]);
    assert!(allows(&cors, "https://3000.filler.example"));
}

#[test]
fn an_error_names_the_entry_of_a_long_list() {
    let mut origins = after_many(&["https://a.example/", "http://b.example", "https://*.com"]);
    origins.insert(500, "c.example".to_owned());
    let long = format!("https://{}.example", "a,".repeat(50_000));
    origins.push(long);
    let error = build(&origins).unwrap_err().to_string();
    for expected in [
        "origins[500]: \"c.example\"",
        "origins[3001]: \"https://a.example/\" has a trailing slash",
        "origins[3002]: \"http://b.example\"",
        "origins[3003]: \"https://*.com\"",
        "origins[3004]: ",
    ] {
        assert!(error.contains(expected), "{expected} in {error:.2000}");
    }
    assert!(!error.contains("origins[3000]") && !error.contains("origins[3005]"));
}

#[test]
fn every_way_to_give_a_long_list_is_the_same() {
    let texts = after_many(&["https://*.example.com"]);
    let from_texts = build(&texts).unwrap();
    let patterns = texts
        .iter()
        .map(|text| OriginPattern::parse(text.clone()).unwrap());
    let from_patterns = CorsLayer::builder()
        .allow_origins(patterns)
        .allow_credentials()
        .build();
    let mut config = CorsConfig::default();
    config.origins.clone_from(&texts);
    config.credentials = true;
    let builder = CorsLayer::builder().allow_origins(&texts[..2_000]);
    let in_parts = builder
        .clone()
        .allow_origins(&texts[2_000..])
        .allow_credentials()
        .build();
    let with_constant = builder
        .allow_origins(&texts[2_000..3_000])
        .allow_origins([origin!("https://*.example.com")])
        .allow_credentials()
        .build();
    let all = |cors: &CorsLayer| {
        cors.policy()
            .origins()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    for (name, cors) in [
        ("patterns", from_patterns),
        ("a configuration", CorsLayer::try_from(config)),
        ("two calls, and a clone", in_parts),
        ("a constant", with_constant),
    ] {
        assert_eq!(all(&cors.unwrap()), all(&from_texts), "{name}");
    }
}

#[test]
fn beside_any_origin_a_long_list_has_no_effect() {
    let cors = CorsLayer::builder()
        .allow_origins(after_many(&["http://a.example"]))
        .allow_any_origin()
        .build()
        .unwrap();
    assert_eq!(cors.policy().origins().count(), 0);
    assert!(allows(&cors, "https://other.example"));
}

const NONE: [&str; 0] = [];

/// A changed policy is the one that `build` makes of the changed list.
#[test]
fn a_change_of_origins_is_the_same_as_a_new_list() {
    let owned = |texts: &[&str]| {
        texts
            .iter()
            .map(|text| (*text).to_owned())
            .collect::<Vec<_>>()
    };
    let patterns = (0..20).map(|i| format!("https://*.{i}.example"));
    let lists = [
        ("few", owned(&["https://a.example", "https://b.example"])),
        ("many", after_many(&[])),
        (
            "many and a pattern",
            after_many(&["https://*.example.com", "https://a.example"]),
        ),
        (
            "patterns",
            patterns.chain(owned(&["https://a.example"])).collect(),
        ),
    ];
    let rows: [(&str, &[&str], &[&str]); 7] = [
        ("nothing", &[], &[]),
        ("one more", &["https://new.example"], &[]),
        ("one fewer", &[], &["https://a.example"]),
        (
            "one that is there, and one twice",
            &[
                "https://a.example",
                "https://c.example",
                "https://c.example",
            ],
            &[],
        ),
        ("one that is not there", &[], &["https://other.example"]),
        (
            "in both lists",
            &["https://c.example"],
            &["https://c.example", "https://a.example"],
        ),
        (
            "covered by a pattern",
            &["https://x.example.com", "https://x.1.example"],
            &[],
        ),
    ];
    for (list_name, list) in lists {
        for (name, add, remove) in rows {
            let name = format!("{list_name}, {name}");
            let before = build(&list).unwrap().policy();
            let changed = before.change_origins(add, remove).unwrap();
            let mut expected = list.clone();
            expected.extend(owned(add));
            expected.retain(|origin| !remove.contains(&&**origin));
            let expected = build(&expected).unwrap().policy();
            let sorted = |policy: &Policy| {
                let mut origins: Vec<_> = policy.origins().map(str::to_owned).collect();
                origins.sort();
                origins
            };
            assert_eq!(sorted(&changed), sorted(&expected), "{name}");
            for origin in [
                "https://a.example",
                "https://new.example",
                "https://c.example",
            ] {
                let (seen, expected) = (
                    policy_allows(&changed, origin),
                    policy_allows(&expected, origin),
                );
                assert_eq!(seen, expected, "{name}: {origin}");
            }
            assert_eq!(changed.to_string(), expected.to_string(), "{name}");
        }
    }
}

#[test]
fn a_change_keeps_all_other_settings() {
    let before = CorsLayer::builder()
        .allow_origins(["https://a.example"])
        .allow_methods(["PUT"])
        .allow_headers(["x-a"])
        .reject_disallowed_origins()
        .allow_credentials()
        .build()
        .unwrap()
        .policy();
    let changed = before.change_origins(["https://b.example"], NONE).unwrap();
    let back = changed.change_origins(NONE, ["https://b.example"]).unwrap();
    assert_eq!(back.to_string(), before.to_string());
    assert!(changed.to_config().unwrap().credentials);
}

#[test]
fn when_the_last_origin_is_removed_nobody_is_allowed_until_one_is_added() {
    let before = build(&["https://a.example".to_owned()]).unwrap().policy();
    let nobody = before.change_origins(NONE, ["https://a.example"]).unwrap();
    assert!(!policy_allows(&nobody, "https://a.example"));
    let config = nobody.to_config().unwrap();
    assert_eq!(config.origins, ["none"], "as a configuration says it");
    let again = nobody.change_origins(["https://a.example"], NONE).unwrap();
    assert!(policy_allows(&again, "https://a.example"));
    assert_eq!(again.to_config().unwrap(), before.to_config().unwrap());
}

#[test]
fn a_change_is_checked_like_a_list() {
    let before = build(&["https://a.example".to_owned()]).unwrap().policy();
    let add = [
        "https://b.example/",
        "http://b.example",
        "https://*.b.example",
    ];
    let remove = ["http://never.example", "https://*.c.example", "c.example"];
    let error = before.change_origins(add, remove).unwrap_err().to_string();
    for expected in [
        "origins[0]: \"https://b.example/\" has a trailing slash",
        "origins[1]: \"http://b.example\"",
        "origins[2]: \"https://*.b.example\" is a pattern; a change of origins names each origin",
        "origins[1]: \"https://*.c.example\" is a pattern",
        "origins[2]: \"c.example\"",
    ] {
        assert!(error.contains(expected), "{expected} in {error}");
    }
    assert!(
        !error.contains("never"),
        "what is risky can be removed: {error}"
    );
}

#[test]
fn a_change_beside_any_origin_has_no_effect_unless_the_list_says_who_may_write() {
    for (name, rejects_writes, expected) in [
        ("any page may do everything", false, &[][..]),
        ("any page may read", true, &["https://b.example"][..]),
    ] {
        let any = CorsLayer::builder()
            .allow_origins(["https://a.example"])
            .allow_any_origin();
        let any = if rejects_writes {
            any.reject_cross_site_writes()
        } else {
            any
        };
        let any = any.build().unwrap().policy();
        let changed = any.change_origins(["https://b.example"], ["https://a.example"]);
        let changed = changed.unwrap();
        assert_eq!(changed.origins().collect::<Vec<_>>(), expected, "{name}");
    }
}
