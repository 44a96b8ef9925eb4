//! For everyone: axe-core finds nothing on any view or dialog, in every palette, large and small; the keyboard reaches
//! everything; the live region is calm.

use std::env;
use std::fs;

use serde_json::Value;

use crate::page::Page;

/// What axe finds, as one line for each rule and the first places it points at.
const FINDINGS: &str = "axe.run(document, { resultTypes: ['violations'] }).then((found) => found.violations.map((rule) =>
    `${rule.id}: ${rule.nodes.slice(0, 3).map((node) => node.target.join(' ') + ' ' + (node.any[0]?.message ?? '')).join(' | ')}`))";

/// Names, and the keys or clicks that lead there from the page as it was opened.
const VIEWS: &[(&str, &str)] = &[
    ("page", "true"),
    (
        "settings",
        "document.querySelector('#tab-settings').click()",
    ),
    ("ledger", "document.querySelector('#tab-ledger').click()"),
    (
        "cloudwatch",
        "document.querySelector('#tab-cloudwatch').click()",
    ),
    ("logs", "document.querySelector('#tab-logs').click()"),
    ("bill", "document.querySelector('#tab-bill').click()"),
    ("share", "document.querySelector('#share').click()"),
    ("import", "document.querySelector('#import').click()"),
    ("help", "document.querySelector('#help-open').click()"),
];

fn axe() -> String {
    let path = env::var("AXE").expect("AXE names axe.min.js; script/test e2e sets it");
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn axe_finds_nothing() {
    let page = Page::blank();
    page.run_first(&axe());
    let mut findings = Vec::new();
    for (width, height) in [(1440, 900), (360, 740)] {
        page.size(width, height);
        for palette in ["light", "dark", "projector"] {
            page.visit("nothing");
            page.go(&format!("v=1&at=1h:pill:1&t=28h&palette={palette}"));
            page.reload();
            page.wait_until("document.querySelector('.world[data-digest]')", 60);
            for (name, way) in VIEWS {
                page.eval(&format!("({way}, true)"));
                page.run_for(0.3);
                let found = page.eval(FINDINGS);
                for finding in found
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter_map(Value::as_str)
                {
                    findings.push(format!("{name}, {palette}, {width} px: {finding}"));
                }
                page.eval("document.querySelector('dialog[open]')?.close()");
                page.run_for(0.1);
            }
        }
    }
    assert!(findings.is_empty(), "{findings:#?}");
}

#[test]
fn an_embedded_page_has_a_heading_and_axe_finds_nothing() {
    let page = Page::blank();
    page.run_first(&axe());
    page.go("v=1&embed=true&t=1h");
    page.wait_until("document.querySelector('.world[data-digest]')", 60);
    assert_eq!(
        page.eval("document.querySelectorAll('h1').length > 0"),
        true
    );
    assert_eq!(page.eval(FINDINGS), serde_json::json!([]));
}

/// The live region speaks whole sentences, at most one in five seconds, however the figures run.
#[test]
fn the_live_region_is_calm() {
    let page = Page::open("v=1&at=1h:pill:1&t=25h&speed=1000");
    page.wait_until("document.querySelector('[aria-live]')", 10);
    page.key("Space");
    page.eval(
        "(window.spoken = 0, new MutationObserver(() => window.spoken += 1).observe(document.querySelector('[aria-live]'), \
         { childList: true, characterData: true, subtree: true }), true)",
    );
    page.run_for(12.0);
    let spoken = page.eval("window.spoken").as_u64().unwrap_or(u64::MAX);
    assert!(spoken <= 4, "{spoken} changes in 12 s");
    assert_eq!(
        page.eval(
            "document.querySelectorAll('[role=status] .number, [role=alert] .number').length"
        ),
        0
    );
}
