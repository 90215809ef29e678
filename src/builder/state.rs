//! The states of the builder, and what rustc says when a call doesn't fit the state.

use crate::error::credentials::credential_conflicts;

/// Neither a wildcard nor credentials have been chosen: both are still possible.
#[derive(Debug, Clone, Copy)]
pub struct Undecided(());

/// A wildcard has been chosen: credentials are no longer possible.
#[derive(Debug, Clone, Copy)]
pub struct Wildcard(());

/// Credentials have been chosen: wildcards are no longer possible.
#[derive(Debug, Clone, Copy)]
pub struct Credentialed(());

/// No origin has been allowed: there is no policy to build yet.
#[derive(Debug, Clone, Copy)]
pub struct NoOrigin(());

/// An origin has been allowed.
#[derive(Debug, Clone, Copy)]
pub struct SomeOrigin(());

macro_rules! permissions {
    ($($(#[$attribute:meta])* $name:ident for $($state:ty),*;)*) => {
        $($(#[$attribute])* pub trait $name: sealed::Sealed {}
        // Otherwise rustc lists these implementations, and this macro, below the words.
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
            $(#[doc = concat!("The state in which [`", $call, "`](crate::CorsBuilder::", $call, ") can be called.")]
            #[diagnostic::on_unimplemented(
                message = $message,
                label = "`allow_credentials` has been called before",
                note = $why,
                note = $fix
            )]
            $name for Undecided, Wildcard;)*
        }
    };
}

credential_conflicts!(at_compile_time);

permissions! {
    /// The state in which [`allow_credentials`](crate::CorsBuilder::allow_credentials) can be called.
    #[diagnostic::on_unimplemented(
        message = "`allow_credentials` cannot be combined with a wildcard",
        label = "`allow_any_…`, `expose_any_header` or `allow_null_origin` has been called before",
        note = "browsers do not take `*` for \"any\" on requests with credentials; if they did, any page could act as its visitor",
        note = "to fix it, leave out `.allow_credentials()`, or replace what was called before:",
        note = "`.allow_any_origin()` or `.allow_null_origin()` by `.allow_origins([origin!(\"https://app.example.com\")])`",
        note = "`.allow_any_method()` by `.mirror_request_methods()`",
        note = "`.allow_any_header()` by `.mirror_request_headers()`",
        note = "`.expose_any_header()` by `.expose_headers([ETAG])`"
    )]
    MayAllowCredentials for Undecided, Credentialed;

    /// The state in which [`build`](crate::CorsBuilder::build) can be called.
    #[diagnostic::on_unimplemented(
        message = "a CORS policy needs an origin before `build`",
        label = "no origin has been allowed",
        note = "to fix it, name the origins of the pages that may call: `.allow_origins([origin!(\"https://app.example.com\")])`, or call `.allow_any_origin()` for an API that is open to all"
    )]
    HasOrigin for SomeOrigin;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Undecided {}
    impl Sealed for super::Wildcard {}
    impl Sealed for super::Credentialed {}
    impl Sealed for super::NoOrigin {}
    impl Sealed for super::SomeOrigin {}
}
