//! What can be wrong with one entry of a policy.

use super::credentials::CredentialConflict;
use crate::origin::OriginProblem;

/// What is wrong with an entry of a policy. `Display` says what the entry is, and the rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Reason {
    /// The text is not a valid origin pattern.
    #[error(transparent)]
    Origin(OriginProblem),
    /// The list of origins is empty.
    #[error(
        "is empty; a CORS policy needs an origin, and an empty list is usually a setting that was not read"
    )]
    NoOrigin,
    /// A combination with credentials that is not allowed. With the builder it does not compile. A
    /// [`CorsConfig`](crate::CorsConfig) is refused.
    #[error("cannot be combined with `credentials`; {}", .0.why())]
    WithCredentials(CredentialConflict),
    /// The origins would take more than 4 GiB.
    #[error("has too many entries; a policy holds at most 4 GiB of origins")]
    TooManyOrigins,
    /// An `http://` origin that is not on this machine, with credentials.
    #[error(
        "is insecure; with credentials, anyone on the network between the user and this origin can act as the user"
    )]
    InsecureOrigin,
    /// A pattern over a public suffix, with credentials.
    #[error(
        "allows names that anyone can register; with credentials, anyone who registers one can act as the user"
    )]
    PublicSuffix,
    /// The text is not the name of a preset.
    #[error("is not a preset; a preset adds what the clients of one protocol need")]
    UnknownPreset,
    /// A pattern for every host of a scheme, with credentials.
    #[error(
        "allows every extension, app or file with this scheme; with credentials, each of them can act as the user"
    )]
    WholeScheme,
    /// `null`, `$ALLOWED_HEADERS` or `mirror`, where a method or a header name should be.
    #[error(
        "is a variable without a value, or a word, not a name; an entry names one method or one header"
    )]
    WordInPlaceOfName,
    /// The text is not a valid method.
    #[error(
        "is not a valid method; a method consists of letters, digits and some punctuation, without spaces"
    )]
    InvalidMethod,
    /// CONNECT, TRACE or TRACK. <https://fetch.spec.whatwg.org/#forbidden-method>
    #[error("is a forbidden method; browsers do not let pages use CONNECT, TRACE or TRACK")]
    ForbiddenMethod,
    /// `patch` or `query` in lower case. Browsers do not change the case of these methods.
    #[error(
        "is not in upper case; methods are case-sensitive, and browsers send this one as the page writes it"
    )]
    MethodCase,
    /// `*` as a method.
    #[error("is not a method; any method is a separate setting")]
    WildcardMethod,
    /// The text is not a valid header name.
    #[error(
        "is not a valid header name; a header name consists of letters, digits and some punctuation, without spaces"
    )]
    InvalidHeaderName,
    /// A header that scripts cannot set. <https://fetch.spec.whatwg.org/#forbidden-request-header>
    #[error(
        "is a forbidden request header; browsers set it themselves and do not let pages set it"
    )]
    ForbiddenRequestHeader,
    /// A header that scripts cannot read.
    /// <https://fetch.spec.whatwg.org/#forbidden-response-header-name>
    #[error("is a forbidden response header; browsers do not let pages read it")]
    ForbiddenResponseHeader,
    /// A header of the CORS protocol itself.
    #[error("is a header of the CORS protocol; only browsers and this layer set it")]
    CorsHeader,
    /// `*` as a header name.
    #[error("is not a header name; any header is a separate setting")]
    WildcardHeader,
    /// `x-*`, `sec-*`: a prefix of headers that proxies set.
    #[error(
        "is a prefix of headers that proxies set and servers believe; with it, pages could say who calls and what is asked"
    )]
    DangerousPrefix,
    /// `*` in a header name, but not after a hyphen at its end.
    #[error(
        "has a \"*\" in the wrong place; a \"*\" at the end of a header name stands for the rest of the name"
    )]
    MisplacedPrefix,
    /// A prefix among the exposed headers.
    #[error("is a prefix; browsers let pages read only headers that are named in full")]
    ExposedPrefix,
    /// A cache time of more than a day.
    #[error("is too long; browsers cache a preflight response for at most 86400 s")]
    MaxAgeTooLong,
    /// A cache time with a fraction of a second.
    #[error("has a fraction of a second; the header holds whole seconds")]
    MaxAgeFraction,
    /// A status that is not 2xx. <https://fetch.spec.whatwg.org/#ok-status>
    #[error("is not a 2xx status; to a browser, any other preflight status is a refusal")]
    PreflightStatusNotOk,
    /// A reloadable layer where a fixed policy is needed.
    #[error(
        "already has a handle that can replace its policy; here you need a policy that does not change"
    )]
    ReloadableAlready,
    /// A choice among policies where one policy is needed.
    #[error("chooses among several policies; here you need one policy")]
    SeveralPolicies,
    /// Something is attached to a layer that you passed for its policy.
    #[error(
        "is attached to a layer; here you need only a policy, and what is attached would be lost"
    )]
    AttachedToLayer,
    /// A path prefix that matches every path: empty, or a slash.
    #[error("is the prefix of every path; a choice needs a prefix of some paths")]
    EveryPath,
    /// A path prefix without a slash at its start.
    #[error(
        "does not start with a slash; a path prefix is the first segments of a path, from its start"
    )]
    NoLeadingSlash,
    /// A path prefix with a slash at its end.
    #[error(
        "ends with a slash; a path prefix covers its path with and without a slash, and everything below it"
    )]
    PrefixTrailingSlash,
    /// A path prefix that routers read in different ways.
    #[error("can be read in several ways; it must be clear which requests the policy applies to")]
    UnclearPath,
    /// A path prefix or host with a wildcard or a parameter.
    #[error("is a pattern; path prefixes and hosts are compared literally")]
    WildcardOrParameter,
    /// A pattern where a change of a policy's origins names each origin.
    #[error("is a pattern; a change of origins names each origin")]
    PatternInChange,
    /// A host with a scheme, a port or more.
    #[error("is more than a host; a host is written without scheme and path")]
    MoreThanAHost,
    /// A `*` that is not the first label of a host.
    #[error(
        "has a \"*\" in the wrong place; \"*.\" at the start of a host stands for every name below it"
    )]
    WildcardInHost,
    /// No entry in a list of hosts.
    #[error("is empty; a list without entries names no host")]
    NoHosts,
    /// The hosts would take more than 4 GiB.
    #[error("has too many entries; a policy holds at most 4 GiB of hosts")]
    TooManyHosts,
    /// A port that is not a number from 1 to 65535.
    #[error(
        "has an invalid port; a host is followed by a port from 1 to 65535, or by nothing for any port"
    )]
    InvalidPort,
    /// A host pattern over a public suffix.
    #[error(
        "allows names that anyone can register; whoever registers one can lead it to this server"
    )]
    PublicSuffixHost,
    /// `reject_disallowed_origins` under any origin.
    #[error("would reject nothing; no origin is disallowed where any origin is allowed")]
    RejectsNobody,
    /// Looked-up origins beside any origin, where the look-up could only say who may write.
    #[error("allows every origin, so no look-up is asked, and none can say who may write")]
    NobodyIsLookedUp,
    /// No origin, beside something that allows one.
    #[error("stands beside other origins; it says that no page of another origin may read")]
    NoOriginBesideOrigins,
    /// An entry that is listed twice.
    #[error("is listed twice; each request has one policy")]
    ListedTwice,
}

