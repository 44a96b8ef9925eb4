//! The built page in a real browser: `dist/` served under a path by a plain static server, driven in Chromium.
//!
//! `script/test e2e` runs it; a plain `cargo test` does not, because it needs a built page.

mod driver;
mod page;
mod site;

use std::collections::HashSet;

use page::Page;

#[test]
fn the_page_loads_under_a_path_and_talks_to_nobody_else() {
    let page = Page::open("");
    assert_eq!(page.text("h1"), "Overflowing Sink");
    assert_eq!(page.console_errors(), Vec::<String>::new());

    let requests = page.requests();
    let strangers: Vec<&String> = requests
        .iter()
        .filter(|url| !url.starts_with(&page.origin()) && !url.starts_with("data:"))
        .collect();
    assert!(strangers.is_empty(), "requests to others: {strangers:#?}");
    // A preload that does not match what is fetched later would fetch it twice.
    let distinct: HashSet<&String> = requests.iter().collect();
    assert_eq!(distinct.len(), requests.len(), "asked twice: {requests:#?}");
    assert!(
        requests.iter().any(|url| url.contains("_bg.wasm")),
        "no WebAssembly among {requests:#?}"
    );
}
