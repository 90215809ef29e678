//! Environment variables, through figment and through config.

use std::collections::HashMap;

use ::config::{Config, Environment};
use figment::providers::{Env, Format, Toml};
use figment::{Figment, Jail};
use tower_cors::CorsConfig;

use crate::list;

/// What figment makes of `CORS_…` variables over a file.
#[expect(clippy::result_large_err, reason = "the error is figment's")]
fn by_figment(file: &str, variables: &[(&str, &str)]) -> Result<CorsConfig, String> {
    let mut read = Err(String::new());
    Jail::expect_with(|jail| {
        for (key, value) in variables {
            jail.set_env(format!("CORS_{key}"), value);
        }
        let all = Figment::from(Toml::string(file)).merge(Env::prefixed("CORS_"));
        read = all.extract().map_err(|error| error.to_string());
        Ok(())
    });
    read
}

/// What config makes of the same, with and without its guessing of types.
fn by_config(file: &str, variables: &[(&str, &str)], guess: bool) -> Result<CorsConfig, String> {
    let variables: HashMap<_, _> = variables
        .iter()
        .map(|(key, value)| (format!("CORS_{key}"), (*value).to_owned()))
        .collect();
    let environment = Environment::with_prefix("CORS")
        .prefix_separator("_")
        .try_parsing(guess)
        .source(Some(variables));
    Config::builder()
        .add_source(::config::File::from_str(file, ::config::FileFormat::Toml))
        .add_source(environment)
        .build()
        .and_then(Config::try_deserialize)
        .map_err(|error| error.to_string())
}

fn by_each(file: &str, variables: &[(&str, &str)]) -> [Result<CorsConfig, String>; 3] {
    [
        by_figment(file, variables),
        by_config(file, variables, false),
        by_config(file, variables, true),
    ]
}

#[test]
fn texts_are_read_as_what_they_mean() {
    type Set = fn(&mut CorsConfig);
    let rows: [(&str, &str, Set); 26] = [
        ("ORIGINS", "https://a.example;https://b.example", |c| {
            c.origins = list(["https://a.example", "https://b.example"]);
        }),
        ("ORIGINS", "https://a.example https://b.example,", |c| {
            c.origins = list(["https://a.example", "https://b.example"]);
        }),
        ("ORIGINS", "https://a.example # the app", |c| {
            c.origins = list(["https://a.example"]);
        }),
        ("ORIGINS", "'https://a.example', 'https://b.example'", |c| {
            c.origins = list(["https://a.example", "https://b.example"]);
        }),
        ("METHODS", "PUT\nDELETE", |c| {
            c.methods = list(["PUT", "DELETE"]);
        }),
        ("HEADERS", "'mirror request'", |c| {
            c.headers = list(["mirror request"]);
        }),
        ("ORIGINS", "https://a.example,https://*.b.example", |c| {
            c.origins = list(["https://a.example", "https://*.b.example"]);
        }),
        ("ORIGINS", "https://a.example, http://localhost:*", |c| {
            c.origins = list(["https://a.example", "http://localhost:*"]);
        }),
        ("ORIGINS", "http://[::1]:3000", |c| {
            c.origins = list(["http://[::1]:3000"]);
        }),
        ("ORIGINS", "*", |c| c.origins = list(["*"])),
        ("ORIGINS", "", |c| c.origins = vec![]),
        ("METHODS", "PUT,DELETE", |c| {
            c.methods = list(["PUT", "DELETE"]);
        }),
        ("METHODS", "*", |c| c.methods = list(["*"])),
        ("METHODS", "mirror request", |c| {
            c.methods = list(["mirror request"]);
        }),
        ("HEADERS", "*, authorization", |c| {
            c.headers = list(["*", "authorization"]);
        }),
        ("HEADERS", "content-type", |c| {
            c.headers = list(["content-type"]);
        }),
        ("EXPOSE_HEADERS", "etag", |c| {
            c.expose_headers = list(["etag"]);
        }),
        ("CREDENTIALS", "true", |c| c.credentials = true),
        ("CREDENTIALS", "false", |c| c.credentials = false),
        ("MAX_AGE", "600", |c| c.max_age = Some(600)),
        ("MAX_AGE", "0", |c| c.max_age = Some(0)),
        ("PREFLIGHT_STATUS", "200", |c| {
            c.preflight_status = Some(200);
        }),
        ("ALLOW_PRIVATE_NETWORK", "true", |c| {
            c.allow_private_network = true;
        }),
        ("REJECT_DISALLOWED_ORIGINS", "true", |c| {
            c.reject_disallowed_origins = true;
        }),
        ("PRESETS", "grpc-web, mcp", |c| {
            c.presets = vec!["grpc-web".to_owned(), "mcp".to_owned()];
        }),
        ("DANGEROUSLY_ALLOW_INSECURE_ORIGINS", "true", |c| {
            c.dangerously_allow_insecure_origins = true;
        }),
    ];
    for (key, value, set) in rows {
        let mut expected = CorsConfig {
            origins: list(["https://file.example"]),
            ..CorsConfig::default()
        };
        set(&mut expected);
        for read in by_each("origins = ['https://file.example']", &[(key, value)]) {
            assert_eq!(read.as_ref(), Ok(&expected), "CORS_{key}={value}");
        }
    }
}

#[test]
fn nothing_else_is_guessed() {
    for (key, value, words) in [
        ("CREDENTIALS", "yes", "`credentials` to be true or false"),
        ("CREDENTIALS", "1", "`credentials` to be true or false"),
        ("CREDENTIALS", "", "`credentials` to be true or false"),
        (
            "MAX_AGE",
            "10 min",
            "`max_age` to be a number of whole seconds",
        ),
        ("MAX_AGE", "-1", "`max_age` to be a number of whole seconds"),
        (
            "MAX_AGE",
            "1.5",
            "`max_age` to be a number of whole seconds",
        ),
        ("MAX_AGE", "", "`max_age` to be a number of whole seconds"),
        (
            "PREFLIGHT_STATUS",
            "OK",
            "`preflight_status` to be a number from 200 to 299",
        ),
        ("ORIGIN", "https://a.example", "one of `origins`, "),
    ] {
        for read in by_each("", &[(key, value)]) {
            let said = read.expect_err(value);
            assert!(said.contains(words), "CORS_{key}={value}: {said}");
        }
    }
}

/// figment reads lists in brackets.
#[test]
fn a_list_in_brackets() {
    for (value, expected) in [
        ("[*]", list(["*"])),
        (r#"["*"]"#, list(["*"])),
        (
            r#"["https://a.example", "https://b.example"]"#,
            list(["https://a.example", "https://b.example"]),
        ),
    ] {
        let read = by_figment("", &[("ORIGINS", value)]).unwrap();
        assert_eq!(read.origins, expected, "{value}");
    }
}

#[test]
fn figment_tells_the_variable() {
    let said = by_figment("", &[("MAX_AGE", "10 min")]).unwrap_err();
    assert!(
        said.contains("\"MAX_AGE\" in `CORS_` environment variable(s)"),
        "{said}"
    );
}
