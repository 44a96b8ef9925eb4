//! The ledger: where every record is, and how the day ends.

use yew::prelude::*;

use super::player::Snapshot;
use crate::engine::ledger::{Ledger, Tally};
use crate::page::caption::{count, digest};
use crate::page::sheet::{Row, Tone, Verdict, rows, unhandled, verdict};

/// The panel.
pub(super) fn ledger_view(snapshot: &Snapshot) -> Html {
    let ledger = &snapshot.panel.ledger;
    html! {
        <section id="ledger" class="card ledger" aria-labelledby="ledger-title">
            <header class="card__head">
                <h2 id="ledger-title">{ "Ledger" }</h2>
                if ledger.adds_up() {
                    <span class="ledger__sum">{ "adds up ✓" }</span>
                } else {
                    <span class="ledger__sum ledger__sum--wrong">{ "does not add up" }</span>
                }
            </header>
            { outcome_view(snapshot.outcome, snapshot.before) }
            <dl class="rows">
                { for rows(ledger).into_iter().map(row_view) }
            </dl>
            <dl class="facts">
                { fact_view("handled_again", "customers charged twice", ledger.handled_again, true) }
                { fact_view("invocations", "invocations", ledger.invocations, true) }
                { fact_view("errors", "Errors", ledger.errors, false) }
                { fact_view("throttles", "Throttles", ledger.throttles, false) }
                { fact_view("messages", "messages to the destination", ledger.messages, true) }
            </dl>
            if let Some(whole) = snapshot.panel.digest {
                <p class="muted ledger__digest">{ "digest of the whole run " }<code id="digest">{ digest(whole) }</code></p>
            }
        </section>
    }
}

fn row_view(row: Row) -> Html {
    let tone = match row.tone {
        Tone::Good => "bar--good",
        Tone::Done => "bar--done",
        Tone::Ticket => "bar--ticket",
        Tone::Lost => "bar--lost",
        Tone::Plain => "bar--plain",
    };
    html! {
        <div key={row.id} class={classes!("row", row.part.then_some("row--part"))} data-row={row.id}>
            <dt>{ row.label }</dt>
            <dd>{ tally_view(row.tally) }</dd>
            <svg class={classes!("bar", tone)} viewBox="0 0 1000 4" preserveAspectRatio="none" aria-hidden="true">
                <rect class="bar__rest" width="1000" height="4" />
                <rect class="bar__part" width={row.permille.max(u32::from(row.tally.total() > 0) * 4).to_string()} height="4" />
            </svg>
        </div>
    }
}

fn tally_view(tally: Tally) -> Html {
    html! {
        <>
            if tally.poison > 0 {
                <span class="star" title="poison pills among them">{ "★ " }{ count(tally.poison) }</span>
            }
            <span class="number">{ count(tally.good) }</span>
        </>
    }
}

fn fact_view(id: &'static str, label: &'static str, value: u64, wide: bool) -> Html {
    html! {
        <div key={id} class={classes!("fact", wide.then_some("fact--wide"))} data-row={id}><dt>{ label }</dt><dd>{ count(value) }</dd></div>
    }
}

/// How the run ends, against how it ended before the last change.
fn outcome_view(outcome: Option<Ledger>, before: Option<u64>) -> Html {
    let Some(outcome) = &outcome else {
        return html! {};
    };
    let now = unhandled(outcome);
    let verdict = verdict(outcome);
    let class = match verdict {
        Verdict::OnlyThePill => "outcome outcome--won",
        Verdict::Nothing => "outcome outcome--calm",
        Verdict::Few | Verdict::Many => "outcome",
    };
    html! {
        <div {class} id="outcome">
            <h3 class="eyebrow">{ "At the end of the run" }</h3>
            <p class="outcome__line">
                <span>{ "never handled" }</span>
                <span class="outcome__numbers">
                    if let Some(before) = before.filter(|&before| before != now) {
                        <span class="outcome__before">{ count(before) }</span>
                        <span aria-label="now">{ " → " }</span>
                    }
                    <strong>{ count(now) }</strong>
                </span>
            </p>
            <p>{ verdict.words() }</p>
        </div>
    }
}
