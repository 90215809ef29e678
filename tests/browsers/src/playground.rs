//! The example `playground`, used as a person would: opened, its presets clicked, the code copied.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use fantoccini::Locator;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::session::Session;

/// The example may have to be built first.
const PATIENCE: Duration = Duration::from_secs(300);

const BLOCKED: &str = "Blocked by the browser";
const REFUSED: &str = "The policy is refused";
const READ: &str = "The page can read the response";
const HIDDEN: &str = "The page can read the response, but not etag and x-total";
const AWAY: &str = "no server answers there";
const COOKIE: &str = "The cookie came along";
const NO_COOKIE: &str = "The response can be read, but the cookie is missing";

/// The presets in their order: how each of their requests ends, and what is said about them.
const PRESETS: [(&[&str], &[&str]); 18] = [
    (&[BLOCKED], &["is not allowed", "but the page is on", "to origins"]),
    (&[REFUSED], &["has a trailing slash; an origin ends after the host and port"]),
    (&[REFUSED], &["cannot be combined with `credentials`", ".allow_credentials()"]),
    (&[BLOCKED, READ], &["the preflight got 401", "put the layer around", "status 200"]),
    (&[BLOCKED, READ], &["this 401 has no CORS header", "status 401"]),
    (&[BLOCKED], &["\"content-type\" is not allowed", "add \"content-type\" to headers"]),
    (&[BLOCKED], &["\"PATCH\" is allowed, and methods are case-sensitive"]),
    (&[BLOCKED, READ], &["allows https://other-page.example", "status 200"]),
    (&[BLOCKED, READ], &["Access-Control-Allow-Origin twice", "status 200"]),
    (&[HIDDEN], &["etag, x-total", ".expose_headers([\"etag\", \"x-total\"])"]),
    (&[BLOCKED, BLOCKED], &["the script asks for credentials", "add .allow_credentials()"]),
    (&[READ, NO_COOKIE], &["SameSite=Lax", "SameSite=None; Secure"]),
    (&[READ, COOKIE], &["status 200"]),
    (&[BLOCKED], &["may not write"]),
    (&[READ], &["status 200"]),
    (&[BLOCKED], &["not reached under the host"]),
    (&[BLOCKED], &[AWAY]),
    (&[BLOCKED], &["502"]),
];

/// Clicks the button and waits until the page has said what came of it.
const CLICK: &str = "
    const [index, done] = arguments;
    const button = document.querySelectorAll('#presets button')[index];
    const outcome = document.getElementById('outcome');
    outcome.replaceChildren();
    button.click();
    const wait = () => {
        if (outcome.innerText === '') return setTimeout(wait, 20);
        const exchanges = document.getElementById('exchanges').innerText;
        const headings = [...outcome.querySelectorAll('h3')].map((heading) => heading.innerText);
        done({ headings, text: outcome.innerText, exchanges });
    };
    wait();
";

pub(crate) async fn check(session: &Session, picture: Option<&Path>) -> Result<(), String> {
    let (_process, url) = start().await?;
    session.go(&url).await?;
    for (index, (headings, words)) in PRESETS.iter().enumerate() {
        let said = session.run(CLICK, vec![index.into()]).await?;
        let text = said["text"].as_str().unwrap_or_default();
        if said["headings"] != Value::from(headings.to_vec())
            || !words.iter().all(|words| text.contains(words))
        {
            return Err(format!("preset {} of the playground says: {said:#}", index + 1));
        }
        let is_sent = headings[0] != REFUSED && !words.contains(&AWAY);
        let exchanges = said["exchanges"].as_str().unwrap_or_default();
        if is_sent == exchanges.is_empty() || is_sent != exchanges.contains("origin: http://localhost") {
            return Err(format!("preset {} of the playground shows: {exchanges}", index + 1));
        }
    }
    copy_code(session).await?;
    if let Some(path) = picture {
        take_picture(session, path).await?;
    }
    println!("{}: the playground shows what it should", session.engine);
    Ok(())
}

/// Runs the example on ports that are free. Its processes end with the others.
async fn start() -> Result<(Child, String), String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let failed = |what: String| format!("the playground doesn't start: {what}");
    let mut process = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--locked", "--example", "playground"])
        .current_dir(root)
        .env("PORT", "0")
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| failed(error.to_string()))?;
    let stdout = process.stdout.take().ok_or_else(|| failed("it has no output".into()))?;
    let mut lines = BufReader::new(stdout).lines();
    let line = tokio::time::timeout(PATIENCE, lines.next_line()).await;
    let line = line.map_err(|_| failed("it says nothing".into()))?;
    let line = line.map_err(|error| failed(error.to_string()))?.unwrap_or_default();
    match line.strip_prefix("Open ") {
        Some(url) => Ok((process, url.to_owned())),
        None => Err(failed(format!("it says {line:?}"))),
    }
}

/// Copies by the button and pastes by the keyboard: what arrives is the code that is shown.
async fn copy_code(session: &Session) -> Result<(), String> {
    let failed = |error: fantoccini::error::CmdError| format!("the code can't be copied: {error}");
    let client = &session.client;
    client.find(Locator::Id("copy")).await.map_err(failed)?.click().await.map_err(failed)?;
    let copied = client.wait().for_element(Locator::XPath("//*[@id='copied' and text()='Copied.']"));
    copied.await.map_err(failed)?;
    let field = client.find(Locator::Id("request-headers")).await.map_err(failed)?;
    field.clear().await.map_err(failed)?;
    field.send_keys("\u{e009}v").await.map_err(failed)?;
    let texts = "arguments[0]([document.getElementById('code').textContent,
        document.getElementById('request-headers').value])";
    let texts = session.run(texts, vec![]).await?;
    if texts[0] != texts[1] || !texts[0].as_str().is_some_and(|code| code.ends_with(".build()?;")) {
        return Err(format!("what was copied isn't the code: {texts:#}"));
    }
    Ok(())
}

async fn take_picture(session: &Session, path: &Path) -> Result<(), String> {
    let failed = |error: &dyn std::fmt::Display| format!("no picture of the playground: {error}");
    // High enough for the lines of the wire log.
    session.client.set_window_size(1200, 1240).await.map_err(|error| failed(&error))?;
    session.run(CLICK, vec![Value::from(6)]).await?;
    session.run("window.scrollTo(0, 0); arguments[0]();", vec![]).await?;
    let picture = session.client.screenshot().await.map_err(|error| failed(&error))?;
    std::fs::write(path, picture).map_err(|error| failed(&error))
}
