//! What the hostile client does, case by case.

use std::ops::Range;
use std::time::Duration;

use fastrand::Rng;

use super::exchange::{End, How, Script, Step};
use super::judge::{Expected, Kind, Page};
use crate::policies::{ALWAYS, LOOKED_UP, NEVER, SOMETIMES};

pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) pace: Pace,
    pub(crate) script: fn(&mut Rng) -> Script,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pace {
    Fast,
    /// It takes seconds.
    Slow,
}

/// The case whose origin some policies allow.
pub(crate) const AT_TIMES: &str = "an origin that some policies allow";

pub(crate) const CASES: &[Case] = &[
    fast("an origin that every policy allows", |_| {
        actual(Page::Allowed, request("GET", "/items", &[origin(ALWAYS)]))
    }),
    fast(AT_TIMES, |_| actual(Page::Unknown, request("GET", "/items", &[origin(SOMETIMES)]))),
    fast("an origin that no policy allows", |_| {
        actual(Page::Denied, request("POST", "/items", &[origin(NEVER)]))
    }),
    fast("an origin that a look-up allows", |_| {
        actual(Page::Allowed, request("GET", "/tenants", &[origin(LOOKED_UP)]))
    }),
    fast("a preflight with an origin that a look-up allows", |_| {
        let lines = [origin(LOOKED_UP), line("Access-Control-Request-Method", b"PUT")];
        preflight(Page::Allowed, request("OPTIONS", "/tenants", &lines))
    }),
    fast("new origins that a look-up denies", |rng| {
        let new = format!("https://t{}.example", rng.u64(..));
        actual(Page::Denied, request("GET", "/tenants", &[origin(&new)]))
    }),
    fast("a flood of preflights on one connection", flood),
    fast("many Origin lines", |rng| {
        let lines = vec![origin(ALWAYS); rng.usize(2..90)];
        actual(Page::Denied, request("GET", "/items", &lines))
    }),
    fast("a preflight with many Origin lines", |rng| {
        let mut lines = vec![origin(ALWAYS); rng.usize(2..90)];
        lines.push(line("Access-Control-Request-Method", b"PUT"));
        preflight(Page::Denied, request("OPTIONS", "/items", &lines))
    }),
    fast("an Origin of 32 KiB", |rng| {
        let long = line("Origin", &[b"https://", &*vec![rng.alphanumeric() as u8; 32 << 10]].concat());
        actual(Page::Denied, request("GET", "/items", &[long]))
    }),
    fast("an Origin of bytes that aren't ASCII", |rng| {
        let bytes: Vec<u8> = (0..rng.usize(1..200)).map(|_| rng.u8(0x80..)).collect();
        actual(Page::Denied, request("GET", "/items", &[line("Origin", &bytes)]))
    }),
    fast("an Origin that is nearly allowed", |rng| {
        let mut bytes = ALWAYS.as_bytes().to_vec();
        let place = rng.usize(0..bytes.len());
        bytes.insert(place, rng.u8(b'!'..=b'~'));
        actual(Page::Denied, request("GET", "/items", &[line("Origin", &bytes)]))
    }),
    fast("an empty Origin, null, and blanks", |rng| {
        let values: [&[u8]; 4] = [b"", b"null", b"\t \t", b"*"];
        let value = values[rng.usize(0..values.len())];
        actual(Page::Denied, request("GET", "/items", &[line("Origin", value)]))
    }),
    fast("a preflight for 64 KiB of headers", |rng| {
        let names = vec![rng.alphanumeric() as u8; 64 << 10];
        asking(b"PUT", &[line("Access-Control-Request-Headers", &names)])
    }),
    fast("a preflight for commas without number", |rng| {
        let commas = vec![b','; rng.usize(1..20_000)];
        asking(b"PUT", &[line("Access-Control-Request-Headers", &commas)])
    }),
    fast("a preflight for headers over many lines", |rng| {
        let lines = vec![line("Access-Control-Request-Headers", b"x-name"); rng.usize(2..90)];
        asking(b"PUT", &lines)
    }),
    fast("a preflight for bytes that aren't ASCII", |rng| {
        let bytes: Vec<u8> = (0..rng.usize(1..200)).map(|_| rng.u8(0x80..)).collect();
        asking(&bytes, &[line("Access-Control-Request-Headers", &bytes)])
    }),
    fast("a preflight for several methods, and long ones", |rng| {
        let long = vec![b'M'; rng.usize(1..30_000)];
        asking(&long, &[line("Access-Control-Request-Method", b"PUT")])
    }),
    fast("more than a hundred headers", |rng| {
        let lines: Vec<Vec<u8>> = (0..rng.usize(150..2000)).map(|n| line(&format!("x-{n}"), b"1")).collect();
        refused(request("GET", "/items", &lines))
    }),
    fast("a header of 600 KiB", |_| {
        refused(request("GET", "/items", &[line("x-huge", &vec![b'x'; 600 << 10])]))
    }),
    fast("a target of 70 KiB", |_| {
        let target = format!("/{}", "x".repeat(70 << 10));
        refused(request("GET", &target, &[origin(ALWAYS)]))
    }),
    fast("malformed headers", |rng| {
        let lines: [&[u8]; 9] = [
            b"Origin\r\n",
            b": https://app.example.com\r\n",
            b"Origin : https://app.example.com\r\n",
            b" Origin: https://app.example.com\r\n",
            b"Origin: https://app.example.com\r\n https://evil.example\r\n",
            b"Origin: https://app\0.example.com\r\n",
            b"Or\xffigin: https://app.example.com\r\n",
            b"Content-Length: -1\r\n",
            b"Content-Length: 1\r\nContent-Length: 2\r\n",
        ];
        refused(request("GET", "/items", &[lines[rng.usize(0..lines.len())].to_vec()]))
    }),
    fast("malformed request lines", |rng| {
        let lines: [&[u8]; 10] = [
            b"GET /items\r\n\r\n",
            b"GET /items HTTP/9.9\r\n\r\n",
            b"GET  /items HTTP/1.1\r\n\r\n",
            b"/items HTTP/1.1\r\n\r\n",
            b"GET /it\xc3\xa4ms HTTP/1.1\r\nConnection: close\r\n\r\n",
            b"G\0T / HTTP/1.1\r\n\r\n",
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            b"GET http:// HTTP/1.1\r\n\r\n",
            b"GET \\ HTTP/1.1\r\n\r\n",
        ];
        refused(lines[rng.usize(0..lines.len())].to_vec())
    }),
    fast("methods and targets that are seldom seen", |rng| {
        let lines = [
            ("get", "/items"),
            ("OPTIONS", "*"),
            ("OPTIONS", "/items"),
            ("TRACE", "/none/%ff/../items"),
            ("X-ANY", "http://other.example/items"),
            ("PUT", "/items?%"),
            ("CONNECT", "other.example:443"),
        ];
        let (method, target) = lines[rng.usize(0..lines.len())];
        // Some of them no server takes. The choice allows nobody where a path can be read in several ways.
        read(Kind::Unknown, Page::Unknown, request(method, target, &[origin(ALWAYS)]))
    }),
    fast("random bytes", |rng| {
        let mut bytes: Vec<u8> = (0..rng.usize(1..2000)).map(|_| rng.u8(..)).collect();
        bytes.extend(b"\r\n\r\n");
        bytes.extend(request("GET", "/items", &[]));
        refused(bytes)
    }),
    fast("an actual request with changed bytes", |rng| {
        let base = request("GET", "/items", &[origin(ALWAYS), line("Accept", b"*/*")]);
        mutated(rng, base)
    }),
    fast("a preflight with changed bytes", |rng| {
        let lines = [
            origin(ALWAYS),
            line("Access-Control-Request-Method", b"PUT"),
            line("Access-Control-Request-Headers", b"authorization,content-type"),
        ];
        mutated(rng, request("OPTIONS", "/items", &lines))
    }),
    fast("a body that isn't what it says", |rng| {
        let bodies: [&[u8]; 4] = [
            b"Transfer-Encoding: chunked\r\n\r\nzz\r\nxx\r\n0\r\n\r\n",
            b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nx\r\n",
            b"Transfer-Encoding: chunked, identity\r\n\r\n1\r\nx\r\n0\r\n\r\n",
            b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n[]",
        ];
        let head = b"POST /echo HTTP/1.1\r\nHost: api\r\nConnection: close\r\n";
        refused([head, bodies[rng.usize(0..bodies.len())]].concat())
    }),
    fast("a body over the limit", |_| {
        let head = [origin(ALWAYS), line("Content-Length", b"4194304")];
        let mut bytes = request("POST", "/echo", &head);
        bytes.extend(vec![b'x'; 4 << 20]);
        actual(Page::Allowed, bytes)
    }),
    fast("cut in the middle of the head", |rng| {
        let bytes =
            request("OPTIONS", "/items", &[origin(ALWAYS), line("Access-Control-Request-Method", b"PUT")]);
        let cut = rng.usize(0..bytes.len());
        cut_after(rng, 0..20, bytes[..cut].to_vec())
    }),
    fast("cut in the middle of the body", |rng| {
        let mut bytes = request("POST", "/echo", &[origin(ALWAYS), line("Content-Length", b"100000")]);
        bytes.extend(vec![b'x'; rng.usize(0..99_999)]);
        cut_after(rng, 0..20, bytes)
    }),
    fast("cut while the handler works", |rng| {
        cut_after(rng, 0..60, request("GET", "/slow", &[origin(ALWAYS)]))
    }),
    fast("cut in the middle of a large response", |rng| cut_at(rng, "/large", 1 << 20)),
    fast("cut in the middle of a streamed response", |rng| cut_at(rng, "/stream", 512 << 10)),
    slow("a head that comes byte by byte", |rng| {
        let bytes = request("GET", "/items", &[origin(ALWAYS)]);
        let steps = vec![Step::Drip(bytes, pause(rng))];
        Script { steps, end: End::Read, expected: vec![Expected { kind: Kind::Actual, page: Page::Allowed }] }
    }),
    slow("a preflight that comes byte by byte", |rng| {
        let bytes =
            request("OPTIONS", "/items", &[origin(NEVER), line("Access-Control-Request-Method", b"PUT")]);
        let steps = vec![Step::Drip(bytes, pause(rng))];
        Script {
            steps,
            end: End::Read,
            expected: vec![Expected { kind: Kind::Preflight, page: Page::Denied }],
        }
    }),
    slow("a body that comes byte by byte", |rng| {
        let head = request("POST", "/echo", &[origin(ALWAYS), line("Content-Length", b"60")]);
        let steps = vec![Step::Send(head), Step::Drip(vec![b'x'; 60], pause(rng))];
        Script { steps, end: End::Read, expected: vec![Expected { kind: Kind::Actual, page: Page::Allowed }] }
    }),
    slow("a head that comes byte by byte, and is cut", |rng| {
        let bytes = request("GET", "/items", &[origin(ALWAYS)]);
        let steps = vec![Step::Drip(bytes[..rng.usize(1..bytes.len())].to_vec(), pause(rng))];
        Script { steps, end: End::CutAfter(pause(rng), how(rng)), expected: Vec::new() }
    }),
    slow("a body that comes byte by byte, and is cut", |rng| {
        let head = request("POST", "/echo", &[origin(ALWAYS), line("Content-Length", b"60")]);
        let steps = vec![Step::Send(head), Step::Drip(vec![b'x'; rng.usize(1..60)], pause(rng))];
        Script { steps, end: End::CutAfter(pause(rng), how(rng)), expected: Vec::new() }
    }),
    slow("a connection that is kept open and says nothing", |rng| {
        let end = End::CutAfter(Duration::from_millis(rng.u64(1000..5000)), how(rng));
        Script { steps: Vec::new(), end, expected: Vec::new() }
    }),
];

