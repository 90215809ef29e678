//! Whom the server trusts besides readers: who may write, and under which name it is reached.

pub(crate) mod hosts;
pub(crate) mod writes;
