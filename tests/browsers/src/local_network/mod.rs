//! Local network access: what becomes of a page's request to this machine or its network.
//!
//! Browsers go by addresses, so the pages need one on the internet. The cases run in a network namespace whose
//! loopback interface has three addresses: one of the internet, one of a private network, and 127.0.0.1.

mod cases;
mod network;

use std::collections::BTreeSet;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use cases::{Case, Outcome};
use network::{Network, Space};

use crate::engine::Engine;
use crate::permission;
use crate::session::Session;

/// Whether a case's name, after `local network: `, contains a text.
pub(crate) fn has(name: &str) -> bool {
    cases::all().iter().any(|case| is_called(case, name))
}

fn is_called(case: &Case, name: &str) -> bool {
    format!("local network: {}", case.name()).contains(name)
}

/// Runs this program in a network namespace of its own. Returns how many cases are not as they should be.
pub(crate) fn run(engine: Engine, name: &str) -> Result<usize, String> {
    let program = std::env::current_exe().map_err(|error| format!("no path of this program: {error}"))?;
    let addresses =
        Space::ALL.iter().filter(|space| **space != Space::Loopback).fold(String::new(), |script, space| {
            script + &format!("ip address add {}/32 dev lo && ", space.address())
        });
    let script = format!("ip link set lo up && {addresses}exec \"$@\"");
    let status = Command::new("unshare")
        .args(["--net", "sh", "-c", &script, "sh"])
        .arg(program)
        .args(["--in-namespace", "--engine", engine.id(), "--row", name])
        .stdin(Stdio::null())
        .status()
        .map_err(|error| format!("no network namespace: {error}. On Debian: apt-get install iproute2"))?;
    match status.code() {
        Some(0) => Ok(0),
        Some(code) if code > CODE_OF_FAULTS.into() => {
            Ok(usize::try_from(code - i32::from(CODE_OF_FAULTS)).unwrap_or(1))
        }
        _ => Err(format!("the cases of the local network end with {status}; they need root")),
    }
}

/// A program's exit code says how many cases are not as they should be, beyond this. A panic's is below.
pub(crate) const CODE_OF_FAULTS: u8 = 150;

/// Returns how many cases are not as they should be. It must run in a namespace that [`run`] made.
pub(crate) async fn run_in_namespace(session: &Session, name: &str) -> Result<usize, String> {
    let engine = session.engine;
    let network = Network::start()?;
    let mut cases = cases::all();
    cases.retain(|case| is_called(case, name));
    let mut failures = 0;
    for case in &cases {
        let faults = run_case(session, &network, case).await?;
        if !faults.is_empty() {
            failures += 1;
            println!("{engine}: \"local network: {}\" fails", case.name());
        }
        for fault in faults {
            println!("    {fault}");
        }
    }
    println!("{engine}: {} calls to local networks, {failures} of them fail", cases.len());
    Ok(failures)
}

async fn run_case(session: &Session, network: &Network, case: &Case) -> Result<Vec<String>, String> {
    /// Who waits for the visitor's answer waits longer than this. Nobody answers here.
    const CALL: &str = "
        const [url, headers, done] = arguments;
        const ask = (name) => navigator.permissions.query({ name }).then(({ state }) => state, () => 'unknown');
        const states = Promise.all(['loopback-network', 'local-network'].map(ask));
        const wait = new Promise((resolve) => setTimeout(() => resolve('waits'), 4000));
        states.then((states) => {
          const got = fetch(url, { headers }).then(() => 'reads', () => 'fails');
          Promise.race([got, wait]).then((came) => done({ came, states }));
        });
    ";
    session.go(&(network.origin(case.page) + "/page")).await?;
    for name in ["loopback-network", "local-network"] {
        permission::set(session, name, case.answer.state()).await;
    }
    network.forget();
    let url = network.origin(case.target) + if case.is_allowed { "/open" } else { "/closed" };
    let headers = if case.has_header { json!({ "x-own": "1" }) } else { json!({}) };
    let said = session.run(CALL, vec![json!(url), headers]).await?;

    let outcome = outcome(session.engine, &said, &network.arrived());
    let expected = case.outcome(session.engine);
    let mut faults = Vec::new();
    if outcome != expected {
        faults.push(format!("it ends \"{outcome}\", and should \"{expected}\": {said}"));
    }
    let arrived: BTreeSet<String> = network.arrived().into_iter().collect();
    let should: BTreeSet<String> = case.arrives(expected).iter().map(|text| (*text).to_owned()).collect();
    if arrived != should {
        faults.push(format!("{arrived:?} reaches the server; it should be {should:?}"));
    }
    Ok(faults)
}

