//! What cannot be combined with credentials, and why: compiler errors and configuration errors share these texts.

/// Calls a macro with one row for each call that cannot be combined with credentials. It is a macro because attributes
/// take only literals.
macro_rules! credential_conflicts {
    ($make:ident) => {
        $make! {
            AnyOrigin {
                call: "allow_any_origin",
                message: "`allow_any_origin` cannot be combined with `allow_credentials`",
                why: "browsers refuse `Access-Control-Allow-Origin: *` on requests with credentials, because any page could then act as its visitor",
                fix: "to fix it, name the origins of the pages that may call: `.allow_origins([origin!(\"https://app.example.com\")])`, or leave out `.allow_credentials()`",
                fix_key: "name the origins of the pages that may call: `origins = [\"https://app.example.com\"]`, or leave out `credentials`",
                state: MayAllowAnyOrigin,
            }
            NullOrigin {
                call: "allow_null_origin",
                message: "`allow_null_origin` cannot be combined with `allow_credentials`",
                why: "any page can get the origin `null` with a sandboxed iframe, and could then act as its visitor",
                fix: "to fix it, serve the page from a URL and name its origin: `.allow_origins([origin!(\"https://app.example.com\")])`, or leave out `.allow_credentials()`",
                fix_key: "serve the page from a URL and name its origin: `origins = [\"https://app.example.com\"]`, or leave out `credentials`",
                state: MayAllowNullOrigin,
            }
            AnyMethod {
                call: "allow_any_method",
                message: "`allow_any_method` cannot be combined with `allow_credentials`",
                why: "on requests with credentials, browsers read `*` as the name of a method",
                fix: "to fix it, call `.mirror_request_methods()` instead, or list the methods: `.allow_methods([Method::PUT])`; or leave out `.allow_credentials()`",
                fix_key: "write `methods = \"mirror request\"` instead, or list the methods: `methods = [\"PUT\"]`; or leave out `credentials`",
                state: MayAllowAnyMethod,
            }
            AnyHeader {
                call: "allow_any_header",
                message: "`allow_any_header` cannot be combined with `allow_credentials`",
                why: "on requests with credentials, browsers read `*` as the name of a header",
                fix: "to fix it, call `.mirror_request_headers()` instead, or list the headers: `.allow_headers([CONTENT_TYPE])`; or leave out `.allow_credentials()`",
                fix_key: "write `headers = \"mirror request\"` instead, or list the headers: `headers = [\"content-type\"]`; or leave out `credentials`",
                state: MayAllowAnyHeader,
            }
            AnyExposedHeader {
                call: "expose_any_header",
                message: "`expose_any_header` cannot be combined with `allow_credentials`",
                why: "on requests with credentials, browsers read `*` as the name of a header",
                fix: "to fix it, list the headers that pages may read: `.expose_headers([ETAG])`, or leave out `.allow_credentials()`",
                fix_key: "list the headers that pages may read: `expose_headers = [\"etag\"]`, or leave out `credentials`",
                state: MayExposeAnyHeader,
            }
        }
    };
}

macro_rules! define_enum {
    ($($name:ident {
        call: $call:tt,
        message: $message:tt,
        why: $why:tt,
        fix: $fix:tt,
        fix_key: $fix_key:tt,
        state: $state:ident,
    })*) => {
        /// What cannot be combined with credentials.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum CredentialConflict {
            $(#[doc = concat!("[`", $call, "`](crate::CorsBuilder::", $call, ").")] $name,)*
        }

        impl CredentialConflict {
            /// `allow_any_origin_with_credentials`
            pub(super) fn code(self) -> &'static str {
                match self { $(Self::$name => concat!($call, "_with_credentials"),)* }
            }

            pub(crate) fn why(self) -> &'static str {
                match self { $(Self::$name => $why,)* }
            }

            /// The fix in a configuration.
            pub(crate) fn fix(self) -> &'static str {
                match self { $(Self::$name => $fix_key,)* }
            }
        }
    };
}

credential_conflicts!(define_enum);
pub(crate) use credential_conflicts;
