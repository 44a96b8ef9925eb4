//! What CloudWatch shows: first the three metrics that matter over the whole run, then the rest over the last periods.

use std::rc::Rc;

use yew::prelude::*;

use super::metric_graph::MetricGraph;
use super::use_watch;
use crate::engine::config::Role;
use crate::engine::mark::{Alarm, Mark};
use crate::engine::time::{SimDuration, SimTime};
use crate::page::graph::{beside, line, place, rang, top, value_words};
use crate::recording::metrics::{METRICS, Metric, MetricSpec, Namespace};
use crate::session::graphs::PERIODS;
use crate::session::overview::Series;
use crate::session::words::clock;
use crate::timeline::axis::Axis;
use crate::ui::conductor::{Watch, WatchChoice, WatchTab, use_world};
use crate::ui::term::named;
use crate::words;

/// A lens: its name, the length of its periods in seconds (M1, M12, S6), and what it shows.
const LENSES: [(&str, u64, &str); 3] = [
    (
        "per second",
        1,
        "The truth: the last 60 seconds. Limits hold by the second.",
    ),
    (
        "CloudWatch minute",
        60,
        "What CloudWatch keeps: the last 60 minutes. Sums hide how a minute was spread.",
    ),
    (
        "5 minutes",
        300,
        "What the console's graphs often show: the last 5 hours.",
    ),
];

/// The mappings whose metrics can be shown, where there are two (E14).
const MAPPINGS: [(&str, Role); 2] = [("mapping 1", Role::First), ("mapping 2", Role::Second)];

/// The width of a graph in pixels, about; it decides how many times are written below it.
const ABOUT_WIDE: f64 = 330.0;
/// The least distance between them.
const TICK_GAP: f64 = 62.0;

/// What the metrics are given.
#[derive(Properties, PartialEq)]
pub(super) struct CloudWatchProps {
    /// What is watched.
    pub watch: Rc<Watch>,
    /// The playhead.
    pub at: SimTime,
    /// The end of the run.
    pub end: SimTime,
    /// When alarms went off and turned themselves OK, as far as that may be known.
    pub alarms: Vec<Mark>,
    /// Whether the playhead's moment is computed.
    pub ready: bool,
}

