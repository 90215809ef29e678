//! A policy as plain data: what is refused, in which words, what it makes, and how it is written.

mod compiled;
#[cfg(feature = "serde")]
mod environment;
#[cfg(feature = "serde")]
mod files;
mod refused;
#[cfg(feature = "schemars")]
mod schema;

fn list<const N: usize>(entries: [&str; N]) -> Vec<String> {
    entries.map(str::to_owned).to_vec()
}
