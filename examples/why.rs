//! Asks from code what the command `cors-why` asks: does a page get the response of a server, and if not, why?
//!
//! ```text
//! cargo run --example why --features testing -- http://localhost:3000/items https://app.example.com
//! ```

use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use tower_cors::testing::Browser;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(url), Some(page)) = (arguments.next(), arguments.next()) else {
        return Err("write the URL that the page fetches, and the origin of the page".into());
    };
    // Any client that is a Tower service can be the network.
    let mut network = Client::builder(TokioExecutor::new()).build_http::<Full<Bytes>>();
    let request = Request::put(url)
        .header("content-type", "application/json")
        .body("{}".into())?;
    match Browser::at(page).fetch(&mut network, request).await {
        Ok(fetched) => println!("{fetched}"),
        Err(blocked) => println!("{blocked}"),
    }
    Ok(())
}
