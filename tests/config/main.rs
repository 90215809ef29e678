//! A policy as plain data: what is refused, in which words, and what it makes.

mod compiled;
mod refused;

fn list<const N: usize>(entries: [&str; N]) -> Vec<String> {
    entries.map(str::to_owned).to_vec()
}
