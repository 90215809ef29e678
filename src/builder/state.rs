//! What a [`CorsBuilder`](crate::CorsBuilder) remembers in its type, and what rustc says if a call does not fit.
//!
//! You need these types only to name a builder, for example in the signature of a function. You cannot implement or
//! construct them.
//!
//! | `Mode` | the calls so far | what no longer compiles |
//! |---|---|---|
//! | [`Undecided`] | no wildcard and no credentials | |
//! | [`Wildcard`] | `allow_any_origin`, `allow_null_origin`, `allow_any_method`, `allow_any_header` or `expose_any_header` | `allow_credentials` |
//! | [`Credentialed`] | `allow_credentials` | the five calls above |
//!
//! # Example
//! ```
//! use tower_cors::builder::state::Credentialed;
//! use tower_cors::{CorsBuilder, CorsLayer, origin};
//!
//! fn with_credentials() -> CorsBuilder<Credentialed> {
//!     CorsLayer::builder().allow_origins([origin!("https://app.example.com")]).allow_credentials()
//! }
//! assert!(with_credentials().build().is_ok());
//! ```

use crate::error::credentials::credential_conflicts;

/// You have called neither a wildcard nor `allow_credentials`: both still compile.
#[derive(Debug, Clone, Copy)]
pub struct Undecided(());

/// You have called a wildcard: `allow_credentials` no longer compiles.
#[derive(Debug, Clone, Copy)]
pub struct Wildcard(());

/// You have called `allow_credentials`: wildcards no longer compile.
#[derive(Debug, Clone, Copy)]
pub struct Credentialed(());

macro_rules! permissions {
    ($($(#[$attribute:meta])* $name:ident for $($state:ty),*;)*) => {
        $($(#[$attribute])* #[doc(hidden)] pub trait $name: sealed::Sealed {}
        // Without this, rustc lists these implementations and this macro below the message.
        $(#[diagnostic::do_not_recommend] impl $name for $state {})*)*
    };
}

macro_rules! at_compile_time {
    ($($excluded:ident {
        call: $call:tt,
        message: $message:tt,
        why: $why:tt,
        fix: $fix:tt,
        fix_key: $fix_key:tt,
        state: $name:ident,
    })*) => {
        permissions! {
            $(#[doc = concat!("The states in which [`", $call, "`](crate::CorsBuilder::", $call, ") can be called.")]
            #[diagnostic::on_unimplemented(
                message = $message,
                label = "`allow_credentials` was called earlier",
                note = $why,
                note = $fix
            )]
            $name for Undecided, Wildcard;)*
        }
    };
}

credential_conflicts!(at_compile_time);

permissions! {
    /// The states in which [`allow_credentials`](crate::CorsBuilder::allow_credentials) can be called.
    #[diagnostic::on_unimplemented(
        message = "`allow_credentials` cannot be combined with a wildcard",
        label = "`allow_any_…`, `expose_any_header` or `allow_null_origin` was called earlier",
        note = "browsers do not read `*` as \"any\" on requests with credentials; if they did, any page could act as its visitor",
        note = "to fix it, leave out `.allow_credentials()`, or replace the earlier call:",
        note = "`.allow_any_origin()` or `.allow_null_origin()` with `.allow_origins([origin!(\"https://app.example.com\")])`",
        note = "`.allow_any_method()` with `.mirror_request_methods()`",
        note = "`.allow_any_header()` with `.mirror_request_headers()`",
        note = "`.expose_any_header()` with `.expose_headers([ETAG])`"
    )]
    MayAllowCredentials for Undecided, Credentialed;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Undecided {}
    impl Sealed for super::Wildcard {}
    impl Sealed for super::Credentialed {}
}
