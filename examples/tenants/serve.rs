//! The server. The tenants' shops call `/items`; the tenants themselves call `/tenants/…`.

use std::error::Error;
use std::hash::{BuildHasher, Hasher, RandomState};

use axum::Router;
use axum::routing::get;

use crate::api;
use crate::database::Database;
use crate::follow::{by_lookup, by_reload};
use crate::listen::listen;

pub(crate) async fn serve() -> Result<(), Box<dyn Error>> {
    let setting =
        |name: &str, default: &str| std::env::var(name).unwrap_or_else(|_| default.to_owned());
    let listener = listen(3000).await?;
    let path = setting("DATABASE", "tenants.db");
    let database = Database::open(path.clone().into())
        .map_err(|error| format!("can't open {path}: {error}; set DATABASE to another file"))?;
    let token = std::env::var("TOKEN").unwrap_or_else(|_| random_token());
    let items = Router::new().route("/items", get(async || "[]"));
    let (app, forget, when) = match &*setting("FOLLOW", "reload") {
        "reload" => {
            let cors = by_reload(database.clone()).await?;
            (items.layer(cors), None, "then, a second later")
        }
        "lookup" => {
            let (cors, cached) = by_lookup(database.clone())?;
            (items.layer(cors), Some(cached), "then")
        }
        other => {
            return Err(format!("FOLLOW is {other:?}; it must be \"reload\" or \"lookup\"").into());
        }
    };
    // Outside the layer: pages of other origins must not change who may call.
    let app = app.merge(api::router(database, &token, forget));

    let address = listener.local_addr()?;
    println!("Listening on http://{address}");
    println!(
        "Try: curl -i -X PUT -H 'Authorization: Bearer {token}' \
         http://{address}/tenants/shop/origins/https%3A%2F%2Fshop.example"
    );
    println!("{when}: curl -i -H 'Origin: https://shop.example' http://{address}/items");
    println!("The origins are kept in {path}; DATABASE names another file.");
    axum::serve(listener, app).await?;
    Ok(())
}

fn random_token() -> String {
    format!("{:016x}", RandomState::new().build_hasher().finish())
}
