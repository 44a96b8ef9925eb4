//! The back-off lab: what the five policies cost when many clients want the same row.

use gloo_timers::callback::Timeout;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::Modal;
use crate::browser::now_ms;
use crate::engine::contention::{Lab as Contests, POLICIES};
use crate::scenario::knobs::Knob;
use crate::ui::conductor::WorldHandle;
use crate::words;

/// Clients to begin with: the last column of the published table.
const CLIENTS: u32 = 100;
/// Most clients here; one contest of so many fits into a frame.
const CLIENTS_MAX: u32 = 200;
/// Every policy is run so often, as in the published table.
const RUNS: u32 = 100;
/// How long contests are run before the page gets a turn, in milliseconds.
const SLICE_MS: f64 = 6.0;

/// What the dialog is given.
#[derive(Properties, PartialEq)]
pub(super) struct LabProps {
    /// The world whose policy is marked.
    pub world: WorldHandle,
}

/// The dialog. It runs contests in slices as long as it is open.
#[component]
pub(super) fn Lab(props: &LabProps) -> Html {
    let asked = use_state_eq(|| (CLIENTS, 1_u64));
    let contests = use_mut_ref(|| Contests::new(CLIENTS, 1));
    let slices = use_state_eq(|| 0_u32);
    let (clients, seed) = *asked;
    {
        let contests = contests.clone();
        let (slice, slices) = (*slices, slices.setter());
        use_effect_with((clients, seed, slice), move |&(clients, seed, slice)| {
            let is_other = {
                let contests = contests.borrow();
                (contests.clients(), contests.seed()) != (clients, seed)
            };
            if is_other {
                contests.replace(Contests::new(clients, seed));
            }
            let is_open = contests.borrow().runs() < RUNS;
            let next = is_open.then(|| {
                Timeout::new(0, move || {
                    work(&mut contests.borrow_mut());
                    slices.set(slice.wrapping_add(1));
                })
            });
            move || drop(next)
        });
    }
    let settings = props.world.scenario().settings;
    let on_clients = {
        let asked = asked.clone();
        Callback::from(move |clients: u32| asked.set((clients, asked.1)))
    };
    let on_seed = {
        let asked = asked.clone();
        Callback::from(move |seed: u32| asked.set((asked.0, u64::from(seed))))
    };
    let contests = contests.borrow();
    html! {
        <Modal id="lab" title="How long to wait before the next try">
            <p>
                { "Many clients want to write the same row at once. Each reads its version and writes; whoever was overtaken \
                   waits and begins again. Who waits too little collides again, who waits in step collides in step: \
                   jitter makes the difference." }
            </p>
            <div class="modal__row">
                <Number id="lab-clients" label="Clients" max={CLIENTS_MAX} value={u64::from(clients)} on_set={on_clients} />
                <Number id="lab-seed" label="Seed" max={u32::MAX} value={seed} on_set={on_seed} />
                <span class="muted">{ format!("{} of {RUNS} runs", contests.runs()) }</span>
            </div>
            { table_view(&contests, settings.get(Knob::BackoffPolicy)) }
            <p class="muted">
                { format!("The model of “Exponential Backoff And Jitter”: four messages a round of about 10 ms each, \
                   back-off from 5 ms to at most 2 s, the mean of {RUNS} runs. It runs on the same back-off as the producer here.") }
            </p>
        </Modal>
    }
}

/// Runs contests for a while.
fn work(contests: &mut Contests) {
    let end = now_ms() + SLICE_MS;
    while contests.runs() < RUNS && now_ms() < end {
        contests.advance();
    }
}

/// What each policy costs; the one that is set is marked.
fn table_view(contests: &Contests, set: i64) -> Html {
    let means = contests.means();
    let most_calls = means
        .iter()
        .map(|mean| mean.calls)
        .max()
        .unwrap_or(0)
        .max(1);
    let most_time = means
        .iter()
        .map(|mean| mean.time.0)
        .max()
        .unwrap_or(0)
        .max(1);
    let row_view = |(policy, (mean, (_, name)))| {
        let mean: &crate::engine::contention::Cost = mean;
        let name: &'static str = name;
        html! {
            <tr key={name} class={classes!((policy == set).then_some("lab__set"))} data-policy={name}>
                <th scope="row">{ name }</th>
                { cell_view(words::number(mean.calls), mean.calls * 100 / most_calls) }
                { cell_view(words::span(mean.time), mean.time.0 * 100 / most_time) }
            </tr>
        }
    };
    html! {
        <table class="lab">
            <thead><tr><th scope="col">{ "Back-off" }</th><th scope="col">{ "Writes tried" }</th><th scope="col">{ "Until the last is done" }</th></tr></thead>
            <tbody>{ for (0_i64..).zip(means.iter().zip(POLICIES)).map(row_view) }</tbody>
        </table>
    }
}

/// A figure with its bar.
fn cell_view(figure: String, percent: u64) -> Html {
    html! {
        <td>{ figure }<div class="lab__bar" aria-hidden="true" ~style={format!("--part:{percent}%")} /></td>
    }
}

#[derive(Properties, PartialEq)]
struct NumberProps {
    id: &'static str,
    label: &'static str,
    max: u32,
    value: u64,
    on_set: Callback<u32>,
}

/// A whole number that begins the contests anew. An empty field is no number, and changes nothing.
#[component]
fn Number(props: &NumberProps) -> Html {
    let (max, on_set) = (props.max, props.on_set.clone());
    let onchange = Callback::from(move |event: Event| {
        let input: HtmlInputElement = event.target_unchecked_into();
        let value = input.value_as_number();
        if !value.is_nan() {
            on_set.emit((value as u32).clamp(1, max));
        }
    });
    html! {
        <>
            <label for={props.id}>{ props.label }</label>
            <input type="number" class="field lab__number" id={props.id} min="1" max={max.to_string()}
                value={props.value.to_string()} {onchange} />
        </>
    }
}
