//! What is read from TOML, JSON and YAML, and what is said of a mistake.

use tower_cors::CorsConfig;

use crate::list;

fn toml(text: &str) -> Result<CorsConfig, String> {
    toml::from_str(text).map_err(|error| error.to_string())
}

fn json(text: &str) -> Result<CorsConfig, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

fn yaml(text: &str) -> Result<CorsConfig, String> {
    serde_norway::from_str(text).map_err(|error| error.to_string())
}

/// The table in the documentation names the keys that are read, in their order.
#[test]
fn the_table_has_every_key() {
    let table = include_str!("../../docs/config-keys.md");
    let rows = table.lines().filter_map(|row| row.strip_prefix("| `"));
    let mut told: Vec<_> = rows.map(|row| row.split('`').next().unwrap()).collect();
    let keys = EVERYTHING
        .lines()
        .map(|line| line.split(' ').next().unwrap());
    let mut keys: Vec<_> = keys.collect();
    told.sort_unstable();
    keys.sort_unstable();
    assert_eq!(told, keys);
}

#[test]
fn a_duration_has_a_unit_or_none() {
    for (text, seconds) in [
        ("600", Some(600)),
        ("600s", Some(600)),
        ("10m", Some(600)),
        ("2h", Some(7200)),
        ("1d", Some(86_400)),
        ("10 m", Some(600)),
        ("", None),
        ("m", None),
        ("-1m", None),
        ("1.5h", None),
        ("10min", None),
        ("99999999999999999999d", None),
        ("9999999999999999999d", None),
    ] {
        let read = toml(&format!("max_age = \"{text}\"")).map(|config| config.max_age);
        assert_eq!(read.ok(), seconds.map(Some), "{text}");
    }
}

/// All keys, none with its default.
fn everything() -> CorsConfig {
    CorsConfig {
        origins: list(["https://app.example.com", "https://*.example.org"]),
        allow_null_origin: true,
        allow_loopback_origins: true,
        allow_looked_up_origins: true,
        methods: list(["PUT", "DELETE"]),
        headers: list(["*", "authorization"]),
        credentials: true,
        expose_headers: list(["*"]),
        max_age: Some(600),
        presets: vec!["grpc-web".to_owned()],
        allow_private_network: true,
        timing_allow_origin: true,
        cross_origin_resource_policy: true,
        reject_disallowed_origins: true,
        reject_cross_site_writes: true,
        hosts: list(["api.example.com", "*.tenant.example"]),
        allow_loopback_hosts: true,
        forward_preflights: true,
        preflight_status: Some(200),
        dangerously_allow_insecure_origins: true,
        dangerously_allow_public_suffixes: true,
        dangerously_allow_whole_schemes: true,
    }
}

const EVERYTHING: &str = r#"origins = ["https://app.example.com", "https://*.example.org"]
allow_null_origin = true
allow_loopback_origins = true
allow_looked_up_origins = true
methods = ["PUT", "DELETE"]
headers = ["*", "authorization"]
credentials = true
expose_headers = "*"
max_age = 600
presets = ["grpc-web"]
allow_private_network = true
timing_allow_origin = true
cross_origin_resource_policy = true
reject_disallowed_origins = true
reject_cross_site_writes = true
hosts = ["api.example.com", "*.tenant.example"]
allow_loopback_hosts = true
forward_preflights = true
preflight_status = 200
dangerously_allow_insecure_origins = true
dangerously_allow_public_suffixes = true
dangerously_allow_whole_schemes = true
"#;

#[test]
fn every_key_is_read_and_written() {
    assert_eq!(toml(EVERYTHING).as_ref(), Ok(&everything()));
    assert_eq!(toml::to_string(&everything()).unwrap(), EVERYTHING);

    let value = serde_json::to_value(everything()).unwrap();
    assert_eq!(value.as_object().unwrap().len(), 22);
    assert_eq!(json(&value.to_string()).as_ref(), Ok(&everything()));

    let text = serde_norway::to_string(&everything()).unwrap();
    assert_eq!(yaml(&text).as_ref(), Ok(&everything()));
}

#[test]
fn what_says_nothing_is_not_written() {
    let nothing = CorsConfig::default();
    assert_eq!(toml::to_string(&nothing).unwrap(), "");
    assert_eq!(serde_json::to_string(&nothing).unwrap(), "{}");
    assert_eq!(toml("").as_ref(), Ok(&nothing));
    assert_eq!(json("{}").as_ref(), Ok(&nothing));
}

