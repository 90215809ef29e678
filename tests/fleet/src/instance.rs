//! One server: a cached look-up in the database, and a task that follows the changes there.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use futures_util::{StreamExt, stream};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
use tokio::time::{sleep, timeout};
use tokio_postgres::{AsyncMessage, Client, Config, NoTls};
use tower_cors::CorsLayer;
use tower_cors::lookup::{CachedLookup, OriginLookup};

use crate::Failure;

/// Short, so that a run doesn't take minutes.
pub(crate) const TIME_TO_LIVE: Duration = Duration::from_secs(2);
pub(crate) const STALE: Duration = Duration::from_secs(10);

/// How often the revision is read. A notification is faster, but a connection can be dead and look alive.
const INTERVAL: Duration = Duration::from_secs(1);
/// A database that doesn't answer for so long is away.
const TOO_LONG: Duration = Duration::from_secs(2);
const PAUSE: Duration = Duration::from_millis(100);

/// The connection, while there is one. All queries share it.
type Connection = watch::Receiver<Option<Arc<Client>>>;

/// Serves until standard input ends, so it never outlives the process that started it. It prints its port first.
pub(crate) async fn serve(folder: &str, role: &str) -> Result<(), Failure> {
    let (connected, connection) = watch::channel(None);
    let cached = CachedLookup::builder(move |origin| has_origin(connection.clone(), origin))
        .time_to_live(TIME_TO_LIVE)
        .stale(STALE)
        .build();
    let cors = CorsLayer::builder()
        .allow_looked_up_origins()
        .allow_credentials()
        .build()?
        .with_lookup(cached.clone());
    let app = Router::new().route("/items", get(async || "[]")).layer(cors);

    let mut database = Config::new();
    database.host_path(folder).user(role).dbname("postgres").connect_timeout(TOO_LONG);
    tokio::spawn(follow(database, connected, cached.clone()));

    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    println!("{}", listener.local_addr()?.port());
    tokio::spawn(axum::serve(listener, app).into_future());
    let mut words = BufReader::new(tokio::io::stdin()).lines();
    while words.next_line().await?.is_some() {
        println!("{:?}", cached.counts());
    }
    Ok(())
}

async fn has_origin(connection: Connection, origin: String) -> Result<bool, Failure> {
    let client = connection.borrow().clone();
    let client = client.ok_or("there is no connection")?;
    let row = client.query_one("SELECT EXISTS (SELECT FROM origins WHERE origin = $1)", &[&origin]).await?;
    Ok(row.try_get(0)?)
}

/// Forgets each origin that has changed, again and again until the process ends. The log has one line when the database
/// goes away, and one when it is back.
async fn follow<L: OriginLookup>(
    database: Config,
    connected: watch::Sender<Option<Arc<Client>>>,
    cached: CachedLookup<L>,
) {
    let mut revision = None;
    let mut is_away = false;
    loop {
        let Err(error) = follow_connection(&database, &connected, &cached, &mut revision, &mut is_away).await;
        connected.send_replace(None);
        if !is_away {
            is_away = true;
            eprintln!("the database is away: {error}; customers are served for {STALE:?} more");
        }
        sleep(PAUSE).await;
    }
}

/// Until the connection is lost.
async fn follow_connection<L: OriginLookup>(
    database: &Config,
    connected: &watch::Sender<Option<Arc<Client>>>,
    cached: &CachedLookup<L>,
    revision: &mut Option<i64>,
    is_away: &mut bool,
) -> Result<std::convert::Infallible, Failure> {
    let (client, mut connection) = timeout(TOO_LONG, database.connect(NoTls)).await??;
    let client = Arc::new(client);
    let (notify, mut notified) = mpsc::unbounded_channel();
    let messages = async move {
        let mut messages = stream::poll_fn(|context| connection.poll_message(context));
        while let Some(Ok(message)) = messages.next().await {
            if let AsyncMessage::Notification(_) = message {
                let _ = notify.send(());
            }
        }
    };
    tokio::spawn(messages);
    // First this, then the revision. So no change falls in between.
    timeout(TOO_LONG, client.batch_execute("LISTEN origins")).await??;
    timeout(TOO_LONG, catch_up(&client, cached, revision)).await??;
    connected.send_replace(Some(Arc::clone(&client)));
    if std::mem::take(is_away) {
        eprintln!("the database is back");
    }
    loop {
        match timeout(INTERVAL, notified.recv()).await {
            Ok(None) => return Err("the connection was closed".into()),
            Ok(Some(())) | Err(_) => timeout(TOO_LONG, catch_up(&client, cached, revision)).await??,
        }
    }
}

/// Forgets what has changed since this revision. An instance that was away does the same as one that was not.
async fn catch_up<L: OriginLookup>(
    client: &Client,
    cached: &CachedLookup<L>,
    revision: &mut Option<i64>,
) -> Result<(), Failure> {
    let Some(seen) = *revision else {
        // Nothing was asked before.
        *revision = Some(client.query_one("SELECT number FROM revision", &[]).await?.try_get(0)?);
        return Ok(());
    };
    let changes = "SELECT number, origin FROM changes WHERE number > $1 ORDER BY number";
    for change in client.query(changes, &[&seen]).await? {
        cached.forget(change.try_get(1)?);
        *revision = Some(change.try_get(0)?);
    }
    Ok(())
}
