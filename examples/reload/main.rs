//! A server whose policy is a file: edit the file while it runs.
//!
//! ```sh
//! cargo run --example reload --features serde
//! cargo run --example reload --features serde -- my-policy.toml
//! ```
//!
//! The file is looked at twice a second; on Unix, `tokio::signal::unix::signal(SignalKind::hangup())` in the
//! place of the pause reads it on SIGHUP instead. What matters is the same with either: the file is read and
//! the policy compiled on a thread of its own, a file that is refused changes nothing, and each is told once.
//!
//! Write a new version beside the file and rename it: then nobody reads half of it.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use tower_cors::{CorsConfig, CorsHandle, CorsLayer};

const PAUSE: Duration = Duration::from_millis(500);

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let file = std::env::args_os().nth(1).map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/reload/policy.toml"),
        PathBuf::from,
    );
    let text = read(&file)?;
    // The first policy must be right: there is none to keep.
    let (cors, handle) = CorsLayer::reloadable(parse(&text)?)?;

    let app = Router::new()
        .route("/items", get(async || "[]"))
        .layer(cors);

    let port = port()?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port))
        .await
        .map_err(|error| {
            format!("can't listen on 127.0.0.1:{port}: {error}; set PORT to another port")
        })?;
    println!("The policy:\n\n{}", handle.current());
    println!("{}", things_to_try(&file, listener.local_addr()?));
    thread::spawn(move || follow(&file, text, &handle));
    axum::serve(listener, app).await?;
    Ok(())
}

/// Puts each new version of the file in force.
fn follow(file: &Path, text: String, handle: &CorsHandle) {
    let mut known = Ok(text);
    loop {
        thread::sleep(PAUSE);
        let found = read(file);
        if found == known {
            // Requests that came in under an old policy are over by now.
            handle.drop_unused();
            continue;
        }
        match found.clone().and_then(|text| put_in_force(&text, handle)) {
            Ok(()) => println!("In force now:\n\n{}", handle.current()),
            Err(error) => eprintln!("The policy stays as it is: {error}"),
        }
        known = found;
    }
}

fn put_in_force(text: &str, handle: &CorsHandle) -> Result<(), String> {
    let config = parse(text).map_err(|error| error.to_string())?;
    handle.replace(config).map_err(|error| error.to_string())
}

fn parse(text: &str) -> Result<CorsConfig, toml::de::Error> {
    toml::from_str(text)
}

fn read(file: &Path) -> Result<String, String> {
    fs::read_to_string(file).map_err(|error| format!("can't read {}: {error}", file.display()))
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

fn things_to_try(file: &Path, address: std::net::SocketAddr) -> String {
    format!(
        "\
Listening on http://{address}. Try, in another terminal:

1. A page that is allowed
   curl -i -H 'Origin: https://app.example.com' http://{address}/items
   expect: 200
   expect: access-control-allow-origin: https://app.example.com

2. A page that isn't, until you add it to the origins of
   {}
   curl -i -H 'Origin: https://new.example.com' http://{address}/items
   expect: 200
   expect no: access-control-

Then break the file: what is wrong with it is told here, and nothing else changes.
",
        file.display()
    )
}
