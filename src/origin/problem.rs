//! What can be wrong with an origin, said for a person.

use std::fmt;

use super::const_text::Text;
use super::suggestion::repair;

macro_rules! problems {
    ($($(#[$doc:meta])* $name:ident => $what:literal, $rule:literal, $fix:literal;)*) => {
        /// What is wrong with the text of an origin or of an origin pattern.
        ///
        /// # Example
        /// ```
        /// use tower_cors::{OriginPattern, OriginProblem};
        ///
        /// let error = OriginPattern::parse("https://example.com/").unwrap_err();
        /// assert_eq!(error.problem(), OriginProblem::TrailingSlash);
        /// ```
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum OriginProblem {
            $($(#[$doc])* $name,)*
        }

        impl OriginProblem {
            /// What was met: "has a trailing slash".
            const fn what(self) -> &'static str {
                match self { $(Self::$name => $what,)* }
            }

            /// The rule that it breaks: "an origin ends after the host and port".
            const fn rule(self) -> &'static str {
                match self { $(Self::$name => $rule,)* }
            }

            /// What to do where the text can't be mended mechanically.
            const fn fix(self) -> &'static str {
                match self { $(Self::$name => $fix,)* }
            }
        }
    };
}

problems! {
    /// There is no text.
    Empty => "is empty", "an origin is scheme://host[:port]", "write one, such as \"https://app.example.com\", or remove the entry";
    /// The text is `*`.
    AnyOrigin => "is no origin pattern", "any origin is a choice of its own", "call allow_any_origin()";
    /// The text is `null`.
    NullOrigin => "is the origin of sandboxed and local documents of anybody", "it has to be allowed by name", "call allow_null_origin(), if you must";
    /// No `scheme://` at the start.
    MissingScheme => "has no scheme", "an origin starts with a scheme and \"://\"", "write \"https://\" before the host";
    /// The scheme has a character that no scheme can have, or more than 64.
    InvalidScheme => "has an invalid scheme", "a scheme is a lower-case letter, then at most 63 letters, digits, \"+\", \"-\" or \".\"", "write \"https://\" or the scheme that the browser shows";
    /// `file:` pages send `Origin: null`.
    FileScheme => "is a file URL", "browsers send the origin of local files as \"null\"", "serve the page from a local web server, such as \"http://localhost:8000\", and allow that";
    /// Nothing between `://` and the port or the end.
    EmptyHost => "has no host", "an origin is scheme://host[:port]", "write the host after \"://\"";
    /// A `/` after the host and port, and nothing else.
    TrailingSlash => "has a trailing slash", "an origin ends after the host and port", "remove the slash";
    /// A path after the host and port.
    Path => "has a path", "an origin ends after the host and port", "remove the path";
    /// A `?` after the host and port.
    Query => "has a query", "an origin ends after the host and port", "remove everything from the \"?\" on";
    /// A `#` after the host and port.
    Fragment => "has a fragment", "an origin ends after the host and port", "remove everything from the \"#\" on";
    /// A user name or password before the host.
    UserInfo => "has a user name", "browsers never send a user name or password in an origin", "remove everything up to the \"@\"";
    /// An upper-case letter.
    UpperCase => "has upper-case letters", "browsers send origins in lower case, and matching is by bytes", "write it in lower case";
    /// `:80` after `http`, `:443` after `https`.
    DefaultPort => "has the default port of its scheme", "browsers leave the default port out", "remove the port";
    /// A `:` without a port.
    EmptyPort => "has a colon without a port", "a port is a number from 1 to 65535", "remove the colon";
    /// Port 0.
    PortZero => "has port 0", "a port is a number from 1 to 65535", "write the port that the browser shows, or none";
    /// A port above 65535.
    PortTooLarge => "has a port above 65535", "a port is a number from 1 to 65535", "write the port that the browser shows, or none";
    /// A port such as `:08080`.
    PortLeadingZero => "has a port with a leading zero", "a port is written without leading zeros", "remove the zeros";
    /// A port that is neither a number nor `*`.
    PortNotANumber => "has a port that is no number", "a port is a number from 1 to 65535, or \"*\" for any", "write the port that the browser shows, or none";
    /// A `*` that is neither the first label of the host nor the port.
    MisplacedWildcard => "has a misplaced \"*\"", "a \"*\" stands for whole subdomains (\"https://*.example.com\") or for any port (\"http://localhost:*\"), nowhere else", "write each origin, call allow_any_origin() for all, or allow_origins_if() for a rule of your own";
    /// `*.` before an IP address.
    WildcardOverIp => "has subdomains of an IP address", "an IP address has no subdomains", "write the address alone";
    /// Two dots in a row, or a dot at the start.
    EmptyLabel => "has an empty label", "between the dots of a host stands at least one character", "remove the extra dot";
    /// A dot at the end of the host.
    TrailingDot => "has a dot after the host", "browsers take a host with a final dot for another origin", "remove the dot";
    /// A label of more than 63 bytes.
    LabelTooLong => "has a label of more than 63 characters", "that is the limit of the domain name system", "check the host for a typing error";
    /// A host of more than 253 bytes.
    HostTooLong => "has a host of more than 253 characters", "that is the limit of the domain name system", "check the host for a typing error";
    /// A character beyond ASCII.
    Unicode => "has characters beyond ASCII", "browsers send a host in its ASCII form, punycode", "write the host as \"xn--…\"";
    /// A `%`.
    PercentEncoding => "has a percent sign", "browsers never send percent-encoding in an origin", "write the host as the browser shows it";
    /// White space at either end or within.
    WhiteSpace => "has white space", "an origin has none", "remove it";
    /// Several origins in one text.
    SeveralOrigins => "has several origins", "an entry is one origin", "write each as an entry of its own";
    /// Any other character that no host can have.
    InvalidCharacter => "has a character that no host can have", "a host is letters, digits, \"-\", \"_\" and dots", "check the host for a typing error";
    /// `127.0.0.1.1`, `256.0.0.1`, `example.255`.
    InvalidIpv4 => "has a host that ends in a number but is no IPv4 address", "browsers refuse such a host", "write four numbers from 0 to 255, or a domain name";
    /// `127.1`, `0x7f.0.0.1`.
    NonCanonicalIpv4 => "has an IPv4 address in an unusual form", "browsers send four decimal numbers without leading zeros", "write it so";
    /// Brackets around no IPv6 address, or an IPv6 address without brackets.
    InvalidIpv6 => "has an invalid IPv6 address", "an IPv6 address stands in brackets, without a zone", "write it as in \"http://[::1]:3000\"";
    /// An IPv6 address in another than its shortest form.
    NonCanonicalIpv6 => "has an IPv6 address in an unusual form", "browsers send the shortest form", "write it so";
    /// `xn--` and then something that decodes to nothing.
    InvalidPunycode => "has an \"xn--\" label that is no punycode", "browsers refuse such a host", "copy the host from the browser's address bar";
}

impl fmt::Display for OriginProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.what(), self.rule())
    }
}

