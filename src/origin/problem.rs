//! What can be wrong with the text of an origin.

/// What is wrong with the text of an origin or of an origin pattern. `Display` says what the text is or has, and the rule
/// that it breaks.
///
/// # Example
/// ```
/// use tower_cors::OriginPattern;
///
/// let error = OriginPattern::parse("https://example.com/").unwrap_err();
/// assert_eq!(error.problem().code(), "trailing_slash");
/// assert_eq!(
///     error.problem().to_string(),
///     "has a trailing slash; an origin ends after the host and port"
/// );
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.message())]
pub struct OriginProblem(pub(crate) OriginMistake);

impl OriginProblem {
    /// A short name for programs and logs: `trailing_slash`.
    ///
    /// # Example
    /// See [`OriginProblem`].
    #[must_use]
    pub fn code(self) -> &'static str {
        self.0.code()
    }
}

macro_rules! mistakes {
    ($($(#[$doc:meta])* $name:ident $code:ident => $message:literal, $fix:literal;)*) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum OriginMistake {
            $($(#[$doc])* $name,)*
        }

        impl OriginMistake {
            fn code(self) -> &'static str {
                match self { $(Self::$name => stringify!($code),)* }
            }

            /// What the text is or has, and the rule that it breaks: "has a trailing slash; an origin ends after the
            /// host and port".
            pub(super) const fn message(self) -> &'static str {
                match self { $(Self::$name => $message,)* }
            }

            /// What to do if no other text is sure to mean the same.
            pub(super) const fn fix(self) -> &'static str {
                match self { $(Self::$name => $fix,)* }
            }
        }
    };
}