const fn fast(name: &'static str, script: fn(&mut Rng) -> Script) -> Case {
    Case { name, pace: Pace::Fast, script }
}

const fn slow(name: &'static str, script: fn(&mut Rng) -> Script) -> Case {
    Case { name, pace: Pace::Slow, script }
}

/// A request after which the server closes.
fn request(method: &str, target: &str, lines: &[Vec<u8>]) -> Vec<u8> {
    let head = format!("{method} {target} HTTP/1.1\r\nHost: api\r\nConnection: close\r\n");
    [head.as_bytes(), &lines.concat(), b"\r\n"].concat()
}

fn line(name: &str, value: &[u8]) -> Vec<u8> {
    [name.as_bytes(), b": ", value, b"\r\n"].concat()
}

fn origin(origin: &str) -> Vec<u8> {
    line("Origin", origin.as_bytes())
}

fn read(kind: Kind, page: Page, bytes: Vec<u8>) -> Script {
    Script { steps: vec![Step::Send(bytes)], end: End::Read, expected: vec![Expected { kind, page }] }
}

fn actual(page: Page, bytes: Vec<u8>) -> Script {
    read(Kind::Actual, page, bytes)
}

fn preflight(page: Page, bytes: Vec<u8>) -> Script {
    read(Kind::Preflight, page, bytes)
}