#[test]
fn lists_are_written_in_several_ways() {
    for (text, expected) in [
        (r#"["https://a.example"]"#, vec!["https://a.example"]),
        (r#""https://a.example""#, vec!["https://a.example"]),
        (
            r#""https://a.example,https://b.example""#,
            vec!["https://a.example", "https://b.example"],
        ),
        (
            r#"" https://a.example , https://b.example ""#,
            vec!["https://a.example", "https://b.example"],
        ),
        (r#""*""#, vec!["*"]),
        (r#"["*"]"#, vec!["*"]),
        ("[]", vec![]),
        (r#""""#, vec![]),
        (r#"" ""#, vec![]),
        (r#""https://a.example,""#, vec!["https://a.example"]),
        (
            r#""[https://a.example; https://b.example]""#,
            vec!["https://a.example", "https://b.example"],
        ),
        // The entries of a list stay as they are.
        (
            r#"["https://a.example, https://b.example"]"#,
            vec!["https://a.example, https://b.example"],
        ),
        (r#"[" https://a.example"]"#, vec![" https://a.example"]),
    ] {
        let toml = toml(&format!("origins = {text}")).unwrap();
        assert_eq!(toml.origins, expected, "TOML: {text}");
        let json = json(&format!("{{\"origins\": {text}}}")).unwrap();
        assert_eq!(json.origins, expected, "JSON: {text}");
        let yaml = yaml(&format!("origins: {text}")).unwrap();
        assert_eq!(yaml.origins, expected, "YAML: {text}");
    }
}

#[test]
fn yaml_of_a_person() {
    let config = yaml(
        "origins:\n- https://app.example.com\n- https://*.example.org\nmethods: mirror request\n\
         headers: content-type, authorization\nexpose_headers: '*'\ncredentials: true\nmax_age:\n",
    )
    .unwrap();
    let expected = CorsConfig {
        origins: list(["https://app.example.com", "https://*.example.org"]),
        methods: list(["mirror request"]),
        headers: list(["content-type", "authorization"]),
        expose_headers: list(["*"]),
        credentials: true,
        ..CorsConfig::default()
    };
    assert_eq!(config, expected);
}

#[test]
fn a_policy_in_a_greater_configuration() {
    #[derive(serde::Deserialize)]
    struct App {
        cors: CorsConfig,
    }
    let app: App = toml::from_str("[cors]\norigins = '*'").unwrap();
    assert_eq!(app.cors.origins, ["*"]);

    for (text, expected) in [
        ("[cors]\norigin = '*'", "unknown field `origin`"),
        (
            "[cors.origins]\nname = 'a'",
            "invalid type: map, expected `origins`",
        ),
        ("[cors]\norigins = '*'\n[cors.more]", "unknown field `more`"),
    ] {
        let said = toml::from_str::<App>(text).err().unwrap().to_string();
        assert!(said.contains(expected), "{said}");
        assert!(said.contains("line "), "{said}");
    }
}

/// Every format says the same words, and where.
#[test]
fn mistakes_are_reported_with_their_key() {
    for (key, value, words) in [
        (
            "origins",
            "3",
            r#"invalid type: integer `3`, expected `origins` to be a list of origins, or "*""#,
        ),
        (
            "origins",
            "true",
            r#"invalid type: boolean `true`, expected `origins` to be a list of origins, or "*""#,
        ),
        (
            "origins",
            r#"["https://a.example", 3]"#,
            "invalid type: integer `3`, expected `origins[1]` to be a text",
        ),
        (
            "origins",
            r#"[["https://a.example"]]"#,
            "invalid type: sequence, expected `origins[0]` to be a text",
        ),
        (
            "methods",
            "3",
            r#"invalid type: integer `3`, expected `methods` to be a list of methods, or "*", or "mirror request""#,
        ),
        (
            "headers",
            "3",
            r#"invalid type: integer `3`, expected `headers` to be a list of header names, or "*", or "mirror request""#,
        ),
        (
            "expose_headers",
            "3",
            r#"invalid type: integer `3`, expected `expose_headers` to be a list of header names, or "*""#,
        ),
        (
            "credentials",
            "1",
            "invalid type: integer `1`, expected `credentials` to be true or false",
        ),
        (
            "credentials",
            r#""yes""#,
            r#"invalid value: string "yes", expected `credentials` to be true or false"#,
        ),
        (
            "credentials",
            r#""True""#,
            r#"invalid value: string "True", expected `credentials` to be true or false"#,
        ),
        (
            "credentials",
            r#""""#,
            r#"invalid value: string "", expected `credentials` to be true or false"#,
        ),
        (
            "presets",
            "true",
            "invalid type: boolean `true`, expected `presets` to be a list of presets",
        ),
        (
            "max_age",
            "1.5",
            "invalid type: floating point `1.5`, expected `max_age` to be a number of whole seconds",
        ),
        (
            "max_age",
            "-1",
            "invalid value: integer `-1`, expected `max_age` to be a number of whole seconds",
        ),
        (
            "max_age",
            r#""10 min""#,
            r#"invalid value: string "10 min", expected `max_age` to be a number of whole seconds"#,
        ),
        (
            "max_age",
            r#""+600""#,
            r#"invalid value: string "+600", expected `max_age` to be a number of whole seconds"#,
        ),
        (
            "max_age",
            r#""""#,
            r#"invalid value: string "", expected `max_age` to be a number of whole seconds"#,
        ),
        (
            "max_age",
            "true",
            "invalid type: boolean `true`, expected `max_age` to be a number of whole seconds",
        ),
        (
            "preflight_status",
            "65536",
            "invalid value: integer `65536`, expected `preflight_status` to be a number from 200 to 299",
        ),
        (
            "preflight_status",
            r#""OK""#,
            r#"invalid value: string "OK", expected `preflight_status` to be a number from 200 to 299"#,
        ),
        (
            "exposed_headers",
            "[]",
            "unknown field `exposed_headers`, expected one of ",
        ),
        ("Origins", "[]", "unknown field `Origins`, expected one of "),
    ] {
        let texts = [
            toml(&format!("timing_allow_origin = true\n{key} = {value}")),
            json(&format!(
                "{{\"timing_allow_origin\": true, \"{key}\": {value}}}"
            )),
            yaml(&format!("timing_allow_origin: true\n{key}: {value}")),
        ];
        for text in texts {
            let said = text.expect_err(words);
            assert!(said.contains(words), "{words} is not in {said}");
            assert!(said.contains("line "), "{said}");
        }
    }
}

#[test]
fn an_unknown_key_is_reported_with_the_valid_ones() {
    let keys: Vec<_> = EVERYTHING
        .lines()
        .filter_map(|line| Some(line.split_once(" = ")?.0))
        .collect();
    assert_eq!(keys.len(), 22);
    for said in [
        toml("origin = '*'"),
        json(r#"{"origin": "*"}"#),
        yaml("origin: '*'"),
    ] {
        let said = said.unwrap_err();
        assert!(said.contains("unknown field `origin`"), "{said}");
        assert!(said.contains("did you mean `origins`?"), "{said}");
        for key in &keys {
            assert!(said.contains(key), "{key} is not in {said}");
        }
    }
    for (key, meant) in [
        ("allowedOrigins", Some("origins")),
        ("allow_origins", Some("origins")),
        ("allow-credentials", Some("credentials")),
        ("exposedHeaders", Some("expose_headers")),
        ("maxAge", Some("max_age")),
        ("supports_credentials", Some("credentials")),
        ("withCredentials", Some("credentials")),
        ("MaxAgeSeconds", Some("max_age")),
        ("optionsSuccessStatus", Some("preflight_status")),
        ("allowed_origins_patterns", Some("origins")),
        ("allow_origin_regex", Some("origins")),
        ("exposed_headers", Some("expose_headers")),
        ("access-control-allow-methods", Some("methods")),
        ("colour", None),
    ] {
        let said = json(&format!("{{\"{key}\": true}}")).unwrap_err();
        assert!(said.contains(&format!("unknown field `{key}`")), "{said}");
        match meant {
            Some(meant) => assert!(said.contains(&format!("did you mean `{meant}`?")), "{said}"),
            None => assert!(!said.contains("did you mean"), "{said}"),
        }
    }
}

#[test]
fn a_key_is_a_text() {
    let said = yaml("[origins]: '*'").unwrap_err();
    assert_eq!(
        said,
        "invalid type: sequence, expected a key such as `origins`"
    );
}

#[test]
fn a_key_stands_once() {
    let twice = r#"{"origins": "*", "origins": ["https://a.example"]}"#;
    let said = json(twice).unwrap_err();
    assert_eq!(said, "duplicate field `origins` at line 1 column 26");
}

#[test]
fn a_policy_is_a_table() {
    for text in ["[]", "3", "null", "\"*\""] {
        let said = json(text).unwrap_err();
        let words = "expected a CORS policy: keys such as `origins`, with their values";
        assert!(said.contains(words), "{said}");
    }
}

/// Formats such as RON have a value of their own for what may be missing.
#[test]
fn a_max_age_may_be_an_optional_value() {
    use serde::de::value::{Error, MapDeserializer};
    use serde::de::{Deserialize, Deserializer, IntoDeserializer, Visitor};

    struct Optional(Option<u64>);

    impl<'de> Deserializer<'de> for Optional {
        type Error = Error;

        fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            match self.0 {
                Some(seconds) => visitor.visit_some(seconds.into_deserializer()),
                None => visitor.visit_none(),
            }
        }

        serde::forward_to_deserialize_any! {
            bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
            unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
        }
    }

    impl IntoDeserializer<'_> for Optional {
        type Deserializer = Self;

        fn into_deserializer(self) -> Self {
            self
        }
    }

    for seconds in [None, Some(600)] {
        let table = [("max_age", Optional(seconds))].into_iter();
        let config = CorsConfig::deserialize(MapDeserializer::new(table)).unwrap();
        assert_eq!(config.max_age, seconds);
    }
}

#[test]
fn null_stands_for_no_number_and_for_nothing_else() {
    let text = r#"{"max_age": null, "preflight_status": null}"#;
    assert_eq!(json(text), Ok(CorsConfig::default()));
    for key in ["origins", "credentials"] {
        let said = json(&format!("{{\"{key}\": null}}")).unwrap_err();
        assert!(said.starts_with("invalid type: null, expected `"), "{said}");
    }
}
