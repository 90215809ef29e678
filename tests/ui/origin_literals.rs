//! `origin!` refuses what no browser sends, and says what to write.

use tower_cors::origin;

fn main() {
    let _ = origin!("https://a.example", "https://b.example");
    //~ `origin!` takes one literal

    origin!("");
    //~ is empty; an origin is scheme://host[:port]: write one, such as "https://app.example.com", or remove the entry

    origin!("*");
    //~ is not a valid origin pattern; allowing any origin is a separate setting: call allow_any_origin()

    origin!("null");
    //~ is the origin of every sandboxed or local page; allowing it is a separate setting: call allow_null_origin() if you need it

    origin!("app.example.com");
    //~ has no scheme; an origin starts with a scheme and "://": write the scheme before the host, as in "https://app.example.com"

    origin!("localhost:3000");
    //~ has no scheme; an origin starts with a scheme and "://": write the scheme before the host

    origin!("file:///index.html");
    //~ is a file URL; browsers send the origin of local files as "null": serve the page from a local web server, such as "http://localhost:8000", and allow that

    origin!("my_scheme://app.example.com");
    //~ has an invalid scheme; a scheme is a lower-case letter, then at most 63 letters, digits, "+", "-" or ".": write "https://app.example.com", or the scheme that the browser shows

    origin!("https://");
    //~ has no host; an origin is scheme://host[:port]: write the host after the scheme, as in "https://app.example.com"

    origin!("https://app.example.com/");
    //~ has a trailing slash; an origin ends after the host and port: write "https://app.example.com"

    origin!("https://app.example.com/index.html");
    //~ has a path; an origin ends after the host and port: write only the scheme, host and port of the page

    origin!("https://app.example.com?page=1");
    //~ has a query; an origin ends after the host and port: write only the scheme, host and port of the page

    origin!("https://app.example.com#top");
    //~ has a fragment; an origin ends after the host and port: write only the scheme, host and port of the page

    origin!("https://ann@app.example.com");
    //~ has a user name; browsers never send a user name or password in an origin: write only the scheme, host and port of the page

    origin!("https://App.example.com");
    //~ has upper-case letters; browsers send origins in lower case, and the comparison is byte by byte: write "https://app.example.com"

    origin!("https://app.example.com:443");
    //~ has the default port of its scheme; browsers leave the default port out: write "https://app.example.com"

    origin!("http://app.example.com:80");
    //~ has the default port of its scheme; browsers leave the default port out: write "http://app.example.com"

    origin!("https://app.example.com:");
    //~ has a colon without a port; a port is a number from 1 to 65535: write the port that the browser shows, or remove the colon

    origin!("https://app.example.com:0");
    //~ has port 0; a port is a number from 1 to 65535: write the port that the browser shows, or none

    origin!("https://app.example.com:65536");
    //~ has a port above 65535; a port is a number from 1 to 65535: write the port that the browser shows, or none

    origin!("https://app.example.com:08443");
    //~ has a port with a leading zero; a port is written without leading zeros: write the port that the browser shows

    origin!("https://app.example.com:https");
    //~ has a port that is not a number; a port is a number from 1 to 65535, or "*" for any: write the port that the browser shows, or none, and an entry for each port

    origin!("https://app*.com");
    //~ has a "*" in the wrong place; a "*" stands for whole subdomains ("https://*.example.com"), for a part of the first label ("https://app-*.example.com") or for any port ("http://localhost:*"): write each origin, call allow_any_origin() for all, or allow_origins_if() for a rule of your own

    origin!("https://app.*.example.com");
    //~ has a "*" in the wrong place

    origin!("https://*example.com");
    //~ has a "*" in the wrong place

    origin!("https://*");
    //~ has a "*" in the wrong place

    origin!("http://localhost:30*");
    //~ has a "*" in the wrong place

    origin!("*://app.example.com");
    //~ has a "*" in the wrong place

    origin!("https://*.192.0.2.1");
    //~ has a "*" before an IP address; an IP address has no subdomains: write the address alone

    origin!("https://bücher.example");
    //~ has non-ASCII characters; browsers send a host in its ASCII form, punycode: copy it from the browser's address bar

    origin!("https://b%C3%BCcher.example");
    //~ has a percent sign; browsers never send percent-encoding in an origin: write the host as the browser shows it

    origin!("^https://.*\\.example\\.com$");
    //~ looks like a regular expression or a glob; a pattern has a "*" for subdomains ("https://*.example.com"), for a part of the first label ("https://app-*.example.com") or for any port ("http://localhost:*"): write a pattern or each origin, or call allow_origins_if() for a rule of your own

    origin!("HTTPS://App.Example.com");
    //~ has upper-case letters; browsers send origins in lower case, and the comparison is byte by byte: write "https://app.example.com"

    origin!(" https://app.example.com");
    //~ has white space or invisible characters; an origin never has them: write only the origin, such as "https://app.example.com"

    origin!("https://app.example.com https://www.example.com");
    //~ has several origins; an entry is one origin: write each as a separate entry

    origin!("https://app.example.com,https://www.example.com");
    //~ has several origins; an entry is one origin: write each as a separate entry

    origin!("https://app..example.com");
    //~ has nothing between two dots of its host; each part of a host has at least one character: check the host for a typing error

    origin!("https://app.example.com.");
    //~ has a dot after the host; for a browser, a host with a final dot is another origin: write the whole host, without a dot at its end

    origin!("https://app.exam!ple.com");
    //~ has a character that is not valid in a host; a host is letters, digits, "-", "_" and dots: check the host for a typing error

    origin!("https://127.1");
    //~ has an IPv4 address in an unusual form; browsers send four decimal numbers without leading zeros: write the four numbers that the browser shows

    origin!("https://256.0.0.1");
    //~ has a host that ends in a number but is not a valid IPv4 address; browsers refuse such a host: write four numbers from 0 to 255, or a domain name

    origin!("http://[0:0:0:0:0:0:0:1]:3000");
    //~ has an IPv6 address in an unusual form; browsers send the shortest form: write it as the browser shows it

    origin!("http://::1");
    //~ has an invalid IPv6 address; an IPv6 address has brackets around it, and no zone: write it as in "http://[::1]:3000"

    origin!("http://[::g]");
    //~ has an invalid IPv6 address; an IPv6 address has brackets around it, and no zone: write it as in "http://[::1]:3000"

    origin!("https://xn--a-ecp.xn--99999999.example");
    //~ has an "xn--" label that is not valid punycode; browsers refuse such a host: copy the host from the browser's address bar

    origin!(concat!("https://app.example.com", "/"));
    //~ has a trailing slash; an origin ends after the host and port: write "https://app.example.com"
}
