//! The properties that `fuzz/` looks for counterexamples to, here on random bytes in every `cargo test`.
//!
//! Each takes its policy, origins and requests out of a string of bytes. So a fuzzer that knows nothing of CORS can
//! search them, and what it finds is replayed here.

mod any_config;
#[cfg(feature = "testing")]
mod browser;
mod choice;
mod config;
#[cfg(feature = "serde")]
mod config_files;
mod explain;
mod fixes;
mod grammar;
mod input;
#[cfg(feature = "lookup")]
mod lookups;
mod matching;
mod oracle;
mod origin_abnf;
mod policy;
mod request_headers;
mod service;
mod writes;

use std::cell::Cell;

use arbitrary::{Result, Unstructured};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

/// Runs a property on random bytes. A property fails with an error of `arbitrary` on bytes that say nothing about it: if
/// that happens with most of them, it tests nothing.
fn on_random_bytes(property: fn(&mut Unstructured<'_>) -> Result<()>) {
    let config = ProptestConfig {
        cases: 8 * ProptestConfig::default().cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let cases = config.cases;
    let reached = Cell::new(0);
    let bytes = prop::collection::vec(any::<u8>(), 0..1024);
    let result = TestRunner::new(config).run(&bytes, |bytes| {
        if property(&mut Unstructured::new(&bytes)).is_ok() {
            reached.set(reached.get() + 1);
        }
        Ok(())
    });
    if let Err(failure) = result {
        panic!("{failure}");
    }
    let reached = reached.get();
    assert!(
        reached > cases / 3,
        "only {reached} of {cases} inputs reached the assertions"
    );
}

#[test]
fn what_parses_prints_back_and_is_what_a_browser_sends() {
    on_random_bytes(grammar::check);
}

#[test]
fn the_set_says_what_a_naive_list_says() {
    on_random_bytes(matching::check);
}

#[test]
fn the_scan_of_names_says_what_a_naive_one_says() {
    on_random_bytes(request_headers::check);
}

#[test]
fn nothing_leaves_the_service_that_the_policy_does_not_say() {
    on_random_bytes(service::check);
}

#[test]
fn no_forged_write_reaches_the_service() {
    on_random_bytes(writes::check);
}

#[test]
fn no_router_finds_another_prefix_than_the_layer() {
    on_random_bytes(choice::check);
}

#[test]
fn a_config_is_read_back_as_one_that_answers_alike() {
    on_random_bytes(config::check);
}

#[test]
fn a_fix_applied_as_written_allows_the_request() {
    on_random_bytes(explain::check);
}

#[test]
fn what_the_abnf_of_fetch_makes_is_read() {
    on_random_bytes(origin_abnf::check);
}

#[cfg(feature = "lookup")]
#[test]
fn a_yes_opens_only_the_policy_that_asked() {
    on_random_bytes(lookups::check);
}

#[cfg(feature = "serde")]
#[test]
fn a_config_survives_every_format() {
    on_random_bytes(config_files::check);
}

#[cfg(feature = "testing")]
#[test]
fn a_browser_lets_a_page_do_only_what_the_policy_says() {
    on_random_bytes(browser::check);
}
