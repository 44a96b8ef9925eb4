//! The back-off lab: what the five policies cost when many clients want the same row.

use super::desk::{Desk, Turn};
use super::markup::{Act, Markup, only};
use super::modal::{modal_end, modal_view};
use crate::browser::{find, now_ms};
use crate::engine::contention::{Lab, POLICIES};
use crate::page::caption::{count, span};
use crate::scenario::Settings;
use crate::scenario::knobs::Knob;
use wasm_bindgen::JsCast as _;
use web_sys::HtmlInputElement;

/// Clients to begin with: the last column of the published table.
pub(super) const CLIENTS: u32 = 100;
/// Most clients here; one contest of so many fits into a frame.
const CLIENTS_MAX: u32 = 200;
/// Every policy is run so often, as in the published table.
const RUNS: u32 = 100;
/// How long contests are run before the page gets a turn.
const SLICE_MS: f64 = 6.0;

/// Runs contests for a while; says whether there are more to run.
pub(super) fn work(lab: &mut Lab) -> bool {
    let end = now_ms() + SLICE_MS;
    while lab.runs() < RUNS && now_ms() < end {
        lab.advance();
    }
    lab.runs() < RUNS
}

/// The dialog.
pub(super) fn lab_view(m: &mut Markup, desk: &Desk, settings: &Settings) {
    let Some(lab) = &desk.lab else {
        return;
    };
    modal_view(m, "lab", "How long to wait before the next try");
    m.put(
        "<p>Many clients want to write the same row at once. Each reads its version and writes; whoever was overtaken \
         waits and begins again. Who waits too little collides again, who waits in step collides in step: \
         jitter makes the difference.</p><div class=modal__row><>",
        &[],
    );
    number(
        m,
        "lab-clients",
        "Clients",
        CLIENTS_MAX,
        u64::from(lab.clients()),
    );
    number(m, "lab-seed", "Seed", u32::MAX, lab.seed());
    m.put(
        "</><span class=muted role=status>{} of {} runs</span></div>\
         <table class=lab><thead><tr><th scope=col>Back-off</th><td>Writes tried</td><td>Until the last is done</td></tr></thead><tbody>",
        &[&lab.runs().to_string(), &RUNS.to_string()],
    );
    let means = lab.means();
    let most = |of: fn(&(u64, u64)) -> u64| {
        let values = means.iter().map(|mean| of(&(mean.calls, mean.time.0)));
        values.max().unwrap_or(0).max(1)
    };
    let (most_calls, most_time) = (most(|mean| mean.0), most(|mean| mean.1));
    let set = settings.get(Knob::BackoffPolicy);
    for (i, (mean, (_, name))) in (0_i64..).zip(means.iter().zip(POLICIES)) {
        m.put(
            "<tr class={} data-policy={}><th scope=row>{}</th>",
            &[only(i == set, "lab__set"), name, name],
        );
        let (calls, time) = (count(mean.calls), span(mean.time));
        cell(m, &calls, mean.calls * 1_000 / most_calls);
        cell(m, &time, mean.time.0 * 1_000 / most_time);
        m.put("</tr>", &[]);
    }
    m.put(
        "</tbody></table><p class=muted>The model of “Exponential Backoff And Jitter”: four messages a round of about 10 ms each, \
         back-off from 5 ms to at most 2 s, the mean of {} runs. It runs on the same back-off as the producer here.</p>",
        &[&RUNS.to_string()],
    );
    modal_end(m);
}

/// A figure with its bar.
fn cell(m: &mut Markup, figure: &str, permille: u64) {
    let part = ["--part:", &(permille / 10).to_string(), "%"].concat();
    m.put(
        "<td>{}<div class=lab__bar aria-hidden=true style={}></div></td>",
        &[figure, &part],
    );
}

/// A whole number that begins the contests anew.
fn number(m: &mut Markup, id: &str, label: &str, max: u32, value: u64) {
    m.put(
        "<label for={}>{}</label><input type=number class='field lab__number' id={} min=1 max={} value={}>",
        &[id, label, id, &max.to_string(), &value.to_string()],
    );
    m.on(
        "change",
        Act::Look(|tools, _| {
            let read = |id, max: u32| {
                let field: HtmlInputElement = find(id)?.unchecked_into();
                // An empty field is no number, and changes nothing.
                let value = field.value_as_number();
                (!value.is_nan()).then(|| (value as u32).clamp(1, max))
            };
            if let (Some(clients), Some(seed)) = (
                read("#lab-clients", CLIENTS_MAX),
                read("#lab-seed", u32::MAX),
            ) {
                tools.turn(Turn::Contend(clients, u64::from(seed)));
            }
        }),
    );
    m.put("</input>", &[]);
}
