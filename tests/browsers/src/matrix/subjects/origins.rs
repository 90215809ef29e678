//! Which page may call: exact origins, patterns, `null`, functions; and all that comes near.

use crate::matrix::ask::{fetch, get, post, post_json};
use crate::matrix::policies::{
    ANY, EVERYTHING, EXACT, HTTPS_ONLY, NONE, NULL, PORTS, PREDICATE, SEVERAL, SUBDOMAINS,
    SUBDOMAINS_AND_PORTS,
};
use crate::matrix::row::{Subject, row};
use crate::world::{Page, Scheme};

pub(super) fn subject() -> Subject {
    let own = Page::Own(Scheme::Http);
    Subject {
        title: "Origins",
        rows: vec![
            row("the allowed origin reads", &EXACT, Page::App, get()).reads(200),
            row("the allowed origin posts", &EXACT, Page::App, post()).reads(200),
            row("another port is another origin", &EXACT, Page::OtherPort, get()).withheld(),
            row("a post of another port arrives unread", &EXACT, Page::OtherPort, post()).withheld(),
            row("a subdomain is another origin", &EXACT, Page::Subdomain, get()).withheld(),
            row("the parent domain is another origin", &EXACT, Page::Localhost, get()).withheld(),
            row("a sibling is another origin", &EXACT, Page::Neighbour, get()).withheld(),
            row("an address is another origin than its name", &EXACT, Page::Address, get()).withheld(),
            row("null is not the origin of the page around it", &EXACT, Page::Sandboxed, get()).withheld(),
            row("https is another origin than http", &HTTPS_ONLY, Page::App, get()).withheld(),
            row("a preflight of another port is refused", &EXACT, Page::OtherPort, post_json())
                .stopped_at_preflight(),
            row("a preflight of a subdomain is refused", &EXACT, Page::Subdomain, fetch("PUT"))
                .stopped_at_preflight(),
            row("a preflight of a sandbox is refused", &EXACT, Page::Sandboxed, fetch("PUT"))
                .stopped_at_preflight(),
            row("of several origins the first reads", &SEVERAL, Page::App, get()).reads(200),
            row("of several origins an address reads", &SEVERAL, Page::Address, get()).reads(200),
            row("of several origins one in punycode reads", &SEVERAL, Page::International, get()).reads(200),
            row("of several origins the last reads", &SEVERAL, Page::Neighbour, get()).reads(200),
            row("none of several origins", &SEVERAL, Page::Localhost, get()).withheld(),
            row("any origin: the app", &ANY, Page::App, get()).reads(200),
            row("any origin: another port", &ANY, Page::OtherPort, post()).reads(200),
            row("any origin: an address", &ANY, Page::Address, get()).reads(200),
            row("any origin: a name in punycode", &ANY, Page::International, get()).reads(200),
            row("any origin: a sandbox", &ANY, Page::Sandboxed, get()).reads(200),
            row("any origin is no permission for JSON", &ANY, Page::App, post_json()).stopped_at_preflight(),
            row("everything of everybody: a sandbox's PUT", &EVERYTHING, Page::Sandboxed, fetch("PUT"))
                .reads(200),
            row("a subdomain matches the pattern", &SUBDOMAINS, Page::Subdomain, get()).reads(200),
            row("a deeper subdomain matches the pattern", &SUBDOMAINS, Page::Deeper, get()).reads(200),
            row("the apex does not match the pattern", &SUBDOMAINS, Page::App, get()).withheld(),
            row("a sibling does not match the pattern", &SUBDOMAINS, Page::Neighbour, get()).withheld(),
            row("any port matches the port pattern", &PORTS, Page::Localhost, get()).reads(200),
            row("any other port matches the port pattern", &PORTS, Page::LocalhostOtherPort, get())
                .reads(200),
            row("a subdomain does not match the port pattern", &PORTS, Page::App, get()).withheld(),
            row("an address does not match the port pattern", &PORTS, Page::Address, get()).withheld(),
            row("a subdomain matches both patterns", &SUBDOMAINS_AND_PORTS, Page::Subdomain, get())
                .reads(200),
            row("the apex does not match both patterns", &SUBDOMAINS_AND_PORTS, Page::OtherPort, get())
                .withheld(),
            row("null is allowed where it is listed", &NULL, Page::Sandboxed, get()).reads(200),
            row("null posts where it is listed", &NULL, Page::Sandboxed, post()).reads(200),
            row("null's method must be listed too", &NULL, Page::Sandboxed, fetch("DELETE"))
                .stopped_at_preflight(),
            row("an origin is not null", &NULL, Page::App, get()).withheld(),
            row("a function allows the app", &PREDICATE, Page::App, get()).reads(200),
            row("a function allows another port", &PREDICATE, Page::OtherPort, get()).reads(200),
            row("a function denies a subdomain", &PREDICATE, Page::Subdomain, get()).withheld(),
            row("a function is not asked about null", &PREDICATE, Page::Sandboxed, get()).withheld(),
            row("its own page reads without CORS", &EXACT, own, get()).reads(200),
            row("its own page puts without a preflight", &EXACT, own, fetch("PUT")).reads(200),
            row("no layer: its own page reads", &NONE, own, get()).reads(200),
            row("no layer: the app may not read", &NONE, Page::App, get()).withheld(),
        ],
    }
}
