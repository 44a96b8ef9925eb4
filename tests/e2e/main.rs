//! The built page in a real browser: `dist/` served under a path by a plain static server, driven in Chromium.
//!
//! `script/test e2e` runs it; a plain `cargo test` does not, because it needs a built page.

mod accessible;
mod drawers;
mod driver;
mod frames;
mod page;
mod site;
mod story;
mod trouble;
mod watch;

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

#[test]
fn the_policy_stops_whatever_would_leave_the_page() {
    let rows = [
        (
            "connect-src",
            "void fetch('http://127.0.0.1:9/').catch(() => {})",
        ),
        (
            "connect-src",
            "void navigator.sendBeacon('http://127.0.0.1:9/', 'x')",
        ),
        (
            "img-src",
            "void (new Image().src = 'http://127.0.0.1:9/x.png')",
        ),
        (
            "script-src-elem",
            "document.head.append(Object.assign(document.createElement('script'), {text: '0'}))",
        ),
        (
            "style-src-attr",
            "document.body.setAttribute('style', 'color: red')",
        ),
    ];
    let page = Page::open("");
    for (directive, attempt) in rows {
        let stopped_by = page.eval(&format!(
            "new Promise((done) => {{
               const stopped = (event) => done(event.effectiveDirective);
               document.addEventListener('securitypolicyviolation', stopped, {{ once: true }});
               setTimeout(() => done('nothing'), 5000);
               {attempt};
             }})"
        ));
        assert_eq!(stopped_by, directive, "{attempt}");
    }
}
