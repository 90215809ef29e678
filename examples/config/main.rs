//! A policy from a TOML, JSON or YAML file, with environment variables over it, through the crate `figment`.
//!
//! ```sh
//! cargo run --example config --features serde
//! cargo run --example config --features serde -- examples/config/cors.yaml
//! CORS_ORIGINS='https://a.example, https://b.example' CORS_MAX_AGE=60 cargo run --example config --features serde
//! ```
//!
//! A variable is named `CORS_` and a key. Its text is a list with commas, or `true` or `false`, or a number of
//! seconds. Anything else is an error, such as `CORS_CREDENTIALS=yes`. It replaces that key of the file.
//!
//! With the crate `config`, use `File::with_name("cors")` and
//! `Environment::with_prefix("CORS").prefix_separator("_")`, then `build()?` and
//! `try_deserialize::<CorsConfig>()?`.

#[path = "../support/listen.rs"]
mod listen;

use std::path::{Path, PathBuf};

use axum::Router;
use axum::routing::get;
use figment::Figment;
use figment::providers::{Env, Format, Json, Toml};
use http::header::ETAG;
use serde::de::DeserializeOwned;
use tower_cors::{CorsConfig, CorsLayer};

use listen::{PlainError, listen};

#[tokio::main]
async fn main() -> Result<(), PlainError> {
    let file = std::env::args_os().nth(1).map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/config/cors.toml"),
        PathBuf::from,
    );
    // Finds an unknown key, or a text in the place of a number.
    let config = read(&file)?;
    // Finds everything that browsers don't accept.
    let cors = CorsLayer::try_from(config)?;

    let app = Router::new()
        .route("/items", get(async || ([(ETAG, "\"1\"")], "[]")))
        .layer(cors.clone());

    let listener = listen(3000).await?;
    println!("The policy:\n\n{}", cors.policy());
    println!("{}", things_to_try(listener.local_addr()?));
    axum::serve(listener, app).await?;
    Ok(())
}

/// The file, with the environment variables over it.
fn read(file: &Path) -> Result<CorsConfig, String> {
    let figment = match file.extension().and_then(|extension| extension.to_str()) {
        Some("toml") => Figment::from(Toml::file_exact(file)),
        Some("json") => Figment::from(Json::file_exact(file)),
        Some("yaml" | "yml") => Figment::from(Yaml::file_exact(file)),
        _ => {
            let file = file.display();
            return Err(format!("{file} is not a .toml, .json or .yaml file"));
        }
    };
    let all = figment.merge(Env::prefixed("CORS_"));
    all.extract().map_err(|error| error.to_string())
}

/// figment's own YAML provider depends on a crate that is no longer maintained.
struct Yaml;

impl Format for Yaml {
    type Error = serde_norway::Error;

    const NAME: &'static str = "YAML";

    fn from_str<T: DeserializeOwned>(text: &str) -> Result<T, Self::Error> {
        serde_norway::from_str(text)
    }
}

fn things_to_try(address: std::net::SocketAddr) -> String {
    format!(
        "\
Listening on http://{address}. Try, in another terminal:

1. A preflight from a page that the file allows
   curl -i -X OPTIONS -H 'Origin: https://app.example.com' -H 'Access-Control-Request-Method: PUT' http://{address}/items
   expect: 204
   expect: access-control-allow-origin: https://app.example.com
   expect: access-control-allow-credentials: true
   expect: access-control-allow-methods: PUT,DELETE
   expect: access-control-allow-headers: authorization,content-type
   expect: access-control-max-age: 600

2. An actual request from a page that the file's pattern allows
   curl -i -H 'Origin: https://pr-7.preview.example.com' http://{address}/items
   expect: 200
   expect: access-control-allow-origin: https://pr-7.preview.example.com
   expect: access-control-expose-headers: etag

3. A page that the file doesn't allow, until you start this example with CORS_ORIGINS='https://new.example.com'
   curl -i -H 'Origin: https://new.example.com' http://{address}/items
   expect: 200
   expect no: access-control-
"
    )
}
