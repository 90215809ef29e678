//! Says which mistake is switched on, in a crate that was compiled with all mistakes in it (see ../mutants.py).

#![feature(const_eval_select, core_intrinsics)]
#![allow(internal_features)]

use std::fs::OpenOptions;
use std::io::Write;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};

/// The mistake that the variable `MUTANT` names, if it is one of a function's: those from `first` to `last`. Otherwise,
/// and in the compiler, 0.
#[inline]
pub const fn active(first: u32, last: u32) -> u32 {
    core::intrinsics::const_eval_select((first, last), in_compiler, at_run_time)
}

const fn in_compiler(_: u32, _: u32) -> u32 {
    0
}

fn at_run_time(first: u32, last: u32) -> u32 {
    static ACTIVE: LazyLock<Option<u32>> =
        LazyLock::new(|| std::env::var("MUTANT").ok()?.parse().ok());
    match *ACTIVE {
        Some(active) if first <= active && active <= last => active,
        Some(_) => 0,
        None => {
            note(first);
            0
        }
    }
}

/// Writes the function's first mistake into the file that `MUTANTS_REACHED` names, once.
#[cold]
fn note(first: u32) {
    static SEEN: [AtomicBool; 20_000] = [const { AtomicBool::new(false) }; 20_000];
    static FILE: LazyLock<Option<String>> =
        LazyLock::new(|| std::env::var("MUTANTS_REACHED").ok());
    let is_new = SEEN
        .get(first as usize)
        .is_some_and(|seen| !seen.swap(true, Ordering::Relaxed));
    if let (true, Some(path)) = (is_new, &*FILE) {
        let file = OpenOptions::new().append(true).create(true).open(path);
        if let Ok(mut file) = file {
            let _ = file.write_all(format!("{first}\n").as_bytes());
        }
    }
}
