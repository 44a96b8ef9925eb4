//! In the browser the playground; in a terminal a small command line over the same library.

fn main() {}
