//! Connections of strangers, each request with a new origin, and customers whose origins the look-up knows.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::policies::{LOOKED_UP, customer};

const CONNECTIONS: u64 = 200;
const CUSTOMERS: u64 = 20;
/// Between two requests of a stranger: more would leave no time for `wrk`.
const PAUSE: Duration = Duration::from_millis(200);
const PAUSE_OF_CUSTOMERS: Duration = Duration::from_millis(50);

#[derive(Default)]
pub(crate) struct Count {
    pub(crate) strangers: u64,
    pub(crate) customers: u64,
    /// Requests of customers.
    pub(crate) denied: u64,
}

impl Count {
    pub(crate) fn check(&self) -> Result<(), String> {
        let Self { customers, denied, .. } = self;
        if denied * 100 > *customers {
            return Err(format!("{denied} of {customers} requests of customers are denied; 1 % is the most"));
        }
        Ok(())
    }

    pub(crate) fn sentence(&self) -> String {
        format!(
            "Over {CONNECTIONS} connections, strangers sent {} requests, each with a new origin. Of {} requests of \
             {CUSTOMERS} customers that the look-up knew before, {} were denied.",
            self.strangers, self.customers, self.denied
        )
    }
}

/// Lets the look-up know its customers. Each answer takes it some milliseconds.
pub(crate) async fn introduce(port: u16) -> Result<(), String> {
    for origin in (0..CUSTOMERS).map(customer).chain([LOOKED_UP.to_owned()]) {
        if !ask(&mut connect(port).await?, &origin).await? {
            return Err(format!("{origin} is denied before the load"));
        }
    }
    Ok(())
}

/// Until the deadline.
pub(crate) async fn visit(port: u16, deadline: Instant) -> Result<Count, String> {
    let mut clients = JoinSet::new();
    for connection in 0..CONNECTIONS {
        clients.spawn(async move {
            let mut stream = connect(port).await?;
            let mut count = Count::default();
            while Instant::now() < deadline {
                let origin = format!("https://s{connection}-{}.example", count.strangers);
                if ask(&mut stream, &origin).await? {
                    return Err(format!("{origin} is allowed"));
                }
                count.strangers += 1;
                sleep(PAUSE).await;
            }
            Ok(count)
        });
    }
    for number in 0..CUSTOMERS {
        clients.spawn(async move {
            let mut stream = connect(port).await?;
            let mut count = Count::default();
            while Instant::now() < deadline {
                count.denied += u64::from(!ask(&mut stream, &customer(number)).await?);
                count.customers += 1;
                sleep(PAUSE_OF_CUSTOMERS).await;
            }
            Ok(count)
        });
    }
    let mut all = Count::default();
    while let Some(ended) = clients.join_next().await {
        let count = ended.map_err(|error| format!("a client failed: {error}"))??;
        all.strangers += count.strangers;
        all.customers += count.customers;
        all.denied += count.denied;
    }
    Ok(all)
}

async fn connect(port: u16) -> Result<TcpStream, String> {
    TcpStream::connect(("127.0.0.1", port)).await.map_err(|error| format!("no connection: {error}"))
}

/// Whether the response names the origin.
async fn ask(stream: &mut TcpStream, origin: &str) -> Result<bool, String> {
    let request = format!("GET /tenants HTTP/1.1\r\nHost: a\r\nOrigin: {origin}\r\n\r\n");
    let sent = stream.write_all(request.as_bytes()).await;
    sent.map_err(|error| format!("a request is not taken: {error}"))?;
    let mut response = Vec::new();
    // The body of each response.
    while !response.ends_with(b"\r\n\r\n[]") {
        match stream.read_buf(&mut response).await {
            Ok(0) => return Err(format!("a response ends early: {}", response.escape_ascii())),
            Ok(_) => {}
            Err(error) => return Err(format!("there is no response: {error}")),
        }
    }
    let response = String::from_utf8_lossy(&response);
    Ok(response.contains(&format!("access-control-allow-origin: {origin}\r\n")))
}
