//! The scenarios of all measurements, in one table.

use http::Request;
use http::header::{ACCESS_CONTROL_REQUEST_HEADERS, ORIGIN};

use super::contender::{Contender, Run};
use super::policies;
use super::request::{
    APP, EVIL, HOSTILE, get, hits_and_misses, length_of, long_origin, preflight, preflight_for,
};

/// A policy, and requests to it.
pub struct Scenario {
    pub name: &'static str,
    pub kind: Kind,
    /// About so many requests, to be sent in turn.
    pub requests: fn(usize) -> Vec<Request<()>>,
    pub service: fn(Contender) -> Run,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// What servers see all day.
    Usual,
    /// A list of so many origins or patterns, asked for hits and misses.
    Many(usize),
    /// Input of an attacker: what counts is the time for a byte of it.
    Hostile,
}

const fn usual(
    name: &'static str,
    service: fn(Contender) -> Run,
    requests: fn(usize) -> Vec<Request<()>>,
) -> Scenario {
    Scenario {
        name,
        kind: Kind::Usual,
        requests,
        service,
    }
}

const fn hostile(
    name: &'static str,
    service: fn(Contender) -> Run,
    requests: fn(usize) -> Vec<Request<()>>,
) -> Scenario {
    Scenario {
        name,
        kind: Kind::Hostile,
        requests,
        service,
    }
}

const fn origins<const COUNT: usize>(name: &'static str) -> Scenario {
    Scenario {
        name,
        kind: Kind::Many(COUNT),
        requests: |requests| hits_and_misses(COUNT, requests, ""),
        service: policies::origins::<COUNT>,
    }
}

const fn patterns<const COUNT: usize>(name: &'static str) -> Scenario {
    Scenario {
        name,
        kind: Kind::Many(COUNT),
        requests: |requests| hits_and_misses(COUNT, requests, "www."),
        service: policies::patterns::<COUNT>,
    }
}

pub const SCENARIOS: &[Scenario] = &[
    usual("no Origin", policies::credentialed, |n| times(n, get(None))),
    usual("any origin", policies::any, |n| times(n, get(Some(APP)))),
    usual("one origin, credentials", policies::credentialed, |n| {
        times(n, get(Some(APP)))
    }),
    usual("the same in axum", policies::credentialed_in_axum, |n| {
        times(n, get(Some(APP)))
    }),
    usual(
        "the same in axum and hyper",
        policies::credentialed_over_http,
        |n| times(n, get(Some(APP))),
    ),
    usual("denied", policies::credentialed, |n| {
        times(n, get(Some(EVIL)))
    }),
    usual("preflight, any origin", policies::any, |n| {
        times(n, preflight(APP))
    }),
    usual("preflight, credentials", policies::credentialed, |n| {
        times(n, preflight(APP))
    }),
    usual("preflight, denied", policies::credentialed, |n| {
        times(n, preflight(EVIL))
    }),
    usual("subdomain pattern", policies::subdomain, |n| {
        times(n, get(Some(APP)))
    }),
    usual("predicate", policies::predicate, |n| {
        times(n, get(Some(APP)))
    }),
    origins::<1>("1 origin"),
    origins::<10>("10 origins"),
    origins::<1_000>("1,000 origins"),
    origins::<100_000>("100,000 origins"),
    origins::<1_000_000>("1,000,000 origins"),
    patterns::<1>("1 pattern"),
    patterns::<10>("10 patterns"),
    patterns::<1_000>("1,000 patterns"),
    patterns::<100_000>("100,000 patterns"),
    patterns::<1_000_000>("1,000,000 patterns"),
    hostile("32 KiB Origin of dots", policies::patterns::<1_000>, |_| {
        times(HOSTILE_REQUESTS, get(Some(&".".repeat(HOSTILE))))
    }),
    hostile("253-byte hosts", policies::long_origins, |_| {
        let requests = (b'a'..=b'z').map(|first| get(Some(&long_origin(first))));
        requests.cycle().take(HOSTILE_REQUESTS).collect()
    }),
    hostile("32 KiB of repeated names", policies::mirror, |_| {
        in_one_line("authorization,")
    }),
    hostile("32 KiB of commas", policies::mirror, |_| in_one_line(",")),
    hostile("32 KiB of blanks", policies::mirror, |_| in_one_line(" ")),
    hostile("32 KiB in 1,000 lines", policies::mirror, |_| {
        let line = "a".repeat(HOSTILE / 1_000);
        times(
            HOSTILE_REQUESTS,
            preflight_for(APP, vec![line.as_str(); 1_000]),
        )
    }),
    // Lists within the bounds, which are read to their end.
    hostile("8 KiB of repeated names", policies::mirror, |_| {
        in_bounds("authorization,")
    }),
    hostile("8 KiB of commas", policies::mirror, |_| in_bounds(",")),
    hostile("8 KiB of blanks", policies::mirror, |_| in_bounds(" ")),
    hostile("8 KiB of names and blanks", policies::mirror, |_| {
        in_bounds("authorization, ")
    }),
];

const HOSTILE_REQUESTS: usize = 26;

impl Scenario {
    /// How many requests are enough for a count of instructions: the seeds of hash tables are random, and
    /// tower-http goes through its list from end to end.
    pub fn counted(&self, who: Contender) -> usize {
        match (self.kind, who) {
            (Kind::Usual, _) => 100,
            (Kind::Many(100_000..), Contender::TowerHttp) => 3,
            (Kind::Many(_), _) => 3_000,
            (Kind::Hostile, _) => HOSTILE_REQUESTS,
        }
    }

    /// How long the hostile part of a request is, in bytes.
    pub fn hostile_bytes(&self) -> Option<usize> {
        if self.kind != Kind::Hostile {
            return None;
        }
        let request = (self.requests)(1).pop()?;
        let names = [ORIGIN, ACCESS_CONTROL_REQUEST_HEADERS];
        Some(names.iter().map(|name| length_of(&request, name)).sum())
    }
}

fn times(count: usize, request: Request<()>) -> Vec<Request<()>> {
    vec![request; count]
}

fn in_one_line(text: &str) -> Vec<Request<()>> {
    let line = text.repeat(HOSTILE / text.len());
    times(HOSTILE_REQUESTS, preflight_for(APP, [line.as_str()]))
}

fn in_bounds(text: &str) -> Vec<Request<()>> {
    let line = text.repeat(8 * 1024 / text.len());
    times(HOSTILE_REQUESTS, preflight_for(APP, [line.as_str()]))
}
