//! What records hold is a setting, and a filter sees it (E51).
#![cfg(not(target_arch = "wasm32"))]

use overflowing_sink::recording::recorder::Recorder;
use overflowing_sink::scenario::configure::configure;
use overflowing_sink::scenario::link::from_link;

const TWO_KINDS: &str = "data=1%20%7B%22type%22:%22a%22%7D%0A3%20%7B%22type%22:%22b%22%7D";

/// Requires that so many percent of the records that were read are filtered out.
fn check(link: &str, percent: u64, problems: usize) {
    let (shared, notices) = from_link(link);
    let (config, told) = configure(&shared.scenario);
    assert_eq!(notices.len(), problems, "{link}: {notices:?}");
    assert_eq!(told.len(), problems, "{link}: {told:?}");
    let end = config.horizon;
    let mut recorder = Recorder::new(config);
    recorder.finish();
    let ledger = recorder.moment(end).ledger;
    let read = ledger.processed.total() + ledger.filtered.total();
    assert!(read > 100_000, "{link}: {read}");
    let share = (ledger.filtered.total() * 1_000).div_ceil(read);
    assert!(
        share.abs_diff(percent * 10) <= 1,
        "{link}: {share} ‰ instead of {percent} %"
    );
}

#[test]
fn a_filter_judges_the_kinds_that_were_written() {
    let filter =
        |what: &str| format!("FilterCriteria=%7B%22data%22:%7B%22type%22:%5B%22{what}%22%5D%7D%7D");
    let link = |parts: &[&str]| format!("#v=1&horizon=1h&dailySwing=0&{}", parts.join("&"));
    check(&link(&[TWO_KINDS]), 0, 0);
    check(&link(&[TWO_KINDS, &filter("a")]), 75, 0);
    check(&link(&[TWO_KINDS, &filter("b")]), 25, 0);
    // The opening orders: 13 of 100 are refunds.
    check(&link(&[&filter("refund")]), 87, 0);
    // Not valid: the opening orders.
    check(&link(&["data=oops", &filter("refund")]), 87, 1);
}
