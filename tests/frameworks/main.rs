//! axum, tonic and hyper as people use them, each over real HTTP on loopback.

mod axum;
mod choice;
mod client;
mod hyper;
mod tonic;