impl std::error::Error for OriginProblem {}

/// Why a text is no origin pattern, and what to write instead.
///
/// # Example
/// ```
/// use tower_cors::OriginPattern;
///
/// let error = OriginPattern::parse("https://Example.com/index.html").unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     r#""https://Example.com/index.html" has a path; an origin ends after the host and port: write "https://example.com""#,
/// );
/// assert_eq!(error.suggestion(), Some("https://example.com"));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct OriginError {
    text: String,
    problem: OriginProblem,
    suggestion: Option<String>,
}

impl OriginError {
    pub(super) fn new(text: String, problem: OriginProblem) -> Self {
        let suggestion = repair(text.as_bytes()).map(|mended| mended.as_str().to_owned());
        Self {
            text,
            problem,
            suggestion,
        }
    }

    /// The text that was refused.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What is wrong with it.
    #[must_use]
    pub fn problem(&self) -> OriginProblem {
        self.problem
    }

    /// The origin pattern that was probably meant.
    #[must_use]
    pub fn suggestion(&self) -> Option<&str> {
        self.suggestion.as_deref()
    }

    /// What to do: `write "https://app.example.com"`.
    #[must_use]
    pub fn fix(&self) -> String {
        match self.suggestion() {
            Some(suggestion) => format!("write \"{suggestion}\""),
            None => self.problem.fix().to_owned(),
        }
    }
}

impl fmt::Display for OriginError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(describe(self.text.as_bytes(), self.problem).as_str())
    }
}

impl fmt::Debug for OriginError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OriginError({:?}: {self})", self.problem)
    }
}

impl std::error::Error for OriginError {}

/// The whole message, the same at compile time as at run time.
pub(super) const fn describe(text: &[u8], problem: OriginProblem) -> Text {
    let mut message = Text::new();
    message.push_quoted(text);
    message.push(b' ');
    message.push_bytes(problem.what().as_bytes());
    message.push_bytes(b"; ");
    message.push_bytes(problem.rule().as_bytes());
    message.push_bytes(b": ");
    match repair(text) {
        Some(mended) => {
            message.push_bytes(b"write \"");
            message.push_bytes(mended.as_bytes());
            message.push(b'"');
        }
        None => message.push_bytes(problem.fix().as_bytes()),
    }
    message
}
