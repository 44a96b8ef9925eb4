//! What CloudWatch shows: the metrics, the lens, logs, the bill, and when somebody would have been paged.

use crate::page::Page;

/// A metric's value as it stands on the page.
fn value(page: &Page, metric: &str) -> String {
    let css = format!("[data-metric='{metric}'] .metric__now");
    page.text(&css)
}

#[test]
fn the_loss_stands_beside_the_metrics_that_do_not_show_it() {
    // At 28:00 the pill has been gone for three hours and good orders expire.
    let page = Page::open("at=1h:pill:1&t=28h");
    page.wait_until("document.querySelector('.world').dataset.digest", 20);
    page.click("#tab-cloudwatch");
    page.wait_until("document.querySelector('[data-metric=Errors]')", 10);
    for metric in ["Errors", "Throttles", "DroppedEventCount"] {
        assert_eq!(value(&page, metric), "0", "{metric}");
    }
    page.wait_until(
        "document.querySelector(\"[data-metric='expired unread'] .metric__now\").textContent !== '0'",
        20,
    );
    let minute = value(&page, "expired unread");
    assert_eq!(
        page.eval("document.querySelectorAll('.timeline__pages li').length"),
        2
    );
    assert!(page.text(".timeline__pages").contains("paged for Errors"));

    page.click(".lens:nth-of-type(1)");
    page.wait_until(
        "document.querySelector('.lens').getAttribute('aria-pressed') === 'true'",
        5,
    );
    assert_ne!(value(&page, "expired unread"), minute);
    page.click("#tab-logs");
    page.wait_until("document.querySelector('.log')", 5);
    assert!(page.text(".logs").contains("REPORT RequestId"));
    page.click("#tab-bill");
    page.wait_until("document.querySelector('.bill__total')", 5);
    assert!(page.text(".bill__total").contains('$'));
    assert_eq!(page.console_errors(), Vec::<String>::new());
}

#[test]
fn nobody_is_paged_before_it_happens() {
    let page = Page::open("");
    page.wait_until("document.querySelector('.world').dataset.digest", 20);
    page.click("#send-pill");
    page.wait_until("document.querySelector('#lift-veil')", 10);
    assert_eq!(
        page.eval("document.querySelectorAll('.timeline__pages li').length"),
        0
    );
}
