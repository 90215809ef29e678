//! Assertions whose failure message is the whole result of a fetch.

/// Asserts that a fetch succeeds, and returns its [`Fetched`](crate::testing::Fetched). The failure message is
/// the [`Blocked`](crate::testing::Blocked): what failed, and how to fix it.
///
/// # Example
/// ```
/// use axum::{Router, body::Body, routing::get};
/// use http::Request;
/// use tower_cors::testing::{Browser, assert_allows};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let cors = tower_cors::CorsLayer::builder().allow_any_origin().build()?;
/// let mut app = Router::new()
///     .route("/items", get(|| async { "[]" }))
///     .layer(cors);
/// let request = Request::get("https://api.example.com/items").body(Body::empty())?;
/// let fetched = assert_allows!(
///     Browser::at("https://app.example.com")
///         .fetch(&mut app, request)
///         .await
/// );
/// assert_eq!(fetched.body(), "[]");
/// # Ok(())
/// # }
/// ```
#[macro_export]
macro_rules! assert_allows {
    ($fetch:expr $(,)?) => {
        match $fetch {
            ::core::result::Result::Ok(fetched) => {
                let fetched: $crate::testing::Fetched = fetched;
                fetched
            }
            ::core::result::Result::Err(blocked) => {
                let blocked: $crate::testing::Blocked = blocked;
                ::core::panic!("the page should have been allowed\n\n{blocked}\n")
            }
        }
    };
}

/// Asserts that a fetch is blocked, and returns its [`Blocked`](crate::testing::Blocked). With a second argument
/// it asserts the [`Step`](crate::testing::Step) too. The failure message is everything that the page saw.
///
/// # Example
/// ```
/// use axum::{Router, body::Body, routing::get};
/// use http::Request;
/// use tower_cors::testing::{Browser, Step, assert_blocks};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let app = tower_cors::origin!("https://app.example.com");
/// # let cors = tower_cors::CorsLayer::builder().allow_origins([app]).build()?;
/// let mut app = Router::new().route("/items", get(|| async { "[]" })).layer(cors);
/// let request = Request::get("https://api.example.com/items").body(Body::empty())?;
/// let mut page = Browser::at("https://evil.example");
/// assert_blocks!(page.fetch(&mut app, request).await, Step::CorsCheck);
/// # Ok(())
/// # }
/// ```
#[macro_export]
macro_rules! assert_blocks {
    ($fetch:expr $(,)?) => {
        match $fetch {
            ::core::result::Result::Err(blocked) => {
                let blocked: $crate::testing::Blocked = blocked;
                blocked
            }
            ::core::result::Result::Ok(fetched) => {
                let fetched: $crate::testing::Fetched = fetched;
                ::core::panic!("the page should have been blocked\n\n{fetched}\n")
            }
        }
    };
    ($fetch:expr, $step:expr $(,)?) => {{
        let blocked = $crate::assert_blocks!($fetch);
        let step: $crate::testing::Step = $step;
        if blocked.step() != step {
            ::core::panic!("the page should have been blocked at the {step}\n\n{blocked}\n")
        }
        blocked
    }};
}
