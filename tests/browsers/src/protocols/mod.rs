//! Protocols for real: their clients of the npm registry, in a page, call servers across origins.

mod cases;
mod servers;
mod wire;

use std::collections::HashMap;

use serde_json::json;

use cases::{Case, Protocol};
use wire::Api;

use crate::bundle::Packages;
use crate::session::Session;
use crate::world::World;

/// The calls of a run, and the page's scripts that make them.
pub(crate) struct Protocols {
    cases: Vec<Case>,
    scripts: HashMap<Protocol, String>,
}

impl Protocols {
    /// Those whose name, after `MCP: ` and the like, contains a text. Where there are any, npm is needed.
    pub(crate) async fn prepare(name: &str, packages: Option<&Packages>) -> Result<Self, String> {
        let mut cases = cases::all();
        cases.retain(|case| case.is_called(name));
        let mut scripts = HashMap::new();
        if let Some(packages) = packages {
            for protocol in Protocol::ALL {
                if cases.iter().any(|case| case.protocol == protocol) {
                    scripts.insert(protocol, packages.bundle(protocol.script()).await?);
                }
            }
        }
        Ok(Self { cases, scripts })
    }

    /// Whether a call's name contains a text.
    pub(crate) fn has(name: &str) -> bool {
        cases::all().iter().any(|case| case.is_called(name))
    }

    /// Makes them one after the other, and returns how many are not as they should be.
    pub(crate) async fn run(&self, world: &World, session: &Session) -> Result<usize, String> {
        let engine = session.engine;
        let mut failures = 0;
        // Each call has a server of its own, and all run at once. So no two have the same port, by which browsers
        // remember preflights.
        let apis: Vec<Api> =
            self.cases.iter().map(|case| self.start(world, case)).collect::<Result<_, _>>()?;
        for (case, api) in self.cases.iter().zip(&apis) {
            let page = world.places.origin(case.page) + "/page";
            let faults = run(session, &page, case, api).await?;
            if !faults.is_empty() {
                failures += 1;
                println!("{engine}: \"{}: {}\" fails", case.protocol, case.name);
            }
            for fault in faults {
                println!("    {fault}");
            }
        }
        if !self.cases.is_empty() {
            println!("{engine}: {} calls by other protocols, {failures} of them fail", self.cases.len());
        }
        Ok(failures)
    }

    fn start(&self, world: &World, case: &Case) -> Result<Api, String> {
        let cors = case.layer(&world.places);
        let cors = cors.map_err(|error| format!("the policy \"{}\": {error}", case.policy.name))?;
        let script = self.scripts.get(&case.protocol).cloned().unwrap_or_default();
        Api::start(case.router(), cors, script)
    }
}

/// Returns what is not as it should be.
async fn run(session: &Session, page: &str, case: &Case, api: &Api) -> Result<Vec<String>, String> {
    const CALL: &str = "
        const [options, done] = arguments;
        const script = document.createElement('script');
        script.src = `${options.url}/client.js`;
        script.addEventListener('load', () => window.call(options).then(done));
        script.addEventListener('error', () => done('the script does not load'));
        document.head.append(script);
    ";
    session.go(page).await?;
    let options = json!({ "url": api.url, "act": case.act, "service": case.service });
    let said = session.run(CALL, vec![options]).await?;

    let mut faults = Vec::new();
    if said != case.says {
        faults.push(format!("the client says {said}; it should say {:?}", case.says));
    }
    let wire = api.wire();
    if wire != case.wire {
        faults.push(format!("{wire:?} reaches the server; it should be {:?}", case.wire));
    }
    Ok(faults)
}

/// The calls for people.
pub(crate) fn markdown() -> String {
    let cases = cases::all();
    let tables = Protocol::ALL.map(|protocol| {
        let rows = cases.iter().filter(|case| case.protocol == protocol);
        let rows = rows.map(|Case { name, policy, page, says, wire, .. }| {
            format!("| {name} | {} | {page} | {says} | {} |\n", policy.name, wire.join(", "))
        });
        format!(
            "
## {protocol}

{}

| | policy | page | the client says | the server gets, and answers |
|---|---|---|---|---|
{}",
            protocol.about(),
            rows.collect::<String>()
        )
    });
    tables.concat()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_picture_is_of_these_calls() {
        let picture = include_str!("../../../../docs/browsers.md");
        let calls = markdown();
        assert!(picture.contains(&calls), "--write it anew; it should have:\n{calls}");
    }

    #[test]
    fn each_case_has_a_name_to_itself() {
        let mut names = BTreeSet::new();
        for case in cases::all() {
            assert!(names.insert((case.protocol.to_string(), case.name)), "two cases are {:?}", case.name);
        }
    }
}
