//! The checks that `build()` makes.

mod credentials;
mod names;
mod numbers;
mod origins;