/// Firefox waits for its visitor. Chromium without a window has one who turns away at once; its page knows
/// beforehand whether one would be asked.
fn outcome(engine: Engine, said: &Value, arrived: &[String]) -> Outcome {
    let would_ask = said["states"].as_array().into_iter().flatten().any(|state| state == "prompt");
    match said["came"].as_str() {
        Some("reads") => Outcome::Reads,
        Some("waits") if arrived.is_empty() => Outcome::AsksVisitor,
        Some("fails") if !arrived.is_empty() => Outcome::Withheld,
        Some("fails") if engine == Engine::Chromium && would_ask => Outcome::AsksVisitor,
        _ => Outcome::Blocked,
    }
}

/// The cases for people.
pub(crate) fn markdown() -> String {
    let cases = cases::all();
    let rows = cases.iter().map(|case| {
        let outcomes = Engine::ALL.map(|engine| case.outcome(engine).to_string());
        format!("| {} | {} | {} |\n", case.name(), case.answer, outcomes.join(" | "))
    });
    format!(
        "
## Local network access

A browser asks its visitor before a page on the internet may reach this machine (*loopback*) or its network
(*local*). The visitor's answer is the permission [`loopback-network` or `local-network`]. The server can't give it,
and learns nothing of it: no engine sends `Access-Control-Request-Private-Network`, the preflight header of the
draft [Private Network Access] that came before. So [`allow_private_network()`] changes nothing in these engines.
Once the visitor has allowed it, the request is an ordinary CORS request, and the policy decides as ever.

Pages and servers here have addresses in a network namespace: {} for the internet, {} for the local network, and
127.0.0.1. Every server allows every origin, if the row doesn't say otherwise. Nothing arrives where the visitor
is asked, nor where the request is blocked.

| page → server | the visitor | Chromium | Firefox | WebKit |
|---|---|---|---|---|
{}
- Chromium asks https pages only: it blocks the request of an http page on the internet.
- Firefox blocks http on the local network for an https page, as mixed content, whatever the visitor says.
- WebKit asks nobody. It blocks http for an https page, even on loopback.
- From the local network to loopback, and the other way, no engine asks.

The browser for tests does the same: [`Browser::local_network_access`].

What a server at home can do:

- Serve its own page: a page of the same address space is not asked about, and one of the same origin needs no CORS.
- Serve https, with a certificate for a public name that resolves to the private address. All engines take it from
  an https page; Chromium and Firefox ask the visitor first.
- Let the page say so: `fetch(url, {{ targetAddressSpace: \"local\" }})`. By Chrome's documentation it lets an https
  page reach http on the local network by any name, once the visitor allows it. Private addresses, as in the rows
  above, and `.local` names need no such hint.
- Tell the visitor beforehand what the question is for. The page finds out by
  `navigator.permissions.query({{ name: \"local-network\" }})`.
- Call out instead: a connection from home to a public server (WebSocket, tunnel) that pages can call.

[`loopback-network` or `local-network`]: https://wicg.github.io/local-network-access/
[`Browser::local_network_access`]: https://docs.rs/tower-cors/latest/tower_cors/testing/struct.Browser.html#method.local_network_access
[Private Network Access]: https://wicg.github.io/private-network-access/
[`allow_private_network()`]: https://docs.rs/tower-cors/latest/tower_cors/struct.CorsBuilder.html#method.allow_private_network
",
        Space::Public.address(),
        Space::Local.address(),
        rows.collect::<String>(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_is_of_these_cases() {
        let picture = include_str!("../../../../docs/browsers.md");
        let cases = markdown();
        assert!(picture.contains(&cases), "--write it anew; it should have:\n{cases}");
    }

    #[test]
    fn each_case_has_a_name_to_itself() {
        let mut names = BTreeSet::new();
        for case in cases::all() {
            assert!(names.insert((case.name(), case.answer.to_string())), "two cases are {:?}", case.name());
        }
    }
}
