//! A small server for each protocol.

pub(super) mod connect;
pub(super) mod mcp;
pub(super) mod range;
pub(super) mod tus;
