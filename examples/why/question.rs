//! The question, the browser's answer to it, and how that is told.

use std::fmt::Display;
use std::io::IsTerminal;
use std::process::ExitCode;
use std::time::Duration;

use bytes::Bytes;
use clap::Parser;
use http::{HeaderName, HeaderValue, Method, Request, Response};
use http_body::Body;
use http_body_util::Full;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use tower::{Layer, Service, ServiceExt};
use tower_cors::testing::{Blocked, Browser, Cause, CredentialsMode, Fetched};
use tower_cors::{CorsConfig, CorsLayer, Explanation};

type Error = Box<dyn std::error::Error + Send + Sync>;

/// What would a browser do, why, and what fixes it?
#[derive(Parser)]
#[command(name = "why", max_term_width = 100)]
struct Question {
    /// The page's origin, as in `https://www.app.com`
    #[arg(long)]
    origin: String,
    /// The method of the request
    #[arg(long, default_value = "GET", value_parser = method)]
    method: Method,
    /// A request header that the page sets, as name or name:value; may be repeated
    #[arg(long = "header", value_name = "NAME[:VALUE]", value_parser = header)]
    headers: Vec<(HeaderName, HeaderValue)>,
    /// The page fetches with credentials: "include"
    #[arg(long)]
    credentials: bool,
    /// The page listens to upload progress
    #[arg(long)]
    upload: bool,
    /// Seconds to wait for the server
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..))]
    wait: u64,
    /// The URL of a running server (http://…), or a file with a policy (policy.toml)
    target: String,
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> ExitCode {
    // A wrong argument ends here, with 2.
    let question = Question::parse();
    match question.answer().await {
        Ok(Ok(fetched)) => {
            tell("32", &fetched);
            ExitCode::SUCCESS
        }
        Ok(Err(blocked)) => {
            if let Some(error) = question.not_asked(blocked.cause()) {
                eprintln!("why: {error}");
                return ExitCode::from(2);
            }
            tell("31", &blocked);
            ExitCode::from(1)
        }
        Err(error) => {
            eprintln!("why: {error}");
            ExitCode::from(2)
        }
    }
}

impl Question {
    async fn answer(&self) -> Result<Result<Fetched, Blocked>, Error> {
        if self.target.starts_with("http://") {
            let client = Client::builder(TokioExecutor::new()).build_http::<Full<Bytes>>();
            // The client's own message says "connect"; what it met is in the sources.
            let mut server = client.map_err(|error| chain(&error));
            let answer = self.fetch(&mut server, &self.target).await;
            return answer
                .map_err(|error| format!("{} can't be fetched: {error}", self.target).into());
        }
        if self.target.contains("://") {
            let fix = "start the server without TLS, or ask a policy file";
            return Err(format!("{} is not plain http: {fix}", self.target).into());
        }
        let text = std::fs::read_to_string(&self.target).map_err(|error| {
            let target = &self.target;
            format!("no file {target}: {error}; the URL of a server starts with http://")
        })?;
        let layer = layer(&text).map_err(|error| format!("{}: {error}", self.target))?;
        println!("{}", layer.policy());
        let mut server = layer.layer(tower::service_fn(async |_: Request<Full<Bytes>>| {
            Ok::<_, std::convert::Infallible>(Response::new(Full::<Bytes>::default()))
        }));
        let answer = self.fetch(&mut server, "https://server.example/").await?;
        if let Err(blocked) = &answer {
            // What the browser can't know: the policy has something that comes near.
            let last = blocked.exchanges().last().map(|exchange| {
                let (method, headers) = (exchange.method(), exchange.request_headers());
                layer.policy().explain(method, headers)
            });
            if let Some(near) = last.as_ref().and_then(Explanation::nearest_miss) {
                println!("near                {near}\n");
            }
        }
        Ok(answer)
    }

    /// Why there is no answer that a browser would judge, in the words of this command line.
    fn not_asked(&self, cause: &Cause) -> Option<String> {
        let target = &self.target;
        Some(match cause {
            Cause::InvalidPage { problem } => format!(
                "--origin {:?} {problem}: write the origin that the browser shows, as in \
                 https://app.example.com",
                self.origin
            ),
            Cause::InvalidUrl { why } => format!("{target:?} can't be fetched: {why}"),
            Cause::ServiceFailed { message } => {
                format!("{target} gives no answer, is the server running? {message}")
            }
            Cause::TimedOut { limit } => {
                format!(
                    "{target} gives no answer within {limit:?}; --wait says how many seconds to wait"
                )
            }
            _ => return None,
        })
    }

    async fn fetch<S, B>(
        &self,
        server: &mut S,
        url: &str,
    ) -> Result<Result<Fetched, Blocked>, http::Error>
    where
        S: Service<Request<Full<Bytes>>, Response = Response<B>>,
        S::Error: Display,
        B: Body,
        B::Error: Display,
    {
        let mut request = Request::builder().method(&self.method).uri(url);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let mut page = Browser::at(&self.origin).time_limit(Duration::from_secs(self.wait));
        if self.credentials {
            page = page.credentials(CredentialsMode::Include);
        }
        if self.upload {
            page = page.with_upload_listener();
        }
        Ok(page.fetch(server, request.body(Full::default())?).await)
    }
}

fn method(text: &str) -> Result<Method, String> {
    Method::from_bytes(text.as_bytes())
        .map_err(|_| "no method of HTTP, which are words such as PUT".to_owned())
}

fn header(text: &str) -> Result<(HeaderName, HeaderValue), String> {
    let (name, value) = text.split_once(':').unwrap_or((text, "x"));
    let name = HeaderName::from_bytes(name.trim().as_bytes());
    let value = HeaderValue::from_str(value.trim());
    Ok((
        name.map_err(|_| "no header name: write name or name:value".to_owned())?,
        value.map_err(|_| "a value with characters that no header may have".to_owned())?,
    ))
}

/// The layer of a policy file.
fn layer(text: &str) -> Result<CorsLayer, Error> {
    let config: CorsConfig = toml::from_str(text)?;
    Ok(CorsLayer::try_from(config)?)
}

/// An error and all that is behind it.
fn chain(error: &dyn std::error::Error) -> String {
    let mut texts = vec![error.to_string()];
    let mut source = error.source();
    while let Some(error) = source {
        texts.push(error.to_string());
        source = error.source();
    }
    texts.join(": ")
}

/// The answer, its first line in colour on a terminal.
fn tell(colour: &str, answer: &dyn Display) {
    let answer = answer.to_string();
    let (verdict, rest) = answer.split_once('\n').unwrap_or((&answer, ""));
    if std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none() {
        println!("\x1b[1;{colour}m{verdict}\x1b[0m\n{rest}");
    } else {
        println!("{verdict}\n{rest}");
    }
}
