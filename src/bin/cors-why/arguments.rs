//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use http::{HeaderName, HeaderValue, Method};
use url::Url;

/// What does a browser do with this request, why, and what fixes it?
#[derive(Parser)]
#[command(
    name = "cors-why",
    version,
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    arg_required_else_help = true,
    disable_help_subcommand = true,
    max_term_width = 100,
    override_usage = "cors-why --from <ORIGIN> [OPTIONS] <URL>\n       \
                      cors-why --from <ORIGIN> [OPTIONS] --policy <FILE> [URL]\n       \
                      cors-why audit --from <ORIGIN> [OPTIONS] <URL> [PATH]...",
    long_about = include_str!("help/about.txt"),
    after_long_help = include_str!("help/after.txt"),
    after_help = "--help explains more, with examples."
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) question: Option<Question>,
    #[command(flatten)]
    pub(crate) common: Common,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Looks for the usual CORS mistakes of a server, with requests from hostile origins
    #[command(
        max_term_width = 100,
        override_usage = "cors-why audit --from <ORIGIN> [OPTIONS] <URL> [PATH]...",
        long_about = include_str!("help/audit.txt")
    )]
    Audit(AuditArguments),
}

#[derive(Args)]
pub(crate) struct Question {
    /// The URL that the page fetches
    #[arg(value_parser = url, required_unless_present = "policy")]
    pub(crate) url: Option<Url>,
    /// The origin of the page: scheme, host and port, as its address bar shows them; null for a local file
    #[arg(long, value_name = "ORIGIN")]
    pub(crate) from: String,
    /// The method of the fetch
    #[arg(long, default_value = "GET", value_parser = method)]
    pub(crate) method: Method,
    /// A header that the page's script sets; may be repeated. Without a value, content-type is application/json, and
    /// others are x
    #[arg(long = "header", value_name = "NAME[:VALUE]", value_parser = header)]
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    /// The page fetches with credentials: "include" (or withCredentials)
    #[arg(long)]
    pub(crate) credentials: bool,
    /// A cookie of the server, as in Set-Cookie: is it sent, and stored? May be repeated
    #[arg(long = "cookie", value_name = "SET-COOKIE")]
    pub(crate) cookies: Vec<String>,
    /// Whose rules count for third-party cookies and for servers on this machine. Without it, those of the standards
    #[arg(long, value_enum)]
    pub(crate) browser: Option<BrowserName>,
    /// Prints what would be sent, and sends nothing
    #[arg(long, conflicts_with = "policy")]
    pub(crate) dry_run: bool,
    /// Stops at the first redirect
    #[arg(long)]
    pub(crate) no_redirects: bool,
    /// Asks a policy of tower-cors, a TOML file, in place of a server. Sends nothing
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct AuditArguments {
    /// The server
    #[arg(value_parser = url)]
    pub(crate) url: Url,
    /// The paths to audit. Without any, that of the URL
    #[arg(value_name = "PATH", value_parser = path)]
    pub(crate) paths: Vec<String>,
    /// The origin of a page that may call the server
    #[arg(long, value_name = "ORIGIN")]
    pub(crate) from: String,
    /// The most requests to send
    #[arg(long, value_name = "COUNT", default_value_t = 200)]
    pub(crate) requests: usize,
}

/// For questions and audits.
#[derive(Args)]
pub(crate) struct Common {
    /// Prints JSON, for scripts
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// How long a connection and the head of its response may take
    #[arg(long, global = true, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..))]
    timeout: u16,
}

impl Common {
    pub(crate) fn limit(&self) -> Duration {
        Duration::from_secs(self.timeout.into())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum BrowserName {
    Chromium,
    Firefox,
    Safari,
}

fn url(text: &str) -> Result<Url, String> {
    if !text.contains("://") {
        return Err("write the whole URL, with http:// or https://".to_owned());
    }
    let url = Url::parse(text).map_err(|error| error.to_string())?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err("fetch() takes URLs with http:// and https://".to_owned());
    }
    Ok(url)
}

/// A path of the named server. `//host` would be another server.
fn path(text: &str) -> Result<String, String> {
    if text.starts_with('/') && !text.starts_with("//") && !text.contains('\\') {
        Ok(text.to_owned())
    } else {
        Err("write a path of the server, such as /items".to_owned())
    }
}

fn method(text: &str) -> Result<Method, String> {
    Method::from_bytes(text.as_bytes()).map_err(|_| "write a method, such as PUT".to_owned())
}

fn header(text: &str) -> Result<(HeaderName, HeaderValue), String> {
    let (name, value) = match text.split_once(':') {
        Some((name, value)) => (name.trim(), value.trim()),
        None if text.eq_ignore_ascii_case("content-type") => (text, "application/json"),
        None => (text, "x"),
    };
    Ok((
        HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| "write the name of a header, or name:value".to_owned())?,
        HeaderValue::from_str(value)
            .map_err(|_| "the value has a character that no header can have".to_owned())?,
    ))
}
