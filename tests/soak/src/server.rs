//! The two servers: the same router, with the layer and without.
//!
//! Each runs in a process of its own. What is measured there belongs to the server alone.

use std::convert::Infallible;
use std::net::Ipv4Addr;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::routing::any;
use clap::ValueEnum;
use futures_util::stream;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpListener;

use crate::HEAP;
use crate::policies::{self, Reloading};

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    Layered,
    Bare,
}

/// Serves until standard input ends. So it never outlives the process that started it.
///
/// It prints its port and how many bytes are allocated. After a line on standard input, it stops replacing policies and
/// prints how often the policy was replaced, how often one was refused, and how many bytes are allocated under the
/// first policy again.
pub(crate) async fn serve(kind: Kind) -> Result<(), String> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await
        .map_err(|error| format!("no socket on loopback: {error}"))?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;

    let mut app = router();
    let (mut reloading, mut forget) = (None, None);
    if kind == Kind::Layered {
        let (layer, handle, answers) = policies::layer().map_err(|error| error.to_string())?;
        app = app.layer(layer);
        reloading = Some(Reloading::start(handle));
        forget = Some(answers);
    }
    tokio::spawn(axum::serve(listener, app).into_future());
    println!("{} {}", address.port(), HEAP.allocated());

    let mut words = BufReader::new(tokio::io::stdin()).lines();
    while let Ok(Some(_)) = words.next_line().await {
        let (replaced, refused) = reloading.take().map_or((0, 0), Reloading::stop);
        if let Some(forget) = &forget {
            forget();
        }
        println!("{replaced} {refused} {}", HEAP.allocated());
    }
    Ok(())
}

/// Every route takes every method. So a preflight has the same class of status with and without the layer, unless the
/// policy denies it.
fn router() -> Router {
    let large = Bytes::from(vec![b'x'; 8 << 20]);
    Router::new()
        .route("/items", any(async || "[]"))
        .route("/tenants", any(async || "[]"))
        .route("/echo", any(async |body: Bytes| body))
        .route("/large", any(async move || large.clone()))
        .route("/stream", any(async || Body::from_stream(chunks())))
        .route("/slow", any(slow))
}

fn chunks() -> impl stream::Stream<Item = Result<Bytes, Infallible>> {
    stream::unfold(0, async |sent| {
        tokio::task::yield_now().await;
        (sent < 64).then(|| (Ok(Bytes::from(vec![b'y'; 16 << 10])), sent + 1))
    })
}

async fn slow() -> &'static str {
    tokio::time::sleep(Duration::from_millis(50)).await;
    "late"
}
