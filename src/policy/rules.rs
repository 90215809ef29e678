//! The rules of a policy: which origins, methods and headers, and how it answers.

use http::{HeaderName, HeaderValue, Method, StatusCode};

use crate::fetch::header_value::{ANY, NULL};
use crate::fetch::names::is_safelisted_method;
use crate::fetch::request::Asked;
use crate::fetch::requested_headers::{NameSet, is_token};
use crate::matcher::OriginMatcher;
use crate::origin::Origin;
use crate::policy::predicate::Predicate;

/// Everything that a policy says, checked.
pub(crate) struct Rules {
    pub(crate) origins: AllowedOrigins,
    pub(crate) methods: AllowedMethods,
    pub(crate) headers: AllowedHeaders,
    pub(crate) exposed: ExposedHeaders,
    pub(crate) credentials: bool,
    /// Seconds; `None` leaves it to the browser's own 5 s.
    pub(crate) max_age: Option<u64>,
    pub(crate) options: Options,
}

/// Who may call.
pub(crate) enum AllowedOrigins {
    Any,
    Listed {
        set: OriginMatcher,
        null: bool,
        predicates: Box<[Predicate]>,
        /// Others may be allowed by a look-up.
        looked_up: bool,
        /// Predicates are asked about `http://` origins too.
        insecure: bool,
    },
}

/// With which methods, besides the CORS-safelisted ones.
pub(crate) enum AllowedMethods {
    Any,
    Mirrored,
    Listed(Box<[Method]>),
}

/// With which request headers.
pub(crate) enum AllowedHeaders {
    /// `*`, which doesn't cover `Authorization`.
    Any {
        authorization: bool,
    },
    Mirrored,
    Listed {
        listed: NameSet,
        names: Box<[HeaderName]>,
    },
}

/// Which response headers a page may read, besides the CORS-safelisted ones.
pub(crate) enum ExposedHeaders {
    Any,
    Listed(Box<[HeaderName]>),
}

/// What else a policy says.
#[derive(Clone, Copy, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one independent yes or no"
)]
pub(crate) struct Options {
    pub(crate) preflight_status: StatusCode,
    pub(crate) private_network: bool,
    pub(crate) timing: bool,
    pub(crate) reject_disallowed_origins: bool,
    pub(crate) forward_preflights: bool,
    pub(crate) insecure_origins: bool,
    pub(crate) public_suffixes: bool,
}

impl AllowedOrigins {
    /// The allow-origin value for one `Origin` line, if it is allowed.
    #[inline]
    pub(crate) fn find<'a>(
        &'a self,
        origin: &'a HeaderValue,
        asked: Asked<'a>,
    ) -> Option<&'a HeaderValue> {
        let Self::Listed {
            set,
            null,
            predicates,
            insecure,
            ..
        } = self
        else {
            return Some(&ANY);
        };
        if let Some(value) = set.find(origin) {
            return Some(value);
        }
        if *null && *origin == NULL {
            return Some(&NULL);
        }
        #[cfg(feature = "lookup")]
        if asked.looked_up == crate::fetch::request::LookedUp::Allowed {
            return Some(origin);
        }
        if predicates.is_empty() {
            return None;
        }
        let parsed = Origin::try_from(origin).ok()?;
        let may_ask = *insecure || !parsed.is_insecure();
        (may_ask
            && predicates
                .iter()
                .any(|predicate| predicate.allows(&parsed, asked)))
        .then_some(origin)
    }
}

impl AllowedMethods {
    pub(crate) fn allow(&self, method: &[u8]) -> bool {
        match self {
            Self::Any | Self::Mirrored => is_token(method),
            Self::Listed(methods) => {
                is_safelisted_method(method)
                    || methods
                        .iter()
                        .any(|listed| listed.as_str().as_bytes() == method)
            }
        }
    }
}

impl AllowedHeaders {
    pub(crate) fn allow(&self, name: &[u8]) -> bool {
        match self {
            Self::Any { authorization } => {
                is_token(name) && (*authorization || !name.eq_ignore_ascii_case(b"authorization"))
            }
            Self::Mirrored => is_token(name),
            Self::Listed { listed, .. } => listed.contains(name),
        }
    }
}
