//! What the layer does, seen from outside: one module per behaviour.

#![allow(
    clippy::wildcard_imports,
    reason = "the files of a folder share the helpers of its `mod.rs`"
)]

mod actual;
mod answer;
mod builder;
mod cancellation;
mod choice;
mod config;
mod cross_site_writes;
mod debug;
mod decision;
mod diagnosis;
mod everything;
mod explain;
mod explain_fixes;
mod explain_senders;
#[path = "../properties/fixes.rs"]
mod fixes;
mod from_tower_http;
mod host;
mod hosts;
mod many_origins;
mod observation;
mod options;
mod origin_patterns;
mod origin_suggestions;
mod origins;
mod own_pages;
mod predicates;
mod prefixes;
mod preflight;
mod presets;
mod rejection;
mod reload;
mod service;
mod shadow;
mod support;
mod vary;
mod vary_suffices;
