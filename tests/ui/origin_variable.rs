//! `origin!` takes a literal or a constant: for anything else, rustc points at the variable.

use tower_cors::origin;

const APP: &str = "https://app.example.com";

fn main() {
    let _ = origin!(APP);

    let variable = "https://app.example.com";
    let _ = origin!(variable);
    //~ attempt to use a non-constant value in a constant
}