/// The metrics.
#[component]
pub(super) fn CloudWatch(props: &CloudWatchProps) -> Html {
    let lens = use_state_eq(|| 1_usize);
    let role = use_state_eq(|| Role::First);
    let (_, seconds, sentence) = LENSES[*lens];
    let length = SimDuration::from_secs(seconds);
    let world = use_world();
    use_watch(
        &world,
        WatchChoice {
            tab: WatchTab::Metrics,
            length,
            role: *role,
        },
    );
    let watch = &props.watch;
    let shown_role = if watch.has_second { *role } else { Role::First };
    let (failures, _) = watch.overview.failures();
    let first = [Metric::IteratorAge, failures, Metric::ExpiredUnread];
    let is_rest = |spec: &&MetricSpec| {
        !first.contains(&spec.metric) && (spec.namespace != Namespace::Own || watch.own_metric)
    };
    html! {
        <div class={classes!("cloudwatch", (!props.ready).then_some("stale"))} aria-busy={(!props.ready || watch.waits).to_string()}>
            if watch.has_second {
                <Choice name="Mapping" chosen={MAPPINGS.iter().position(|&(_, role)| role == shown_role).unwrap_or(0)}
                    names={MAPPINGS.map(|(name, _)| name).to_vec()} on_choose={let role = role.setter(); move |index: usize| role.set(MAPPINGS[index].1)} />
            }
            { whole_run(props, shown_role) }
            <Choice name="Length of a period" chosen={*lens} names={LENSES.map(|(name, ..)| name).to_vec()}
                on_choose={let lens = lens.setter(); move |index| lens.set(index)} />
            <p class="muted">{ sentence }</p>
            <div class="metrics">
                { for METRICS.iter().filter(is_rest).map(|spec| {
                    let points: Vec<_> = watch.periods.iter().map(|period| period.milli(spec.metric)).collect();
                    html! { <MetricRow key={spec.name} metric={spec.metric} {points} {length} /> }
                }) }
            </div>
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct ChoiceProps {
    name: AttrValue,
    names: Vec<&'static str>,
    chosen: usize,
    on_choose: Callback<usize>,
}

/// One of a few.
#[component]
fn Choice(props: &ChoiceProps) -> Html {
    let ChoiceProps {
        name,
        names,
        chosen,
        on_choose,
    } = props;
    html! {
        <div class="segments__row lenses" role="group" aria-label={name.clone()}>
            { for names.iter().enumerate().map(|(index, name)| html! {
                <button type="button" key={*name} class="lens" aria-pressed={(index == *chosen).to_string()}
                    onclick={on_choose.reform(move |_| index)}>{ *name }</button>
            }) }
        </div>
    }
}

/// The three that matter, over the whole run, above one axis.
fn whole_run(props: &CloudWatchProps, role: Role) -> Html {
    let overview = &props.watch.overview;
    let (failures, failed) = overview.failures();
    let failing = match failures {
        Metric::Errors => Some(Alarm::Errors),
        _ => None,
    };
    let graphs = [
        (Metric::IteratorAge, &overview.age, Some(Alarm::IteratorAge)),
        (failures, failed, failing),
        (Metric::ExpiredUnread, &overview.expired, None),
    ];
    let axis = Axis {
        horizon: props.end,
        width: ABOUT_WIDE,
    };
    let ticks = axis.ticks(TICK_GAP).into_iter();
    html! {
        <section class="whole" aria-label="Over the whole run">
            { for graphs.map(|(metric, series, alarm)| whole_graph(props, role, metric, series, alarm)) }
            <div class="whole__axis" aria-hidden="true">
                { for ticks.map(|at| html! {
                    <span key={at.0} ~style={format!("left:{:.2}%", axis.share(at) * 100.0)}>{ words::tick(at) }</span>
                }) }
            </div>
        </section>
    }
}

fn whole_graph(
    props: &CloudWatchProps,
    role: Role,
    metric: Metric,
    series: &Series,
    alarm: Option<Alarm>,
) -> Html {
    let overview = &props.watch.overview;
    let spec = metric.spec();
    let largest = series.columns.iter().flatten().copied().max().unwrap_or(0);
    let scale = top(spec.unit, largest);
    let now = props
        .watch
        .periods
        .last()
        .and_then(|period| period.milli(metric));
    let rang = alarm.map_or_else(Vec::new, |alarm| {
        rang(&props.alarms, (alarm, role), overview.known_until())
    });
    let paged = rang.first().map(|&(at, _)| format!("paged {}", clock(at)));
    let most = if largest == 0 {
        "0 in every minute so far as it is known".to_owned()
    } else {
        format!("at most {} in a minute", value_words(spec, Some(largest)))
    };
    let spoken = format!(
        "{} over the run: {most}{}",
        spec.name,
        paged
            .as_ref()
            .map_or_else(String::new, |paged| format!(", {paged}"))
    );
    html! {
        <div class="metric metric--whole" data-metric={spec.name} key={spec.name}>
            <div class="metric__head">
                <Name {metric} beside={beside(spec, now, SimDuration::from_secs(1))} />
                <span class="metric__now">{ value_words(spec, now) }</span>
            </div>
            <MetricGraph line={line(&series.columns, overview.count, scale)} top={value_words(spec, Some(scale))} words={spoken} large=true
                alarms={rang.iter().map(|&(from, to)| (place(from, props.end), place(to, props.end))).collect::<Vec<_>>()}
                playhead={place(props.at, props.end)} lost={spec.namespace == Namespace::Nobody} />
            if let Some(paged) = paged {
                <p class="metric__paged"><span aria-hidden="true">{ "▲ " }</span>{ paged }</p>
            }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct NameProps {
    metric: Metric,
    beside: Option<String>,
}

/// A metric's name, which can be asked what it means.
#[component]
fn Name(props: &NameProps) -> Html {
    let spec = props.metric.spec();
    html! {
        <span class="metric__name">
            { named(spec.name) }
            if let Some(beside) = &props.beside {
                <span class="muted">{ format!(" {beside}") }</span>
            }
        </span>
    }
}

#[derive(Properties, PartialEq)]
struct MetricRowProps {
    metric: Metric,
    /// A value for each period in thousandths, oldest first.
    points: Vec<Option<u64>>,
    /// The length of a period.
    length: SimDuration,
}

/// One of the rest. What reads zero throughout is one line of text, so that those with something to say stand out.
#[component]
fn MetricRow(props: &MetricRowProps) -> Html {
    let MetricRowProps {
        metric,
        points,
        length,
    } = props;
    let spec = metric.spec();
    let largest = points.iter().flatten().copied().max().unwrap_or(0);
    let now = points.last().copied().flatten();
    let is_lost = spec.namespace == Namespace::Nobody;
    let scale = top(spec.unit, largest);
    // The youngest period stands at the right end, however short the run is so far.
    let padded: Vec<Option<u64>> = std::iter::repeat_n(None, PERIODS.saturating_sub(points.len()))
        .chain(points.iter().copied())
        .collect();
    html! {
        <div class={classes!("metric", is_lost.then_some("metric--lost"), (largest == 0).then_some("metric--flat"))} data-metric={spec.name}>
            <div class="metric__head">
                <Name metric={*metric} beside={beside(spec, now, *length)} />
                <span class="metric__now">{ value_words(spec, now) }</span>
            </div>
            if largest > 0 {
                <MetricGraph line={line(&padded, PERIODS, scale)} top={value_words(spec, Some(scale))} lost={is_lost}
                    words={format!("{}: at most {}, now {}", spec.name, value_words(spec, Some(largest)), value_words(spec, now))} />
            }
        </div>
    }
}
