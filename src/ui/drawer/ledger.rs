//! The ledger: where every record is at the playhead, and what was done with the same records twice.

use yew::prelude::*;

use crate::engine::ledger::Ledger;
use crate::page::caption::digest;
use crate::page::sheet::{Row, Tone, rows};
use crate::recording::moment::SecondMoment;
use crate::ui::conductor::use_world;
use crate::ui::term::named;
use crate::words;

/// What the ledger is given.
#[derive(Properties, PartialEq)]
pub(super) struct LedgerViewProps {
    /// The first mapping's.
    pub ledger: Ledger,
    /// What the second mapping made of the same records, if there is one.
    pub second: Option<SecondMoment>,
    /// The digest of the whole run.
    pub digest: Option<u64>,
    /// Whether it is the playhead's.
    pub ready: bool,
}

/// The ledger. While the playhead's moment is not computed it fades: the numbers are those of another moment.
#[component]
pub(super) fn LedgerView(props: &LedgerViewProps) -> Html {
    let world = use_world();
    let ledger = &props.ledger;
    let (wrong, sum) = if ledger.adds_up() {
        (None, "Every record is in one place: it adds up ✓")
    } else {
        (Some("ledger__sum--wrong"), "It does not add up")
    };
    html! {
        <div class={classes!("ledger", (!props.ready).then_some("stale"))} id={world.id("ledger")} aria-busy={(!props.ready).to_string()}>
            <p class={classes!("ledger__sum", wrong)}>{ sum }</p>
            <dl class="rows">{ for rows(ledger).iter().map(row_view) }</dl>
            <dl class="facts">{ for facts(ledger).into_iter().map(fact_view) }</dl>
            if let Some(second) = &props.second {
                <section class="ledger__second" id={world.id("second")} aria-label="Second mapping">
                    <h3>{ "Second mapping" }</h3>
                    <p class="muted">{ "its own reader of the same records" }</p>
                    <dl class="facts">{ for second_facts(second).into_iter().map(fact_view) }</dl>
                </section>
            }
            if let Some(whole) = props.digest {
                <p class="muted ledger__digest">{ "digest of the whole run " }<code id={world.id("digest")}>{ digest(whole) }</code></p>
            }
        </div>
    }
}

/// An id, its words and its value.
type Fact = (&'static str, &'static str, String);

fn facts(ledger: &Ledger) -> Vec<Fact> {
    let facts = [
        (
            "charged_twice",
            "customers charged twice",
            ledger.charged_twice,
        ),
        ("caught", "known by their idempotency key", ledger.caught),
        ("invocations", "invocations", ledger.invocations),
        ("errors", "Errors", ledger.errors),
        ("throttles", "Throttles", ledger.throttles),
        ("messages", "messages to the destination", ledger.messages),
    ];
    let is_of_interest = |&(id, _, value): &(&str, &str, u64)| id != "caught" || value > 0;
    let facts = facts.into_iter().filter(is_of_interest);
    facts
        .map(|(id, label, value)| (id, label, words::number(value)))
        .collect()
}

fn second_facts(second: &SecondMoment) -> Vec<Fact> {
    let ledger = &second.ledger;
    let blocked = second.shards.iter().filter(|shard| shard.blocked).count();
    let aside = (ledger.parked + ledger.swallowed).total();
    let facts = [
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
        ("second_aside", "parked or swallowed by the handler", aside),
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
    let counts = facts
        .into_iter()
        .map(|(id, label, value)| (id, label, words::number(value)));
    counts
        .chain([(
            "second_age",
            "IteratorAge",
            words::span(second.iterator_age()),
        )])
        .collect()
}

fn fact_view((id, label, value): Fact) -> Html {
    html! { <div class="fact" data-row={id} key={id}><dt>{ named(label) }</dt><dd>{ value }</dd></div> }
}

fn row_view(row: &Row) -> Html {
    let tone = match row.tone {
        Tone::Good => "bar--good",
        Tone::Done => "bar--done",
        Tone::Ticket => "bar--ticket",
        Tone::Lost => "bar--lost",
        Tone::Plain => "bar--plain",
    };
    // What is there at all can be seen.
    let least = u32::from(row.tally.total() > 0) * 4;
    html! {
        <div class={classes!("row", row.part.then_some("row--part"))} data-row={row.id} key={row.id}>
            <dt>{ named(row.label) }</dt>
            <dd>
                if row.tally.poison > 0 {
                    <span class="star" title="poison pills among them">
                        <span aria-hidden="true">{ "★ " }</span>{ words::number(row.tally.poison) }<span class="sr">{ " poison pills, and " }</span>
                    </span>
                }
                <span class="number">{ words::number(row.tally.good) }</span>
            </dd>
            <dd class="row__bar" aria-hidden="true">
                <svg class={classes!("bar", tone)} viewBox="0 0 1000 4" preserveAspectRatio="none">
                    <rect class="bar__rest" width="1000" height="4" />
                    <rect class="bar__part" width={row.permille.max(least).to_string()} height="4" />
                </svg>
            </dd>
        </div>
    }
}
