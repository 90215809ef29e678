//! How the policy follows the database: it reads the whole set when it has changed, or it looks up one origin
//! when a request has it.

use std::time::Duration;

use tower_cors::lookup::{CachedLookup, CorsLookupLayer, OriginLookup};
use tower_cors::{ConfigError, CorsLayer};

use crate::database::Database;

/// The time between two looks at the database.
const INTERVAL: Duration = Duration::from_millis(250);

/// The policy of these origins.
fn policy(origins: &[String]) -> Result<CorsLayer, ConfigError> {
    CorsLayer::builder()
        .allow_origins(origins)
        // so that an empty list is not an error
        .allow_looked_up_origins()
        .allow_credentials()
        .build()
}

pub(crate) async fn by_reload(database: Database) -> Result<CorsLayer, Box<dyn std::error::Error>> {
    let mut revision = database.revision().await?;
    let (cors, handle) = CorsLayer::reloadable(policy(&database.origins().await?)?)?;
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(INTERVAL).await;
            let handle = handle.clone();
            let reload = async {
                let now = database.revision().await?;
                if now != revision {
                    let origins = database.origins().await?;
                    // Not on the threads that serve: a million origins take some tenths of a second.
                    let compile = move || policy(&origins).and_then(|cors| handle.replace(cors));
                    let compiled = tokio::task::spawn_blocking(compile).await;
                    compiled
                        .map_err(|error| error.to_string())?
                        .map_err(|error| error.to_string())?;
                }
                Ok::<_, String>(now)
            };
            match reload.await {
                Ok(now) => revision = now,
                Err(error) => eprintln!("the last policy stays: {error}"),
            }
        }
    });
    Ok(cors)
}

/// The layer, and its cache, which must hear of changes.
pub(crate) fn by_lookup(
    database: Database,
) -> Result<
    (
        CorsLookupLayer<impl OriginLookup>,
        CachedLookup<impl OriginLookup>,
    ),
    ConfigError,
> {
    let cached = CachedLookup::new(move |origin| {
        let database = database.clone();
        async move { database.has(origin).await }
    });
    let cors = policy(&[])?
        .with_lookup(cached.clone())
        .on_failure(|origin, failure| eprintln!("{origin} is denied: {failure}"));
    Ok((cors, cached))
}
