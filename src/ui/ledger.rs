//! The ledger: where every record is, and how the day ends.

use super::markup::{Markup, only};
use super::player::Snapshot;
use super::second::second_view;
use crate::engine::ledger::Ledger;
use crate::page::caption::{count, digest};
use crate::page::sheet::{Row, Tone, Verdict, rows, unhandled, verdict};

/// The panel.
pub(super) fn ledger_view(m: &mut Markup, snapshot: &Snapshot) {
    let ledger = &snapshot.panel.ledger;
    let (wrong, sum) = if ledger.adds_up() {
        ("", "adds up ✓")
    } else {
        ("ledger__sum--wrong", "does not add up")
    };
    m.put(
        "<section id=ledger class='card ledger' aria-labelledby=ledger-title>\
         <header class=card__head><h2 id=ledger-title>Ledger</h2><span class='ledger__sum {}'>{}</span></header><>",
        &[wrong, sum],
    );
    let two = snapshot.panel.moment.second.is_some();
    outcome_view(m, snapshot.outcome.as_ref(), snapshot.before, two);
    m.put("</><dl class=rows>", &[]);
    for row in rows(ledger) {
        row_view(m, &row);
    }
    m.put("</dl><dl class=facts>", &[]);
    for (id, label, value, wide) in [
        (
            "charged_twice",
            "customers charged twice",
            ledger.charged_twice,
            "fact--wide",
        ),
        (
            "caught",
            "known by their idempotency key",
            ledger.caught,
            "fact--wide",
        ),
        (
            "invocations",
            "invocations",
            ledger.invocations,
            "fact--wide",
        ),
        ("errors", "Errors", ledger.errors, ""),
        ("throttles", "Throttles", ledger.throttles, ""),
        (
            "messages",
            "messages to the destination",
            ledger.messages,
            "fact--wide",
        ),
    ] {
        if id == "caught" && value == 0 {
            continue;
        }
        m.put(
            "<div class='fact {}' data-row={}><dt>{}</dt><dd>{}</dd></div>",
            &[wide, id, label, &count(value)],
        );
    }
    m.put("</dl><>", &[]);
    if let Some(second) = &snapshot.panel.moment.second {
        second_view(m, second);
    }
    m.put("</><>", &[]);
    if let Some(whole) = snapshot.panel.digest {
        m.put(
            "<p class='muted ledger__digest'>digest of the whole run <code id=digest>{}</code></p>",
            &[&digest(whole)],
        );
    }
    m.put("</></section>", &[]);
}

fn row_view(m: &mut Markup, row: &Row) {
    let tone = match row.tone {
        Tone::Good => "good",
        Tone::Done => "done",
        Tone::Ticket => "ticket",
        Tone::Lost => "lost",
        Tone::Plain => "plain",
    };
    m.put(
        "<div class='row {}' data-row={}><dt>{}</dt><dd><>",
        &[only(row.part, "row--part"), row.id, row.label],
    );
    if row.tally.poison > 0 {
        m.put(
            "<span class=star title='poison pills among them'>★ {}</span>",
            &[&count(row.tally.poison)],
        );
    }
    // What is there at all can be seen.
    let least = u32::from(row.tally.total() > 0) * 4;
    m.put(
        "</><span class=number>{}</span></dd>\
         <svg class='bar bar--{}' viewBox='0 0 1000 4' preserveAspectRatio=none aria-hidden=true>\
         <rect class=bar__rest width=1000 height=4/><rect class=bar__part width={} height=4/></svg></div>",
        &[
            &count(row.tally.good),
            tone,
            &row.permille.max(least).to_string(),
        ],
    );
}

/// How the run ends, against how it ended before the last change.
fn outcome_view(m: &mut Markup, outcome: Option<&Ledger>, before: Option<u64>, two: bool) {
    let Some(outcome) = outcome else { return };
    let now = unhandled(outcome);
    let (verdict, words) = verdict(outcome);
    let tone = match verdict {
        Verdict::OnlyPills => "outcome--won",
        Verdict::Nothing => "outcome--calm",
        Verdict::Few | Verdict::Many => "",
    };
    m.put(
        "<div class='outcome {}' id=outcome><h3 class=eyebrow>At the end of the run{}</h3>\
         <p class=outcome__line><span>never handled</span><span class=outcome__numbers><>",
        &[tone, only(two, ", for the first mapping")],
    );
    if let Some(before) = before.filter(|&before| before != now) {
        m.put(
            "<span class=outcome__before>{}</span><span aria-label=now> → </span>",
            &[&count(before)],
        );
    }
    m.put(
        "</><strong>{}</strong></span></p><p>{}</p></div>",
        &[&count(now), words],
    );
}
