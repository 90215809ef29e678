//! Storage Access headers: what they do for CORS requests.
//! <https://privacycg.github.io/storage-access-headers/>

use fantoccini::Locator;
use serde_json::json;

use crate::engine::Engine;
use crate::matrix::CREDENTIALS;
use crate::permission;
use crate::session::Session;
use crate::world::{Answer, Entry, Page, Scheme, World};

/// A call of a page at another site.
struct Case {
    name: &'static str,
    /// The visitor has let the API's site have its cookies in this page.
    is_granted: bool,
    includes_credentials: bool,
    /// The response has `Activate-Storage-Access: retry`.
    asks_for_retry: bool,
    /// What the requests say, in the order of [`Engine::ALL`].
    says: [&'static [&'static str]; 3],
}

const NOTHING: &[&str] = &["nothing"];
/// WebKit sends third-party cookies under automation, and knows nothing of these headers.
const WEBKIT: &[&str] = &["nothing, cookie"];

const CASES: [Case; 5] = [
    Case {
        name: "without the permission",
        is_granted: false,
        includes_credentials: true,
        asks_for_retry: false,
        says: [&["none"], &["none"], WEBKIT],
    },
    Case {
        name: "without the permission, a retry is asked for",
        is_granted: false,
        includes_credentials: true,
        asks_for_retry: true,
        says: [&["none"], &["none"], WEBKIT],
    },
    Case {
        name: "with the permission",
        is_granted: true,
        includes_credentials: true,
        asks_for_retry: false,
        says: [&["inactive"], &["inactive"], WEBKIT],
    },
    Case {
        name: "with the permission, a retry is asked for",
        is_granted: true,
        includes_credentials: true,
        asks_for_retry: true,
        says: [&["inactive", "active, cookie"], &["inactive", "active, cookie"], WEBKIT],
    },
    Case {
        name: "with the permission, credentials are not included",
        is_granted: true,
        includes_credentials: false,
        asks_for_retry: true,
        says: [NOTHING, NOTHING, NOTHING],
    },
];

/// Whether a case's name, after `storage access: `, contains a text.
pub(crate) fn has(name: &str) -> bool {
    CASES.iter().any(|case| is_called(case, name))
}

fn is_called(case: &Case, name: &str) -> bool {
    format!("storage access: {}", case.name).contains(name)
}

/// Returns how many cases are not as they should be. The API must have set its cookies.
pub(crate) async fn run(world: &World, session: &Session, name: &str) -> Result<usize, String> {
    const CALL: &str = "
        const [url, credentials, done] = arguments;
        fetch(url, { credentials }).then(() => done('reads'), () => done('fails'));
    ";
    let engine = session.engine;
    let api = world.api(&CREDENTIALS, Scheme::Https);
    let page = world.places.origin(Page::Secure);
    session.go(&(api.clone() + "/cookies")).await?;
    session.go(&(page.clone() + "/page")).await?;
    add_frame(session, &(api.clone() + "/page")).await?;
    let mut failures = 0;
    let mut count = 0;
    let mut is_granted = false;
    for (index, case) in CASES.iter().enumerate().filter(|(_, case)| is_called(case, name)) {
        count += 1;
        if case.is_granted && !is_granted {
            grant(session).await?;
            is_granted = true;
        }
        let path = format!("/{}/storage-access-{index}", engine.id());
        let headers = if case.asks_for_retry {
            vec![("activate-storage-access".to_owned(), format!("retry; allowed-origin=\"{page}\""))]
        } else {
            vec![]
        };
        let answer = Answer { headers, ..Answer::default() };
        let url = format!("{api}{path}?{}", answer.query());
        let mode = if case.includes_credentials { "include" } else { "same-origin" };
        let read = session.run(CALL, vec![json!(url), json!(mode)]).await?;
        let said: Vec<String> = world.log.at(&path).iter().map(says).collect();
        if read != "reads" || said != case.says(engine) {
            failures += 1;
            println!("{engine}: \"storage access: {}\" fails", case.name);
            println!(
                "    the page {read}, the requests say {said:?}; they should say {:?}",
                case.says(engine)
            );
        }
    }
    println!("{engine}: {count} calls about storage access, {failures} of them fail");
    Ok(failures)
}

impl Case {
    fn says(&self, engine: Engine) -> &'static [&'static str] {
        let index = Engine::ALL.iter().position(|one| *one == engine).unwrap_or_default();
        self.says[index]
    }
}

fn says(entry: &Entry) -> String {
    let header = |name: &str| entry.headers.get(name).and_then(|value| value.to_str().ok());
    let status = header("sec-fetch-storage-access").unwrap_or("nothing");
    let has_cookie = header("cookie").is_some_and(|cookies| cookies.contains("none=1"));
    format!("{status}{}", if has_cookie { ", cookie" } else { "" })
}

async fn add_frame(session: &Session, url: &str) -> Result<(), String> {
    const ADD: &str = "
        const [url, done] = arguments;
        const frame = document.createElement('iframe');
        frame.src = url;
        frame.addEventListener('load', () => done());
        document.body.append(frame);
    ";
    session.run(ADD, vec![json!(url)]).await.map(drop)
}

/// The permission is that of a frame of the API's site, in this page's.
async fn grant(session: &Session) -> Result<(), String> {
    let fault = |error| format!("{} doesn't enter the frame: {error}", session.engine);
    let frame = session.client.find(Locator::Css("iframe")).await.map_err(fault)?;
    frame.enter_frame().await.map_err(fault)?;
    permission::set(session, "storage-access", "granted").await;
    session.client.enter_parent_frame().await.map_err(fault)
}

/// The cases for people.
pub(crate) fn markdown() -> String {
    let rows = CASES.iter().map(|case| {
        let cells = Engine::ALL.map(|engine| case.says(engine).join("; then "));
        format!("| {} | {} |\n", case.name, cells.join(" | "))
    });
    format!(
        "
## Storage Access headers

With [these headers] a server learns whether its site may have its third-party cookies in the page
(`Sec-Fetch-Storage-Access`), and has the browser send a request again with them (`Activate-Storage-Access: retry`).
Here a page at `https://a.localhost` calls an API at `https://b.localhost`; the table says what the API's requests
say, and whether they have its cookie.

| | Chromium | Firefox | WebKit |
|---|---|---|---|
{}
So they work for CORS requests in Chromium and Firefox. But they give no permission. The visitor gives it to a
frame of the API's site within the page, which calls `document.requestStorageAccess()`; then a request starts
`inactive`, and a retry makes it `active`. An API that only answers `fetch` has no such frame.

The layer doesn't send these headers. They don't decide who may read, they are of use to the few sites that embed
frames of their own in pages of others, and a response that depends on the request's `Sec-Fetch-Storage-Access` needs it
in its `Vary`. Such a site sends the header from its own handler, where the session is missing, to the origins that its
policy allows; the layer leaves it alone. The browser for tests knows them: `Browser::with_storage_access`.

[these headers]: https://privacycg.github.io/storage-access-headers/
",
        rows.collect::<String>()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_is_of_these_cases() {
        let picture = include_str!("../../../docs/browsers.md");
        let cases = markdown();
        assert!(picture.contains(&cases), "--write it anew; it should have:\n{cases}");
    }
}