mistakes! {
    /// The text is empty.
    Empty empty => "is empty; an origin is scheme://host[:port]", "write one, such as \"https://app.example.com\", or remove the entry";
    /// The text is `*`.
    AnyOrigin any_origin => "is not a valid origin pattern; allowing any origin is a separate setting", "call allow_any_origin()";
    /// The text is `null`.
    NullOrigin null_origin => "is the origin of every sandboxed or local page; allowing it is a separate setting", "call allow_null_origin() if you need it";
    /// A word such as `none` or `self`, which means only the server's own origin.
    WordForNone word_for_none => "is a word, not an origin; pages of the server's own origin are always allowed, others only if they are listed", "remove the entry";
    /// `undefined`, `${ORIGIN}` or similar: the setting with the origin was not read.
    UnsetVariable unset_variable => "looks like a variable without a value; an origin is scheme://host[:port]", "set the variable that this entry comes from, or remove the entry";
    /// A list such as `["https://app.example.com"]`, as one text.
    List list => "is a list in one text; an entry is one origin", "write each origin as a separate entry, or read the text with OriginPattern::parse_list()";
    /// Quotes around an origin that are part of the text.
    Quotes quotes => "has quotes in it; an origin has no quotes", "remove the quotes that are part of the text";
    /// A regular expression, or a glob with brackets or braces.
    RegularExpression regular_expression => "looks like a regular expression or a glob; a pattern has a \"*\" for subdomains (\"https://*.example.com\"), for a part of the first label (\"https://app-*.example.com\") or for any port (\"http://localhost:*\")", "write a pattern or each origin, or call allow_origins_if() for a rule of your own; the docs of OriginPattern say more";
    /// A range of addresses, such as `http://192.168.0.0/16`.
    AddressRange address_range => "has a range of addresses; an origin has one address", "write each address, or call allow_origins_if() and ask Origin::is_private_network(); the docs of OriginPattern say more";
    /// The text does not start with `scheme://`.
    MissingScheme missing_scheme => "has no scheme; an origin starts with a scheme and \"://\"", "write the scheme before the host, as in \"https://app.example.com\"";
    /// The scheme has a character that no scheme can have, or more than 64.
    InvalidScheme invalid_scheme => "has an invalid scheme; a scheme is a lower-case letter, then at most 63 letters, digits, \"+\", \"-\" or \".\"", "write \"https://app.example.com\", or the scheme that the browser shows";
    /// `htps` or similar.
    MistypedScheme mistyped_scheme => "has a scheme with a typing error; web pages have the scheme http or https", "write \"https\" or \"http\", as in the browser's address bar";
    /// `ws` or `wss`.
    WebSocketScheme web_socket_scheme => "has the scheme of WebSockets; the origin of a WebSocket is that of its page, with http or https", "write the origin of the page, such as \"https://app.example.com\"";
    /// A scheme such as `ftp` or `data`.
    SchemeWithoutOrigin scheme_without_origin => "has a scheme that browsers never send in an origin; pages of such URLs have the origin \"null\", or that of the page that opened them", "write the origin of the page, such as \"https://app.example.com\"";
    /// `file:` pages send `Origin: null`.
    FileScheme file_scheme => "is a file URL; browsers send the origin of local files as \"null\"", "serve the page from a local web server, such as \"http://localhost:8000\", and allow that; for an app whose web view sends \"file://\", write \"file://\"";
    /// Nothing between `://` and the port or the end.
    EmptyHost empty_host => "has no host; an origin is scheme://host[:port]", "write the host after the scheme, as in \"https://app.example.com\" or \"capacitor://localhost\"";
    /// A `/` after the host and port, and nothing else.
    TrailingSlash trailing_slash => "has a trailing slash; an origin ends after the host and port", "write only the scheme, host and port of the page";
    /// A path after the host and port.
    Path path => "has a path; an origin ends after the host and port", "write only the scheme, host and port of the page";
    /// A `?` after the host and port.
    Query query => "has a query; an origin ends after the host and port", "write only the scheme, host and port of the page";
    /// A `#` after the host and port.
    Fragment fragment => "has a fragment; an origin ends after the host and port", "write only the scheme, host and port of the page";
    /// A user name or password before the host.
    UserInfo user_info => "has a user name; browsers never send a user name or password in an origin", "write only the scheme, host and port of the page";
    /// An upper-case letter.
    UpperCase upper_case => "has upper-case letters; browsers send origins in lower case, and the comparison is byte by byte", "write it as the browser shows it";
    /// `:80` after `http`, `:443` after `https`.
    DefaultPort default_port => "has the default port of its scheme; browsers leave the default port out", "remove the port";
    /// A `:` without a port.
    EmptyPort empty_port => "has a colon without a port; a port is a number from 1 to 65535", "write the port that the browser shows, or remove the colon";
    /// Port 0.
    PortZero port_zero => "has port 0; a port is a number from 1 to 65535", "write the port that the browser shows, or none";
    /// A port above 65535.
    PortTooLarge port_too_large => "has a port above 65535; a port is a number from 1 to 65535", "write the port that the browser shows, or none";
    /// A port such as `:08080`.
    PortLeadingZero port_leading_zero => "has a port with a leading zero; a port is written without leading zeros", "write the port that the browser shows";
    /// A port that is neither a number nor `*`.
    PortNotANumber port_not_a_number => "has a port that is not a number; a port is a number from 1 to 65535, or \"*\" for any", "write the port that the browser shows, or none, and an entry for each port";
    /// A `*` that is neither the first label of the host nor the port.
    MisplacedWildcard misplaced_wildcard => "has a \"*\" in the wrong place; a \"*\" stands for whole subdomains (\"https://*.example.com\"), for a part of the first label (\"https://app-*.example.com\") or for any port (\"http://localhost:*\")", "write each origin, call allow_any_origin() for all, or allow_origins_if() for a rule of your own; the docs of OriginPattern say more";
    /// `*.` before an IP address.
    WildcardOverIp wildcard_over_ip => "has a \"*\" before an IP address; an IP address has no subdomains", "write the address alone";
    /// Two dots in a row, or a dot at the start.
    EmptyLabel empty_label => "has nothing between two dots of its host; each part of a host has at least one character", "check the host for a typing error";
    /// A dot at the end of the host.
    TrailingDot trailing_dot => "has a dot after the host; for a browser, a host with a final dot is another origin", "write the whole host, without a dot at its end";
    /// A label of more than 63 bytes.
    LabelTooLong label_too_long => "has more than 63 characters between two dots of its host; that is the limit of the domain name system", "check the host for a typing error";
    /// A host of more than 253 bytes.
    HostTooLong host_too_long => "has a host of more than 253 characters; that is the limit of the domain name system", "check the host for a typing error";
    /// An origin of more bytes than scheme, host and port can have.
    TooLong too_long => "has more than 327 characters; scheme, host and port together are never longer", "check it for a typing error";
    /// A character that is not ASCII.
    Unicode unicode => "has non-ASCII characters; browsers send a host in its ASCII form, punycode", "copy it from the browser's address bar";
    /// A `%`.
    PercentEncoding percent_encoding => "has a percent sign; browsers never send percent-encoding in an origin", "write the host as the browser shows it";
    /// White space at an end or inside.
    WhiteSpace white_space => "has white space or invisible characters; an origin never has them", "write only the origin, such as \"https://app.example.com\"";
    /// Several origins in one text.
    SeveralOrigins several_origins => "has several origins; an entry is one origin", "write each as a separate entry, or read the text with OriginPattern::parse_list()";
    /// Any other character that no host can have.
    InvalidCharacter invalid_character => "has a character that is not valid in a host; a host is letters, digits, \"-\", \"_\" and dots", "check the host for a typing error";
    /// `127.0.0.1.1`, `256.0.0.1`, `example.255`.
    InvalidIpv4 invalid_ipv4 => "has a host that ends in a number but is not a valid IPv4 address; browsers refuse such a host", "write four numbers from 0 to 255, or a domain name";
    /// `127.1`, `0x7f.0.0.1`.
    NonCanonicalIpv4 non_canonical_ipv4 => "has an IPv4 address in an unusual form; browsers send four decimal numbers without leading zeros", "write the four numbers that the browser shows";
    /// Brackets around what is not an IPv6 address, or an IPv6 address without brackets.
    InvalidIpv6 invalid_ipv6 => "has an invalid IPv6 address; an IPv6 address has brackets around it, and no zone", "write it as in \"http://[::1]:3000\"";
    /// An IPv6 address in another than its shortest form.
    NonCanonicalIpv6 non_canonical_ipv6 => "has an IPv6 address in an unusual form; browsers send the shortest form", "write it as the browser shows it";
    /// `xn--` and a text that does not decode to anything.
    InvalidPunycode invalid_punycode => "has an \"xn--\" label that is not valid punycode; browsers refuse such a host", "copy the host from the browser's address bar";
}
