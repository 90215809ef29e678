//! The properties of `tests/properties`, each a function of the bytes that a fuzzer gives it.

use arbitrary::Unstructured;

macro_rules! modules {
    ($($file:literal $name:ident;)*) => { $(#[path = $file] mod $name;)* };
}

modules! {
    "../../tests/properties/any_config.rs" any_config;
    "../../tests/properties/browser.rs" browser;
    "../../tests/properties/choice.rs" choice;
    "../../tests/properties/config.rs" config;
    "../../tests/properties/config_files.rs" config_files;
    "../../tests/properties/explain.rs" explain;
    "../../tests/properties/fixes.rs" fixes;
    "../../tests/properties/grammar.rs" grammar;
    "../../tests/properties/input.rs" input;
    "../../tests/properties/lookups.rs" lookups;
    "../../tests/properties/matching.rs" matching;
    "../../tests/properties/oracle.rs" oracle;
    "../../tests/properties/policy.rs" policy;
    "../../tests/properties/request_headers.rs" request_headers;
    "../../tests/properties/service.rs" service;
    "../../tests/properties/writes.rs" writes;
}

macro_rules! properties {
    ($($(#[$doc:meta])* $name:ident;)*) => {
        $($(#[$doc])* pub fn $name(bytes: &[u8]) {
            // Bytes that are too few for a property say nothing about it.
            let _ = $name::check(&mut Unstructured::new(bytes));
        })*
    };
}

properties! {
    /// A model of the Fetch client lets a page do only what the policy says.
    browser;
    /// No router finds another prefix than the layer, unless the layer says that nobody is allowed.
    choice;
    /// What is read back from a policy makes one that answers alike.
    config;
    /// A config is what it was after it has been written and read, in every format.
    config_files;
    /// The fix that an explanation names, applied as written, allows the request.
    explain;
    /// What parses prints back to itself, and is what a browser sends.
    grammar;
    /// The compiled set says what a naive list says.
    matching;
    /// The scan of a preflight's names says what a naive one says.
    request_headers;
}

/// Nothing leaves the service that the policy doesn't say, a look-up opens only the policy that asked it, and no forged
/// write reaches the handler.
pub fn service(bytes: &[u8]) {
    let _ = service::check(&mut Unstructured::new(bytes));
    let _ = lookups::check(&mut Unstructured::new(bytes));
    let _ = writes::check(&mut Unstructured::new(bytes));
}
