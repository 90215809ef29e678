//! The matrix for people: `docs/browsers.md`.

use std::fmt::Write;

use crate::engine::Engine;
use crate::matrix::{Departure, HABITS, Row, Subject, Verdict};

/// What an engine made of all rows, in their order.
pub(crate) struct Column {
    pub(crate) engine: Engine,
    pub(crate) version: String,
    pub(crate) verdicts: Vec<Verdict>,
}

pub(crate) fn markdown(subjects: &[Subject], columns: &[Column]) -> String {
    let mut notes = Notes(Vec::new());
    let mut tables = String::new();
    let mut verdicts: Vec<_> = columns.iter().map(|column| column.verdicts.iter()).collect();
    for subject in subjects {
        let engines: Vec<String> = columns.iter().map(|column| column.engine.to_string()).collect();
        let _ = write!(tables, "\n## {}\n\n", subject.title);
        let _ = writeln!(tables, "| | policy | page | by the standard | {} |", engines.join(" | "));
        let _ = writeln!(tables, "|---|---|---|---|{}", "---|".repeat(columns.len()));
        for row in &subject.rows {
            let cells: Vec<String> = verdicts
                .iter_mut()
                .filter_map(Iterator::next)
                .map(|verdict| cell(row, verdict, &mut notes))
                .collect();
            let _ = writeln!(tables, "{}{} |", beginning(row), cells.join(" | "));
        }
    }
    let rows: usize = subjects.iter().map(|subject| subject.rows.len()).sum();
    format!("{}{tables}\n{}", introduction(rows, columns), notes.text())
}

/// A line of the table, up to the engines.
fn beginning(row: &Row) -> String {
    let Row { name, policy, page, .. } = row;
    format!("| {name} | {} | {page} | {} | ", policy.name, row.expected())
}

fn introduction(rows: usize, columns: &[Column]) -> String {
    let mut versions = String::new();
    for Column { engine, version, .. } in columns {
        let _ = writeln!(versions, "| {engine} | {version} |");
    }
    let mut habits = String::new();
    for habit in &HABITS {
        let _ = writeln!(habits, "- {}", sentence(habit));
    }
    format!(
        "\
# What browsers do

<!-- Written by the command below. -->

| engine | version |
|---|---|
{versions}
In each of the {rows} rows, the script of a page calls a real server with this crate's layer, in each engine. What the
script sees and what reaches the server must match the row and the prediction of `tower_cors::testing`. The policy's
`explain` is asked about each request that arrived. It must predict the same outcome, except where the request alone
does not decide it.

```sh
cargo run --manifest-path tests/browsers/Cargo.toml -- --write
```

A `✓` is the outcome of the standard. Bold is another outcome. If an engine does something else, even with the same
outcome, a note says what, and the run asserts that it still does. These habits change no outcome and have no note:

{habits}
| | |
|---|---|
| reads 200 | the script reads the response, of this status |
| reads events, opens, loads | the `EventSource` gets its event, the `WebSocket` opens, the `<script>` loads |
| opaque | the request arrives; the script gets a response that it can't read |
| withheld | the request arrives, and the script gets an error |
| stopped at the preflight | the preflight arrives, the request is never sent |
| not sent | nothing arrives |
| cookie, no cookie | the last request has the cookie that the first response of the row sets, or not |

The app is at `http://a.localhost`, and the APIs are at `http://b.localhost`, each at its own port. A page on the site
of the API is at `http://app.b.localhost`. The policies are in
[policies.rs](../tests/browsers/src/matrix/policies.rs), as calls of the builder. If a policy doesn't name an origin, it
allows the app.

Each row about cookies has its own cookie. The engines treat third-party cookies in three ways: Chromium blocks them
unless they are `Partitioned`, Firefox keeps separate cookies for each site (both as in Debian), and WebKit sends them.
The standard allows them. A bold cell differs from the standard. If it has no note, the model with these settings
(`Browser::third_party_cookies`, `Browser::without_secure_cookies_on_loopback`) predicts it.
"
    )
}

fn cell(row: &Row, verdict: &Verdict, notes: &mut Notes) -> String {
    let outcome = match row.cookie {
        _ if verdict.outcome != row.outcome => format!("**{}**", verdict.outcome),
        Some(is_sent) if is_sent != verdict.has_cookie => {
            if verdict.has_cookie { "**cookie**" } else { "**no cookie**" }.to_owned()
        }
        _ => "✓".to_owned(),
    };
    let departures = verdict.departures.iter().filter(|departure| !departure.is_habit());
    let marks = departures.map(|departure| format!("[^{}]", notes.number(departure)));
    outcome + &marks.collect::<String>()
}

/// Departures by number, in the order in which they come up.
struct Notes(Vec<&'static Departure>);

impl Notes {
    fn number(&mut self, departure: &'static Departure) -> usize {
        let known = self.0.iter().position(|known| known.is(departure));
        known.unwrap_or_else(|| {
            self.0.push(departure);
            self.0.len() - 1
        }) + 1
    }

    fn text(&self) -> String {
        let mut text = String::new();
        for (number, departure) in (1..).zip(&self.0) {
            let _ = writeln!(text, "[^{number}]: {}", sentence(departure));
        }
        text
    }
}

fn sentence(departure: &Departure) -> String {
    let engines: Vec<String> = departure.engines.iter().map(Engine::to_string).collect();
    format!("{} {}.", join(&engines), departure.what)
}

/// `A, B and C`, each of which does it by itself.
fn join(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [before @ .., last] => format!("Each of {} and {last}", before.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matrix::subjects;

    #[test]
    fn the_picture_is_of_these_rows() {
        let picture = include_str!("../../../docs/browsers.md");
        let subjects = subjects();
        let rows: Vec<_> = subjects.iter().flat_map(|subject| &subject.rows).collect();
        for row in &rows {
            assert!(picture.contains(&beginning(row)), "--write it anew: {} is missing", row.name);
        }
        let lines = picture.lines().filter(|line| line.matches(" | ").count() == 6);
        // and each subject's head
        assert_eq!(lines.count(), rows.len() + subjects.len(), "--write it anew: it has other rows too");
    }
}
