//! What both servers must answer: the same, except for what the layer adds.

use super::exchange::{Answer, Ended, Outcome};

/// Of an answer of the layered server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Expected {
    pub(crate) kind: Kind,
    pub(crate) page: Page,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// The status is the bare server's.
    Actual,
    /// The layer answers in place of the router, with 204 or 403.
    Preflight,
    /// Bytes that may have become either.
    Unknown,
}

/// Whether the policy allows the origin.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Page {
    Allowed,
    Denied,
    /// It depends on the policy in force, or the request doesn't reach the layer.
    Unknown,
}

pub(crate) fn compare(expected: &[Expected], layered: &Outcome, bare: &Outcome) -> Result<(), String> {
    if layered.ended != bare.ended {
        return Err(format!(
            "the connection ended {:?} with the layer, {:?} without",
            layered.ended, bare.ended
        ));
    }
    if matches!(layered.ended, Ended::Garbled) {
        return Err("what the servers sent is not HTTP".to_owned());
    }
    if layered.answers.len() != bare.answers.len() {
        return Err(format!("{} with the layer, {} without", statuses(layered), statuses(bare)));
    }
    let Some(last) = expected.last() else {
        return Err("nothing is expected".to_owned());
    };
    let expected = expected.iter().chain(std::iter::repeat(last));
    for (expected, (layered, bare)) in expected.zip(layered.answers.iter().zip(&bare.answers)) {
        compare_answers(*expected, layered, bare)?;
    }
    Ok(())
}

fn compare_answers(Expected { kind, page }: Expected, layered: &Answer, bare: &Answer) -> Result<(), String> {
    // by the router, and not refused by hyper before it
    let is_answered = (200..300).contains(&bare.status) || bare.status == 404;
    let is_status_right = match (kind, page) {
        (Kind::Preflight, Page::Allowed) if is_answered => layered.status == 204,
        (Kind::Preflight, Page::Denied) if is_answered => layered.status == 403,
        (Kind::Preflight, Page::Unknown) if is_answered => [204, 403].contains(&layered.status),
        (Kind::Unknown, _) if is_answered => [bare.status, 204, 403].contains(&layered.status),
        _ => layered.status == bare.status,
    };
    if !is_status_right {
        return Err(format!(
            "the status {} with the layer, {} without ({kind:?}, {page:?})",
            layered.status, bare.status
        ));
    }
    let values = layered.allow_origin.len();
    let is_count_right = match page {
        Page::Allowed => values == 1,
        Page::Denied => values == 0,
        Page::Unknown => values <= 1,
    };
    if !is_count_right {
        return Err(format!("{values} values of Access-Control-Allow-Origin for an origin that is {page:?}"));
    }
    Ok(())
}

/// In words.
pub(crate) fn statuses(outcome: &Outcome) -> String {
    let mut statuses: Vec<u16> = outcome.answers.iter().map(|answer| answer.status).collect();
    statuses.dedup();
    let words: Vec<String> = statuses.iter().map(u16::to_string).collect();
    match (&*words, &outcome.ended) {
        ([], Ended::ByServer) => "closed".to_owned(),
        ([], Ended::Silent) => "silence".to_owned(),
        ([], _) => "–".to_owned(),
        _ => words.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(answers: &[(u16, usize)]) -> Outcome {
        let answer = |&(status, values)| Answer { status, allow_origin: vec![Vec::new(); values] };
        Outcome { answers: answers.iter().map(answer).collect(), ended: Ended::ByServer }
    }

    #[test]
    fn the_layered_server_answers_as_the_bare_one_but_for_preflights() {
        use Kind::{Actual, Preflight};
        use Page::{Allowed, Denied};
        let rows = [
            ("as the bare one", Actual, Allowed, (200, 1), (200, 0), true),
            ("an error of both", Actual, Denied, (431, 0), (431, 0), true),
            ("an error of its own", Actual, Allowed, (500, 1), (200, 0), false),
            ("no error where the bare one has one", Actual, Allowed, (200, 1), (500, 0), false),
            ("a response without the origin", Actual, Allowed, (200, 0), (200, 0), false),
            ("a response with a denied origin", Actual, Denied, (200, 1), (200, 0), false),
            ("two values", Actual, Page::Unknown, (200, 2), (200, 0), false),
            ("a preflight", Preflight, Allowed, (204, 1), (200, 0), true),
            ("a preflight, denied", Preflight, Denied, (403, 0), (200, 0), true),
            ("a preflight of what isn't there", Preflight, Denied, (403, 0), (404, 0), true),
            ("a preflight that reaches the handler", Preflight, Allowed, (200, 1), (200, 0), false),
            ("a preflight that hyper refuses", Preflight, Denied, (431, 0), (431, 0), true),
            ("mutated", Kind::Unknown, Page::Unknown, (403, 0), (200, 0), true),
            ("mutated and broken", Kind::Unknown, Page::Unknown, (500, 0), (200, 0), false),
        ];
        for (name, kind, page, layered, bare, is_right) in rows {
            let expected = [Expected { kind, page }];
            let compared = compare(&expected, &outcome(&[layered]), &outcome(&[bare]));
            assert_eq!(compared.is_ok(), is_right, "{name}: {compared:?}");
            // the last goes on
            let twice = compare(&expected, &outcome(&[layered; 2]), &outcome(&[bare; 2]));
            assert_eq!(twice.is_ok(), is_right, "{name}: {twice:?}");
            assert!(compare(&expected, &outcome(&[]), &outcome(&[bare])).is_err(), "{name}");
        }
        let silent = Outcome { answers: Vec::new(), ended: Ended::Silent };
        let expected = [Expected { kind: Actual, page: Allowed }];
        assert!(compare(&expected, &silent, &outcome(&[])).is_err());
    }
}
