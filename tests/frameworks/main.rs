//! axum and hyper as people use them, each over real HTTP on loopback. tonic is in `examples/tonic`.

mod axum;
mod choice;
mod client;
mod hyper;
