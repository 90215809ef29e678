//! The server: the tenants' shops call `/items`, the tenants themselves `/tenants/…`.

use std::error::Error;
use std::hash::{BuildHasher, Hasher, RandomState};

use axum::Router;
use axum::routing::get;
use tokio::net::TcpListener;

use crate::api;
use crate::database::Database;
use crate::follow::{by_lookup, by_reload};

pub(crate) async fn serve() -> Result<(), Box<dyn Error>> {
    let setting =
        |name: &str, default: &str| std::env::var(name).unwrap_or_else(|_| default.to_owned());
    let database = Database::open(setting("DATABASE", "tenants.db").into())?;
    let token = std::env::var("TOKEN").unwrap_or_else(|_| random_token());
    let items = Router::new().route("/items", get(async || "[]"));
    let (app, forget) = match &*setting("FOLLOW", "reload") {
        "reload" => (items.layer(by_reload(database.clone()).await?), None),
        "lookup" => {
            let (cors, cached) = by_lookup(database.clone())?;
            (items.layer(cors), Some(cached))
        }
        other => {
            return Err(format!("FOLLOW is {other:?}; it must be \"reload\" or \"lookup\"").into());
        }
    };
    // Outside the layer: no page of another origin may change who may call.
    let app = app.merge(api::router(database, &token, forget));

    let port = setting("PORT", "3000");
    let listener = TcpListener::bind(format!("127.0.0.1:{port}")).await;
    let listener = listener.map_err(|error| format!("can't listen on port {port}: {error}"))?;
    let address = listener.local_addr()?;
    println!("Listening on http://{address}");
    println!(
        "Try: curl -i -X PUT -H 'Authorization: Bearer {token}' \
         http://{address}/tenants/shop/origins/https%3A%2F%2Fshop.example"
    );
    println!("then: curl -i -H 'Origin: https://shop.example' http://{address}/items");
    axum::serve(listener, app).await?;
    Ok(())
}

fn random_token() -> String {
    format!("{:016x}", RandomState::new().build_hasher().finish())
}
