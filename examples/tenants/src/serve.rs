//! The server. The tenants' shops call `/items`; the tenants themselves call `/tenants/…`.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::net::SocketAddr;
use std::path::PathBuf;

use axum::Router;
use axum::routing::get;

use crate::api;
use crate::database::Database;
use crate::follow::{by_lookup, by_reload};
use crate::listen::{PlainError, listen};

pub(crate) async fn serve() -> Result<(), PlainError> {
    let setting =
        |name: &str, default: &str| std::env::var(name).unwrap_or_else(|_| default.to_owned());
    let listener = listen(3000).await?;
    let path = match std::env::var_os("DATABASE") {
        Some(path) => path.into(),
        None => new_file()?,
    };
    let shown = path.display().to_string();
    let database = Database::open(path)
        .map_err(|error| format!("can't open {shown}: {error}; set DATABASE to another file"))?;
    let token = std::env::var("TOKEN").unwrap_or_else(|_| random_token());
    let items = Router::new().route("/items", get(async || "[]"));
    let (app, forget, when) = match &*setting("FOLLOW", "reload") {
        "reload" => {
            let cors = by_reload(database.clone()).await?;
            (items.layer(cors), None, "a second later")
        }
        "lookup" => {
            let (cors, cached) = by_lookup(database.clone())?;
            let counts = cached.clone();
            let counts = get(async move || format!("{:#?}\n", counts.counts()));
            let app = items.layer(cors).route("/lookups", counts);
            (app, Some(cached), "at once")
        }
        other => {
            return Err(format!("FOLLOW is {other:?}; it must be \"reload\" or \"lookup\"").into());
        }
    };
    let is_lookup = forget.is_some();
    // Outside the layer: pages of other origins must not change who may call.
    let app = app.merge(api::router(database, &token, forget));

    let address = listener.local_addr()?;
    println!("Listening on http://{address}");
    println!("{}", things_to_try(address, &token, &shown, when));
    if is_lookup {
        println!("curl http://{address}/lookups shows what the look-ups have done");
    }
    axum::serve(listener, app).await?;
    Ok(())
}

fn things_to_try(address: SocketAddr, token: &str, database: &str, when: &str) -> String {
    let origin = format!("http://{address}/tenants/shop/origins/https%3A%2F%2Fshop.example");
    let items = format!("curl -i -H 'Origin: https://shop.example' http://{address}/items");
    format!(
        "\
Try, in another terminal:

1. An origin that nobody has named
   {items}
   expect: 200
   expect no: access-control-

2. A tenant names it
   curl -i -X PUT -H 'Authorization: Bearer {token}' {origin}
   expect: 204
   and {when}:
   {items}
   expect: 200
   expect: access-control-allow-origin: https://shop.example

3. Without the database, it stays allowed, and no other origin becomes allowed
   mv {database} {database}.away
   {items}
   expect: 200
   expect: access-control-allow-origin: https://shop.example

4. With the database, the tenant removes it
   mv {database}.away {database}
   curl -i -X DELETE -H 'Authorization: Bearer {token}' {origin}
   expect: 204
   and {when}:
   {items}
   expect: 200
   expect no: access-control-
"
    )
}

/// In a new folder, so that no two examples share it.
fn new_file() -> std::io::Result<PathBuf> {
    let name = format!("tower-cors-tenants-{}", std::process::id());
    let folder = std::env::temp_dir().join(name);
    std::fs::create_dir(&folder)?;
    Ok(folder.join("tenants.db"))
}

fn random_token() -> String {
    format!("{:016x}", RandomState::new().build_hasher().finish())
}