/// Whether the response names the origin depends on how much of the rest the current policy reads.
fn asking(method: &[u8], lines: &[Vec<u8>]) -> Script {
    let mut all = vec![origin(ALWAYS), line("Access-Control-Request-Method", method)];
    all.extend_from_slice(lines);
    preflight(Page::Unknown, request("OPTIONS", "/items", &all))
}

/// What no layer sees, for the most part.
fn refused(bytes: Vec<u8>) -> Script {
    actual(Page::Unknown, bytes)
}

/// Some bytes are changed, left out or added; then comes a request after which the server closes.
fn mutated(rng: &mut Rng, mut bytes: Vec<u8>) -> Script {
    for _ in 0..rng.usize(1..5) {
        let place = rng.usize(0..bytes.len());
        match rng.u8(0..3) {
            0 => bytes[place] = rng.u8(..),
            1 => bytes.insert(place, rng.u8(..)),
            _ => drop(bytes.remove(place)),
        }
    }
    bytes.extend(request("GET", "/items", &[]));
    read(Kind::Unknown, Page::Unknown, bytes)
}

fn flood(rng: &mut Rng) -> Script {
    let mut bytes = Vec::new();
    let mut expected = Vec::new();
    for _ in 0..200 {
        let (value, page) = match rng.u8(0..3) {
            0 => (ALWAYS.to_owned(), Page::Allowed),
            1 => (SOMETIMES.to_owned(), Page::Unknown),
            _ => (format!("https://{}.example", rng.u64(..)), Page::Denied),
        };
        let head = format!(
            "OPTIONS /items/{0} HTTP/1.1\r\nHost: api\r\nOrigin: {value}\r\n\
             Access-Control-Request-Method: PUT\r\nAccess-Control-Request-Headers: x-{0},content-type\r\n\r\n",
            rng.u8(..)
        );
        bytes.extend(head.as_bytes());
        expected.push(Expected { kind: Kind::Preflight, page });
    }
    bytes.extend(request("GET", "/items", &[origin(ALWAYS)]));
    expected.push(Expected { kind: Kind::Actual, page: Page::Allowed });
    Script { steps: vec![Step::Send(bytes)], end: End::Read, expected }
}

fn cut_after(rng: &mut Rng, milliseconds: Range<u64>, bytes: Vec<u8>) -> Script {
    let end = End::CutAfter(Duration::from_millis(rng.u64(milliseconds)), how(rng));
    Script { steps: vec![Step::Send(bytes)], end, expected: Vec::new() }
}

fn cut_at(rng: &mut Rng, path: &str, most: usize) -> Script {
    let steps = vec![Step::Send(request("GET", path, &[origin(ALWAYS)]))];
    let expected = vec![Expected { kind: Kind::Actual, page: Page::Allowed }];
    Script { steps, end: End::CutAt(rng.usize(2000..most), how(rng)), expected }
}

fn how(rng: &mut Rng) -> How {
    if rng.bool() { How::Close } else { How::Reset }
}

fn pause(rng: &mut Rng) -> Duration {
    Duration::from_millis(rng.u64(10..60))
}
