//! The properties that `fuzz/` looks for counterexamples to, here on random bytes in every `cargo test`.
//!
//! Each takes its policy, origins and requests out of a string of bytes, so that a fuzzer that knows
//! nothing of CORS can search them, and what it finds is replayed here.

#[cfg(feature = "testing")]
mod browser;
mod choice;
mod config;
#[cfg(feature = "serde")]
mod config_files;
#[cfg(feature = "schemars")]
mod config_schema;
mod explain;
mod fixes;
mod grammar;
mod input;
mod matching;
mod oracle;
mod policy;
mod request_headers;
mod service;

use arbitrary::{Result, Unstructured};
use proptest::prelude::*;

/// Bytes that are too few for a property say nothing about it.
fn on(bytes: &[u8], property: fn(&mut Unstructured<'_>) -> Result<()>) {
    let _ = property(&mut Unstructured::new(bytes));
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..1024)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8 * ProptestConfig::default().cases, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_parses_prints_back_and_is_what_a_browser_sends(bytes in bytes()) {
        on(&bytes, grammar::check);
    }

    #[test]
    fn the_set_says_what_a_naive_list_says(bytes in bytes()) {
        on(&bytes, matching::check);
    }

    #[test]
    fn the_scan_of_names_says_what_a_naive_one_says(bytes in bytes()) {
        on(&bytes, request_headers::check);
    }

    #[test]
    fn nothing_leaves_the_service_that_the_policy_does_not_say(bytes in bytes()) {
        on(&bytes, service::check);
    }

    #[test]
    fn no_spelling_of_a_path_leads_to_another_policy(bytes in bytes()) {
        on(&bytes, choice::check);
    }

    #[test]
    fn a_config_is_read_back_as_one_that_answers_alike(bytes in bytes()) {
        on(&bytes, config::check);
    }

    #[test]
    fn a_fix_applied_as_written_allows_the_request(bytes in bytes()) {
        on(&bytes, explain::check);
    }

    #[cfg(feature = "serde")]
    #[test]
    fn a_config_survives_every_format(bytes in bytes()) {
        on(&bytes, config_files::check);
    }

    #[cfg(feature = "schemars")]
    #[test]
    fn a_valid_config_is_valid_by_the_schema(bytes in bytes()) {
        on(&bytes, config_schema::check);
    }

    #[cfg(feature = "testing")]
    #[test]
    fn a_browser_lets_a_page_do_only_what_the_policy_says(bytes in bytes()) {
        on(&bytes, browser::check);
    }
}
