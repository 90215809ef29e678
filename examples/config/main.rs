//! A policy from a file, TOML, JSON or YAML, and from the environment over it, through figment.
//!
//! ```sh
//! cargo run --example config --features serde
//! cargo run --example config --features serde -- examples/config/cors.yaml
//! CORS_ORIGINS='https://a.example, https://b.example' CORS_MAX_AGE=60 cargo run --example config --features serde
//! ```
//!
//! A variable is `CORS_` and a key; its text is a list of what stands between its commas, or `true`, `false`
//! or a number of seconds, and nothing else: `CORS_CREDENTIALS=yes` is an error. It replaces what the file
//! says under that key.
//!
//! With the crate `config` the same is `Environment::with_prefix("CORS").prefix_separator("_")`, and
//! `File::with_name("cors")`, `build()?` and `try_deserialize::<CorsConfig>()?` around it.

use std::error::Error;
use std::path::{Path, PathBuf};

use axum::Router;
use axum::routing::get;
use figment::Figment;
use figment::providers::{Env, Format, Json, Toml};
use http::header::ETAG;
use serde::de::DeserializeOwned;
use tower_cors::{CorsConfig, CorsLayer};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let file = std::env::args_os().nth(1).map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/config/cors.toml"),
        PathBuf::from,
    );
    // What is no policy at all: an unknown key, a text for a number.
    let config = read(&file)?;
    // What is none that a browser would take.
    let cors = CorsLayer::try_from(config)?;

    let app = Router::new()
        .route("/items", get(async || ([(ETAG, "\"1\"")], "[]")))
        .layer(cors.clone());

    let port = port()?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port))
        .await
        .map_err(|error| {
            format!("can't listen on 127.0.0.1:{port}: {error}; set PORT to another port")
        })?;
    println!("The policy:\n\n{}", cors.policy());
    println!("{}", things_to_try(listener.local_addr()?));
    axum::serve(listener, app).await?;
    Ok(())
}

/// The file, and the environment over it.
fn read(file: &Path) -> Result<CorsConfig, String> {
    let figment = match file.extension().and_then(|extension| extension.to_str()) {
        Some("toml") => Figment::from(Toml::file_exact(file)),
        Some("json") => Figment::from(Json::file_exact(file)),
        Some("yaml" | "yml") => Figment::from(Yaml::file_exact(file)),
        _ => {
            let file = file.display();
            return Err(format!("{file} is neither .toml nor .json nor .yaml"));
        }
    };
    let all = figment.merge(Env::prefixed("CORS_"));
    all.extract().map_err(|error| error.to_string())
}

/// figment's own reads YAML by a crate that is no longer kept.
struct Yaml;

impl Format for Yaml {
    type Error = serde_norway::Error;

    const NAME: &'static str = "YAML";

    fn from_str<T: DeserializeOwned>(text: &str) -> Result<T, Self::Error> {
        serde_norway::from_str(text)
    }
}

/// `PORT`, or 3000.
fn port() -> Result<u16, String> {
    let Some(port) = std::env::var_os("PORT") else {
        return Ok(3000);
    };
    let number = port.to_str().and_then(|port| port.parse().ok());
    number.ok_or_else(|| {
        format!(
            "PORT is '{}', which is no port; it must be a number from 0 to 65535, 0 for any free port",
            port.to_string_lossy()
        )
    })
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

2. An actual request from a page that its pattern allows
   curl -i -H 'Origin: https://pr-7.preview.example.com' http://{address}/items
   expect: 200
   expect: access-control-allow-origin: https://pr-7.preview.example.com
   expect: access-control-expose-headers: etag

3. A page that it doesn't allow, until you start with CORS_ORIGINS='https://new.example.com'
   curl -i -H 'Origin: https://new.example.com' http://{address}/items
   expect: 200
   expect no: access-control-
"
    )
}
