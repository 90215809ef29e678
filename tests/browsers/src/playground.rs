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

/// The presets in their order: how each ends, and what is said about it.
const PRESETS: [(&str, &[&str]); 10] = [
    ("Blocked by the browser", &["is not allowed", "add .allow_origins("]),
    ("The policy is refused", &["has a trailing slash; an origin ends after the host and port"]),
    ("The policy is refused", &["cannot be combined with `credentials`"]),
    ("Blocked by the browser", &["the method \"PUT\" is not allowed", "add .allow_methods([\"PUT\"])"]),
    (
        "Blocked by the browser",
        &["\"content-type\" is not allowed", "add .allow_headers([\"content-type\"])"],
    ),
    ("Blocked by the browser", &["\"PATCH\" is allowed, and methods are case-sensitive"]),
    ("The page got its response", &["status 401"]),
    ("Blocked by the browser", &["the script asked for credentials", "add .allow_credentials()"]),
    ("The page got its response", &["status 200"]),
    ("The page got its response", &["etag, x-total", ".expose_headers([\"etag\", \"x-total\"])"]),
];

/// Clicks the button and waits until the page has said what came of it: the verdict, and what is wrong
/// with the fields.
const CLICK: &str = "
    const [index, done] = arguments;
    const button = document.querySelectorAll('#presets button')[index];
    const outcome = document.getElementById('outcome');
    outcome.replaceChildren();
    button.click();
    const wait = () => {
        if (outcome.innerText === '') return setTimeout(wait, 20);
        const errors = [...document.querySelectorAll('.error')].map((place) => place.textContent);
        const exchanges = document.getElementById('exchanges').innerText;
        done({ heading: outcome.querySelector('h3').innerText, text: outcome.innerText + errors.join(), exchanges });
    };
    wait();
";

pub(crate) async fn check(session: &Session, picture: Option<&Path>) -> Result<(), String> {
    let (_process, url) = start().await?;
    session.go(&url).await?;
    for (index, (heading, words)) in PRESETS.iter().enumerate() {
        let said = session.run(CLICK, vec![index.into()]).await?;
        let text = said["text"].as_str().unwrap_or_default();
        if said["heading"] != *heading || !words.iter().all(|words| text.contains(words)) {
            return Err(format!("preset {} of the playground says: {said:#}", index + 1));
        }
        let is_refused = *heading == "The policy is refused";
        let exchanges = said["exchanges"].as_str().unwrap_or_default();
        if is_refused != exchanges.is_empty()
            || !(is_refused || exchanges.contains("origin: http://localhost"))
        {
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
    session.client.set_window_size(1280, 1000).await.map_err(|error| failed(&error))?;
    session.run(CLICK, vec![Value::from(5)]).await?;
    session.run("window.scrollTo(0, 0); arguments[0]();", vec![]).await?;
    let picture = session.client.screenshot().await.map_err(|error| failed(&error))?;
    std::fs::write(path, picture).map_err(|error| failed(&error))
}
