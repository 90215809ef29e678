//! grpc-web for real: the client of the npm registry, in a page, calls tonic across origins.

mod cases;
mod server;

use serde_json::json;

use cases::{Case, Got};
use server::HealthApi;

use crate::bundle::Packages;
use crate::session::Session;
use crate::world::World;

/// The calls of a run, and the page's script that makes them.
pub(crate) struct Calls {
    cases: Vec<Case>,
    script: String,
}

impl Calls {
    /// Those whose name, after `grpc-web: `, contains a text. Where there are any, npm is needed.
    pub(crate) async fn prepare(name: &str, packages: Option<&Packages>) -> Result<Self, String> {
        let mut cases = cases::all();
        cases.retain(|case| is_called(case, name));
        let script = match packages {
            Some(packages) if !cases.is_empty() => packages.bundle("grpc_web/client.js").await?,
            _ => String::new(),
        };
        Ok(Self { cases, script })
    }

    /// Whether a call's name contains a text.
    pub(crate) fn has(name: &str) -> bool {
        cases::all().iter().any(|case| is_called(case, name))
    }

    /// Makes them one after the other, and returns how many are not as they should be.
    pub(crate) async fn run(&self, world: &World, session: &Session) -> Result<usize, String> {
        let engine = session.engine;
        // Each call has a server of its own, and all run at once. So no two have the same port, by which browsers
        // remember preflights.
        let apis = self.cases.iter().map(|case| start(world, case));
        let apis: Vec<HealthApi> = apis.collect::<Result<_, _>>()?;
        let mut failures = 0;
        for (case, api) in self.cases.iter().zip(&apis) {
            let url = world.places.origin(case.page) + "/page";
            let faults = run(session, &url, case, api, &self.script).await?;
            if !faults.is_empty() {
                failures += 1;
                println!("{engine}: \"grpc-web: {}\" fails", case.name);
            }
            for fault in faults {
                println!("    {fault}");
            }
        }
        if !self.cases.is_empty() {
            println!("{engine}: {} calls by grpc-web, {failures} of them fail", self.cases.len());
        }
        Ok(failures)
    }
}

fn is_called(case: &Case, name: &str) -> bool {
    format!("grpc-web: {}", case.name).contains(name)
}

fn start(world: &World, case: &Case) -> Result<HealthApi, String> {
    let policy = case.policy.layer(&world.places);
    HealthApi::start(policy.map_err(|error| format!("the policy \"{}\": {error}", case.policy))?)
}

/// Returns what is not as it should be.
async fn run(
    session: &Session,
    page: &str,
    case: &Case,
    api: &HealthApi,
    script: &str,
) -> Result<Vec<String>, String> {
    // As a script of the page's own: a driver's has a world to itself in some engines.
    const CALL: &str = "
        const [script, call, done] = arguments;
        const element = document.createElement('script');
        element.textContent = script;
        document.head.append(element);
        window.call(call).then(done);
    ";
    session.go(page).await?;
    let mut call = json!(case.call);
    call["url"] = json!(api.url);
    let result = session.run(CALL, vec![json!(script), call]).await?;

    let mut faults = Vec::new();
    match serde_json::from_value::<Got>(result.clone()) {
        Ok(got) if got == case.got => {}
        Ok(got) => faults.push(format!("the client gets {got}; it should get {}", case.got)),
        Err(error) => faults.push(format!("the script says {result}: {error}")),
    }
    let wire = api.wire();
    if wire != case.wire {
        faults.push(format!("{wire:?} reaches the server; it should be {:?}", case.wire));
    }
    Ok(faults)
}

/// The calls for people.
pub(crate) fn markdown() -> String {
    let rows: Vec<String> = cases::all()
        .iter()
        .map(|Case { name, policy, page, got, wire, .. }| {
            format!("| {name} | {policy} | {page} | {got} | {} |\n", wire.join(", "))
        })
        .collect();
    let rows = rows.concat();
    format!(
        "
## grpc-web for real

A page calls a tonic server with [`grpc-web`], the client of the npm registry. The client gets
the same in each engine. An error without a body has its status among the headers. If the client may not read these, a
stream that failed looks like one that ended.

| | policy | page | the client gets | the server gets |
|---|---|---|---|---|
{rows}
[`grpc-web`]: https://www.npmjs.com/package/grpc-web
"
    )
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
            assert!(names.insert(case.name), "two cases have the name {:?}", case.name);
        }
    }
}
