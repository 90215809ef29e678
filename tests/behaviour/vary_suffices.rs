//! `Vary` suffices: two requests that differ only in headers that it doesn't name get the same answer.
//!
//! Exhaustive: every policy, every combination of the values of every header that a policy can look at,
//! each changed in turn. The host is part of a cache's key, and stays the same.

use http::{HeaderMap, StatusCode};

use crate::everything::{Choice, LOOKED_AT, METHODS, ask, choices, policies};
use crate::support::send_through;

fn index_of(choice: &Choice) -> usize {
    LOOKED_AT
        .iter()
        .zip(choice)
        .fold(0, |index, ((_, values), value)| {
            index * values.len() + value
        })
}

fn names_in_vary(headers: &HeaderMap, name: &str) -> bool {
    headers.get_all("vary").iter().any(|line| {
        line.to_str()
            .unwrap()
            .split(',')
            .any(|member| member.trim() == name)
    })
}

#[tokio::test]
async fn what_it_does_not_name_makes_no_difference() {
    let choices = choices();
    assert_eq!(choices.len(), 1080);
    for (policy, cors) in policies() {
        for method in METHODS {
            let mut answers: Vec<(StatusCode, HeaderMap, usize)> = Vec::new();
            for choice in &choices {
                let (answer, calls) =
                    send_through(&cors, ask(method, choice), &[("vary", "accept")]).await;
                answers.push((answer.status(), answer.headers().clone(), calls));
            }
            for (choice, answer) in choices.iter().zip(&answers) {
                for (place, (name, values)) in LOOKED_AT.iter().enumerate() {
                    if names_in_vary(&answer.1, name) {
                        continue;
                    }
                    for value in 0..values.len() {
                        let mut other = *choice;
                        other[place] = value;
                        assert_eq!(
                            *answer,
                            answers[index_of(&other)],
                            "{policy}, {method}: {name} is not in Vary, and {choice:?} differs from {other:?}"
                        );
                    }
                }
            }
        }
    }
}
