//! What the layer does, seen from outside: one module per behaviour.

mod actual;
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
mod preflight;
mod presets;
mod reload;
mod service;
mod shadow;
mod support;
mod vary;
mod vary_suffices;
