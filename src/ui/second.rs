//! The second mapping's part of the ledger: the same records, and what became of them for another reader (E14).

use super::markup::Markup;
use crate::page::caption::{count, span};
use crate::recording::moment::SecondMoment;

/// Its rows below those of the first mapping.
pub(super) fn second_view(m: &mut Markup, second: &SecondMoment) {
    let ledger = &second.ledger;
    let blocked = second.shards.iter().filter(|shard| shard.blocked).count();
    m.put(
        "<section id=second aria-label='Second mapping'><dl class=facts><div class='fact fact--wide'><dt><b>Second mapping</b></dt>\
         <dd>its own reader of the same records</dd></div><>",
        &[],
    );
    let rows = [
        ("second_processed", "processed", ledger.processed.total()),
        ("second_filtered", "filtered out", ledger.filtered.total()),
        (
            "second_sent",
            "sent to the destination",
            ledger.to_destination.total(),
        ),
        (
            "second_given_up",
            "discarded without a trace",
            ledger.discarded.total(),
        ),
        (
            "second_aside",
            "parked or swallowed by the handler",
            (ledger.parked + ledger.swallowed).total(),
        ),
        ("second_expired", "expired unread", ledger.expired().total()),
        (
            "second_unread",
            "unread or in flight",
            ledger.unread.total(),
        ),
        ("second_invocations", "invocations", ledger.invocations),
        ("second_errors", "Errors", ledger.errors),
        ("second_throttles", "Throttles", ledger.throttles),
        ("second_blocked", "blocked shards", blocked as u64),
    ];
    for (id, label, value) in rows {
        row(m, id, label, &count(value));
    }
    row(m, "second_age", "IteratorAge", &span(second.iterator_age()));
    m.put("</></dl></section>", &[]);
}

fn row(m: &mut Markup, id: &str, label: &str, value: &str) {
    m.put(
        "<div class='fact fact--wide' data-row={}><dt>{}</dt><dd>{}</dd></div>",
        &[id, label, value],
    );
}