impl Reason {
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Origin(problem) => problem.code(),
            Self::NoOrigin => "no_origin",
            Self::WithCredentials(conflict) => conflict.code(),
            Self::TooManyOrigins => "too_many_origins",
            Self::InsecureOrigin => "insecure_origin",
            Self::PublicSuffix => "public_suffix",
            Self::UnknownPreset => "unknown_preset",
            Self::WholeScheme => "whole_scheme",
            Self::WordInPlaceOfName => "word_in_place_of_name",
            Self::InvalidMethod => "invalid_method",
            Self::ForbiddenMethod => "forbidden_method",
            Self::MethodCase => "method_case",
            Self::WildcardMethod => "wildcard_method",
            Self::InvalidHeaderName => "invalid_header_name",
            Self::ForbiddenRequestHeader => "forbidden_request_header",
            Self::ForbiddenResponseHeader => "forbidden_response_header",
            Self::CorsHeader => "cors_header",
            Self::WildcardHeader => "wildcard_header",
            Self::DangerousPrefix => "dangerous_prefix",
            Self::MisplacedPrefix => "misplaced_prefix",
            Self::ExposedPrefix => "exposed_prefix",
            Self::MaxAgeTooLong => "max_age_too_long",
            Self::MaxAgeFraction => "max_age_fraction",
            Self::PreflightStatusNotOk => "preflight_status_not_ok",
            Self::ReloadableAlready => "reloadable_already",
            Self::SeveralPolicies => "several_policies",
            Self::AttachedToLayer => "attached_to_layer",
            Self::EveryPath => "every_path",
            Self::NoLeadingSlash => "no_leading_slash",
            Self::PrefixTrailingSlash => "prefix_trailing_slash",
            Self::UnclearPath => "unclear_path",
            Self::PatternInChange => "pattern_in_change",
            Self::WildcardOrParameter => "wildcard_or_parameter",
            Self::MoreThanAHost => "more_than_a_host",
            Self::WildcardInHost => "wildcard_in_host",
            Self::NoHosts => "no_hosts",
            Self::TooManyHosts => "too_many_hosts",
            Self::InvalidPort => "invalid_port",
            Self::PublicSuffixHost => "public_suffix_host",
            Self::RejectsNobody => "rejects_nobody",
            Self::NobodyIsLookedUp => "nobody_is_looked_up",
            Self::NoOriginBesideOrigins => "no_origin_beside_origins",
            Self::ListedTwice => "listed_twice",
        }
    }
}
