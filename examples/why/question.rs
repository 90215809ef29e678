//! The question, the browser's answer, and how it is printed.

use std::fmt::{self, Display};
use std::io::IsTerminal;
use std::process::ExitCode;
use std::time::Duration;

use bytes::Bytes;
use clap::Parser;
use http::header::COOKIE;
use http::{HeaderName, HeaderValue, Method, Request, Response};
use http_body::Body;
use http_body_util::Full;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use tower::{Layer, Service, ServiceExt};
use tower_cors::testing::{Blocked, Browser, Cause, CredentialsMode, Fetched, Mistake};
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
    // A wrong argument ends the program here, with code 2.
    let question = Question::parse();
    match question.answer().await {
        Ok(Ok(fetched)) => {
            tell("32", &fetched);
            ExitCode::SUCCESS
        }
        Ok(Err(refusal)) => {
            if let Some(error) = question.not_asked(refusal.blocked.cause()) {
                eprintln!("why: {error}");
                return ExitCode::from(2);
            }
            tell("31", &refusal);
            ExitCode::from(1)
        }
        Err(error) => {
            eprintln!("why: {error}");
            ExitCode::from(2)
        }
    }
}

/// What the browser says, and what only the policy knows.
struct Refusal {
    blocked: Blocked,
    /// From a policy file. The browser sees only responses.
    explanation: Option<Explanation>,
}

impl Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.blocked.to_string();
        let Some(explanation) = &self.explanation else {
            return f.write_str(&text);
        };
        // The browser guesses that a layer is there, and names calls of the builder. The policy knows what is near, and
        // that it is written in keys.
        let near = explanation.nearest_miss();
        let near = near.unwrap_or("no origin of the policy is similar");
        let mut text = text.replace(&Mistake::OriginNotAllowed.to_string(), near);
        if let Some(fix) = explanation.fix() {
            text = text.replacen(self.blocked.fix(), fix, 1);
        }
        if let Some(note) = explanation.note() {
            let standard = "\n  standard    ";
            text = text.replacen(standard, &format!("\n  note        {note}{standard}"), 1);
        }
        f.write_str(&text)
    }
}

impl Question {
    async fn answer(&self) -> Result<Result<Fetched, Refusal>, Error> {
        if self.target.starts_with("http://") {
            let client = Client::builder(TokioExecutor::new()).build_http::<Full<Bytes>>();
            // The client's own message is "connect". The reason is in its sources.
            let mut server = client.map_err(|error| chain(&error));
            let answer = self.fetch(&mut server, &self.target).await;
            let answer =
                answer.map_err(|error| format!("{} can't be fetched: {error}", self.target))?;
            let explanation = None;
            return Ok(answer.map_err(|blocked| Refusal {
                blocked,
                explanation,
            }));
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
        Ok(answer.map_err(|blocked| Refusal {
            explanation: self.explain(&layer, &blocked),
            blocked,
        }))
    }

    /// What the policy says about the request that failed. `None` if the policy allows it.
    fn explain(&self, layer: &CorsLayer, blocked: &Blocked) -> Option<Explanation> {
        let exchange = blocked.exchanges().last()?;
        let mut headers = exchange.request_headers().clone();
        if self.credentials && !exchange.is_preflight() {
            // The page has no cookies here, but it asks with credentials.
            headers.insert(COOKIE, HeaderValue::from_static("a=b"));
        }
        let explanation = layer.policy().explain(exchange.method(), &headers);
        (!explanation.is_allowed()).then_some(explanation)
    }

    /// Why there is no answer for a browser to judge, with the options of this command line.
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
                format!("{target} does not answer; is the server running? {message}")
            }
            Cause::TimedOut { limit } => {
                format!(
                    "{target} does not answer within {limit:?}; --wait sets how many seconds to wait"
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
        .map_err(|_| "not an HTTP method: write a word such as PUT".to_owned())
}

fn header(text: &str) -> Result<(HeaderName, HeaderValue), String> {
    let (name, value) = text.split_once(':').unwrap_or((text, "x"));
    let name = HeaderName::from_bytes(name.trim().as_bytes());
    let value = HeaderValue::from_str(value.trim());
    Ok((
        name.map_err(|_| "not a header name: write name or name:value".to_owned())?,
        value.map_err(|_| "the value has characters that a header must not have".to_owned())?,
    ))
}

/// The layer of a policy file.
fn layer(text: &str) -> Result<CorsLayer, Error> {
    let config: CorsConfig = toml::from_str(text)?;
    Ok(CorsLayer::try_from(config)?)
}

/// An error and its sources.
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
