//! When something goes wrong that nobody planned: the page says so in plain words, and the way back is a click.

use crate::page::Page;

const FAILED: &str = "document.querySelector('#failure[open]')";

/// The browser refuses to put a node in its place, which the library under the page answers with a panic.
const REFUSE_NODES: &str =
    "(Node.prototype.insertBefore = () => { throw new Error('refused'); }, true)";

#[test]
fn a_panic_leaves_a_message_the_link_and_a_way_back() {
    let page = Page::open("v=1&palette=dark");
    page.click("#send-pill");
    page.wait_until("location.hash.includes(':pill:')", 10);
    page.eval(REFUSE_NODES);
    page.key("?");
    page.wait_until(FAILED, 10);
    assert!(page.text("#failure").contains("The playground has stopped"));
    assert!(
        page.text("#failure-reason").contains("panicked at"),
        "{}",
        page.text("#failure-reason")
    );
    let link = page.eval("document.querySelector('#failure input').value");
    let link = link.as_str().unwrap_or_default();
    assert!(
        link.contains(":pill:") && link.contains("palette=dark"),
        "{link}"
    );
    page.click("#failure-again");
    page.wait_until(
        "!document.querySelector('#failure') && document.querySelector('.flag--pill')",
        20,
    );
}

#[test]
fn what_fails_to_arrive_says_so_and_can_be_tried_again() {
    for part in ["_bg.wasm", "overflowing-sink-"] {
        let page = Page::blank();
        page.block(part);
        page.visit("v=1&at=1h:pill:1");
        page.wait_until(FAILED, 10);
        assert!(
            page.text("#failure").contains("could not start"),
            "{part}: {}",
            page.text("#failure")
        );
        assert_eq!(page.text("h1"), "Overflowing Sink");
        page.block("nothing-is-called-that");
        page.click("#failure-again");
        page.wait_until("document.querySelector('.flag--pill')", 20);
    }
}
