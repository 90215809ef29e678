//! A server whose policy is a file: edit the file while it runs.
//!
//! ```sh
//! cargo run --example reload --features serde
//! cargo run --example reload --features serde -- my-policy.toml
//! ```
//!
//! The example reads the file twice a second. To read it on SIGHUP instead, wait for
//! `tokio::signal::unix::signal(SignalKind::hangup())`. Three things stay the same: a thread of its own reads the
//! file and compiles the policy, a file that is refused changes nothing, and each result is printed once.
//!
//! It takes any way in which a file is changed: another file is renamed to it, Kubernetes points its link `..data` to
//! another folder, an editor empties it and writes it again, it disappears for a while. An editor may have written half of
//! it when the example reads it, and that half may be a policy, even a less strict one. So the last line of a whole file is
//! `# end`. A file without it changes nothing.

#[path = "../support/listen.rs"]
mod listen;

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use tower_cors::{CorsConfig, CorsHandle, CorsLayer};

use listen::{PlainError, listen};

const PAUSE: Duration = Duration::from_millis(500);
const LAST_LINE: &str = "# end";

#[tokio::main]
async fn main() -> Result<(), PlainError> {
    let file = match std::env::args_os().nth(1) {
        Some(file) => PathBuf::from(file),
        None => own_copy()?,
    };
    let text = read(&file)?;
    // The first policy must be right: there is no older one to keep.
    let (cors, handle) = CorsLayer::reloadable(parse(&text)?)?;

    let app = Router::new()
        .route("/items", get(async || "[]"))
        .layer(cors);

    let listener = listen(3000).await?;
    println!("The policy:\n\n{}", handle.current());
    println!("{}", things_to_try(&file, listener.local_addr()?));
    thread::spawn(move || follow(&file, text, &handle));
    axum::serve(listener, app).await?;
    Ok(())
}

/// A copy of the example's file, to be edited.
fn own_copy() -> std::io::Result<PathBuf> {
    let name = format!("tower-cors-reload-{}", std::process::id());
    let folder = std::env::temp_dir().join(name);
    fs::create_dir_all(&folder)?;
    let file = folder.join("policy.toml");
    fs::write(&file, include_str!("policy.toml"))?;
    Ok(file)
}

/// Puts each new version of the file in force.
fn follow(file: &Path, text: String, handle: &CorsHandle) {
    let mut known = Ok(text);
    loop {
        thread::sleep(PAUSE);
        let found = read(file);
        if found == known {
            // By now, all requests under an old policy have been decided.
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

/// Reads the whole file. By its name each time, so it follows links and new files.
fn read(file: &Path) -> Result<String, String> {
    let text = fs::read_to_string(file)
        .map_err(|error| format!("can't read {}: {error}", file.display()))?;
    if text.lines().next_back() == Some(LAST_LINE) {
        Ok(text)
    } else {
        let file = file.display();
        Err(format!(
            "{file} is not whole: its last line must be \"{LAST_LINE}\""
        ))
    }
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

Then break the file. This terminal shows what is wrong, and the old policy stays.
",
        file.display()
    )
}
