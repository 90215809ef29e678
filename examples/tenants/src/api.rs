//! The API through which tenants say which origins are theirs.

use axum::Json;
use axum::Router;
use axum::extract::{Path, Request, State};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, put};
use http::StatusCode;
use http::header::AUTHORIZATION;
use tower_cors::lookup::{CachedLookup, OriginLookup};
use tower_cors::{CorsLayer, OriginPattern};

use crate::database::Database;

/// Removes an origin's answer from the cache.
#[derive(Clone)]
struct Forget(std::sync::Arc<dyn Fn(&str) + Send + Sync>);

pub(crate) fn router<L: OriginLookup>(
    database: Database,
    token: &str,
    cached: Option<CachedLookup<L>>,
) -> Router {
    let forget = Forget(std::sync::Arc::new(move |origin| {
        if let Some(cached) = &cached {
            cached.forget(origin);
        }
    }));
    let expected = format!("Bearer {token}");
    Router::new()
        .route("/tenants/{tenant}/origins", get(list))
        .route(
            "/tenants/{tenant}/origins/{origin}",
            put(add).delete(remove),
        )
        .with_state((database, forget))
        .layer(from_fn(move |request: Request, next: Next| {
            let is_authorized = request
                .headers()
                .get(AUTHORIZATION)
                .is_some_and(|value| value == expected.as_str());
            async move {
                if is_authorized {
                    next.run(request).await
                } else {
                    StatusCode::UNAUTHORIZED.into_response()
                }
            }
        }))
}

async fn list(
    State((database, _)): State<(Database, Forget)>,
    Path(tenant): Path<String>,
) -> Result<Json<Vec<String>>, Failed> {
    let query = "SELECT origin FROM origins WHERE tenant = ? ORDER BY origin";
    let origins = database.run(move |db| {
        db.prepare(query)?
            .query_map([tenant], |row| row.get(0))?
            .collect()
    });
    Ok(Json(origins.await?))
}

async fn add(
    State((database, forget)): State<(Database, Forget)>,
    Path((tenant, origin)): Path<(String, String)>,
) -> Result<Response, Failed> {
    if let Err(words) = check(&origin) {
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, words).into_response());
    }
    database.add(tenant, origin.clone()).await?;
    (forget.0)(&origin);
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn remove(
    State((database, forget)): State<(Database, Forget)>,
    Path((tenant, origin)): Path<(String, String)>,
) -> Result<StatusCode, Failed> {
    let was_there = database.remove(tenant, origin.clone()).await?;
    (forget.0)(&origin);
    Ok(if was_there {
        StatusCode::NO_CONTENT
    } else {
        StatusCode::NOT_FOUND
    })
}

/// Keeps out of the database what the builder refuses. Patterns too: a look-up compares the whole origin.
fn check(origin: &str) -> Result<(), String> {
    let policy = CorsLayer::builder()
        .allow_origins([origin])
        .allow_credentials()
        .build();
    let _ = policy.map_err(|error| error.to_string())?;
    match OriginPattern::parse(origin) {
        Ok(pattern) if pattern.is_exact() => Ok(()),
        _ => Err(format!("\"{origin}\" is a pattern; name each origin")),
    }
}

/// The database didn't answer.
struct Failed(String);

impl From<String> for Failed {
    fn from(error: String) -> Self {
        Self(error)
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        eprintln!("the database failed: {}", self.0);
        StatusCode::SERVICE_UNAVAILABLE.into_response()
    }
}
