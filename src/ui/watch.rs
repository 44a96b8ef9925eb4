//! What CloudWatch shows: metrics by the second, the minute or five minutes, alarms, logs and the bill, as of the playhead.

use yew::Html;

use super::desk::Tools;
use super::markup::{Act, Markup, only, truth};
use super::player::Snapshot;
use crate::browser::now_ms;
use crate::engine::config::{Config, Role};
use crate::engine::time::SimDuration;
use crate::page::caption::{count, span, tenths};
use crate::recording::bill::{Usage, usage};
use crate::recording::metrics::{METRICS, MetricSpec, Namespace, Period, Statistic, Unit};
use crate::session::bill::{self, Row, money};
use crate::session::graphs::Graphs;
use crate::session::logs::{self, Entry};
use crate::session::words::clock;
use crate::session::world::World;

/// Time to look at metrics in a frame, in milliseconds.
const BUDGET_MS: f64 = 3.0;
/// Height of a chart, in its own units.
const HEIGHT: u64 = 20;

/// The names of the lenses, and their periods in seconds (M1, M12, S6).
const LENSES: [(&str, u64); 3] = [
    ("per second", 1),
    ("CloudWatch minute", 60),
    ("5 minutes", 300),
];

const TABS: [&str; 3] = ["Metrics", "Logs", "Bill"];

/// The mappings whose metrics can be shown, where there are two (E14).
const MAPPINGS: [(&str, Role); 2] = [("mapping 1", Role::First), ("mapping 2", Role::Second)];

/// What somebody looks at: a tab and a lens by index, and a mapping.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Choice {
    tab: usize,
    lens: usize,
    role: Role,
}

impl Default for Choice {
    fn default() -> Self {
        Self {
            tab: 0,
            lens: 1,
            role: Role::First,
        }
    }
}

/// What is shown of it.
#[derive(Clone, Default)]
pub struct Watch {
    choice: Choice,
    /// The periods of the graphs, oldest first.
    periods: Vec<Period>,
    /// Whether some of them are still to be looked at.
    pub(super) waits: bool,
    entries: Vec<Entry>,
    usage: Option<Usage>,
    own_metric: bool,
    has_second: bool,
}

impl Watch {
    /// Looks at the session's moment, at metrics as far as time allows.
    pub(super) fn follow(
        &mut self,
        session: &mut World,
        graphs: &mut Graphs,
        choice: Choice,
        frame_end: f64,
    ) {
        if !session.ready() {
            return;
        }
        let at = session.at();
        let recorder = session.recorder();
        self.choice = choice;
        self.own_metric = shows_own(recorder.config());
        self.has_second = recorder.around_second(0).is_some();
        if !self.has_second {
            self.choice.role = Role::First;
        }
        let role = self.choice.role;
        self.waits = false;
        match choice.tab {
            0 => {
                let end = (now_ms() + BUDGET_MS).min(frame_end);
                let length = SimDuration::from_secs(LENSES[choice.lens].1);
                let is_whole = graphs.follow(session, (role, length), &mut || now_ms() < end);
                self.waits = !is_whole;
                self.periods = graphs.periods().collect();
            }
            1 => self.entries = logs::latest(recorder, at),
            _ => {
                let moment = recorder.moment(at);
                self.usage = Some(usage(recorder, &moment));
            }
        }
    }
}

fn shows_own(config: &Config) -> bool {
    config.alarms.failed_entries
}

/// The card; only its head until what fills it has arrived.
pub(super) fn watch_view(m: &mut Markup, snapshot: &Snapshot) {
    let watch = &*snapshot.watch;
    m.put(
        "<section id=watch class='card watch' aria-labelledby=watch-title><header class=watch__head>\
         <h2 id=watch-title>What CloudWatch shows</h2><span class=watch__tabs role=group aria-label=View><>",
        &[],
    );
    for (index, name) in TABS.into_iter().enumerate() {
        let chosen = truth(index == watch.choice.tab);
        m.put(
            "<button type=button class=toggle aria-pressed={}>",
            &[chosen],
        );
        m.on_click(Act::Nth(choose_tab, index));
        m.put("{}</button>", &[name]);
    }
    m.put("</></span></header><ul class=pages>", &[]);
    for page in &snapshot.panel.pages {
        m.put("<li>{}</li>", &[page]);
    }
    m.put("</ul><>", &[]);
    m.add(body_view(m.tools, watch));
    m.put("</></section>", &[]);
}

fn body_view(tools: &Tools, watch: &Watch) -> Html {
    match watch.choice.tab {
        0 => metrics_view(tools, watch),
        1 => logs_view(tools, watch),
        _ => bill_view(tools, watch.usage.as_ref()),
    }
}

fn choose_tab(tools: &Tools, _: &web_sys::Event, tab: usize) {
    tools.player.watch(|choice| choice.tab = tab);
}

fn choose_lens(tools: &Tools, _: &web_sys::Event, lens: usize) {
    tools.player.watch(|choice| choice.lens = lens);
}

fn choose_mapping(tools: &Tools, _: &web_sys::Event, index: usize) {
    tools.player.watch(|choice| choice.role = MAPPINGS[index].1);
}

/// Whose metrics are shown, where there are two mappings.
fn mappings_view(m: &mut Markup, watch: &Watch) {
    m.put(
        "<div class=segments__row role=group aria-label=Mapping>",
        &[],
    );
    for (index, (name, role)) in MAPPINGS.into_iter().enumerate() {
        let chosen = truth(role == watch.choice.role);
        m.put("<button type=button class=lens aria-pressed={}>", &[chosen]);
        m.on_click(Act::Nth(choose_mapping, index));
        m.put("{}</button>", &[name]);
    }
    m.put("</div>", &[]);
}

fn metrics_view(tools: &Tools, watch: &Watch) -> Html {
    let m = &mut Markup::new(tools);
    m.put(
        "<div class=watch__lenses><div class=segments__row role=group aria-label='Length of a period'>",
        &[],
    );
    for (index, (name, _)) in LENSES.into_iter().enumerate() {
        let chosen = truth(index == watch.choice.lens);
        m.put("<button type=button class=lens aria-pressed={}>", &[chosen]);
        m.on_click(Act::Nth(choose_lens, index));
        m.put("{}</button>", &[name]);
    }
    m.put("</div><>", &[]);
    if watch.has_second {
        mappings_view(m, watch);
    }
    m.put(
        "</></div><p class=muted>{}</p><dl class=metrics>",
        &[lens_words(watch)],
    );
    let seconds = LENSES[watch.choice.lens].1;
    let periods = &watch.periods[..];
    for spec in METRICS {
        if spec.namespace != Namespace::Own || watch.own_metric {
            metric_view(m, spec, periods, seconds);
        }
    }
    m.put("</dl>", &[]);
    m.done()
}

fn lens_words(watch: &Watch) -> &'static str {
    match watch.choice.lens {
        0 => "The truth: the last 60 seconds. Limits hold by the second.",
        1 => "What CloudWatch keeps: the last 60 minutes. Sums hide how a minute was spread.",
        _ => "What the console's graphs often show: the last 5 hours.",
    }
}

fn metric_view(m: &mut Markup, spec: &MetricSpec, periods: &[Period], seconds: u64) {
    let value = |period: &Period| period.milli(spec.metric);
    let largest = periods.iter().filter_map(value).max().unwrap_or(0);
    // A graph that reads zero is one line of text, so that those with something to say stand out.
    let is_flat = largest == 0;
    let largest = largest.max(1);
    let mut path = ["M0 ", &HEIGHT.to_string()].concat();
    for (index, period) in periods.iter().enumerate() {
        let part = value(period).unwrap_or(0) * HEIGHT / largest;
        let (y, x) = (HEIGHT - part, index + 1);
        for (letter, number) in [("V", y), ("H", x as u64)] {
            path.push_str(letter);
            path.push_str(&number.to_string());
        }
    }
    path.push('V');
    path.push_str(&HEIGHT.to_string());
    let now = periods.last().and_then(value);
    let is_lost = spec.namespace == Namespace::Nobody;
    // A minute's sum divided by 60 is what is to be held against a limit per second (M2).
    let beside = match now {
        _ if is_lost => ": AWS has no metric for this".to_owned(),
        Some(milli)
            if seconds > 1
                && milli > 0
                && (spec.statistic, spec.unit, spec.namespace)
                    == (Statistic::Sum, Unit::Count, Namespace::Kinesis) =>
        {
            [" ", &tenths(milli / 100 / seconds), "/s on average"].concat()
        }
        _ => String::new(),
    };
    m.put(
        "<div class='metric {} {}' data-metric={} title={}><dt>{}<span class=muted>{}</span></dt>\
         <dd><svg class=spark viewBox='0 0 60 20' preserveAspectRatio=none aria-hidden=true><path d={}/></svg>\
         <span class=metric__now>{}</span></dd></div>",
        &[
            only(is_lost, "metric--lost"),
            only(is_flat, "metric--flat"),
            spec.name,
            spec.help,
            spec.name,
            &beside,
            &path,
            &value_words(spec, now),
        ],
    );
}

fn value_words(spec: &MetricSpec, milli: Option<u64>) -> String {
    match (milli, spec.unit) {
        (None, _) if spec.statistic == Statistic::Sum => "0".to_owned(),
        (None, _) => "no data".to_owned(),
        (Some(milli), Unit::Share) => [&tenths(milli), " %"].concat(),
        (Some(milli), Unit::Milliseconds) => span(SimDuration(milli)),
        (Some(milli), Unit::Bytes) => [&count(milli / 1_024_000), " KB"].concat(),
        (Some(milli), Unit::Count) => count(milli / 1_000),
    }
}

fn logs_view(tools: &Tools, watch: &Watch) -> Html {
    let m = &mut Markup::new(tools);
    m.put("<p class=muted>{}</p><div class=logs>", &[logs::SILENT]);
    for entry in &watch.entries {
        m.put(
            "<p class='log {}'><time>{}</time> <b>{}</b> {}</p>",
            &[
                only(entry.is_bad, "log--bad"),
                &clock(entry.at),
                entry.source.name(),
                &entry.text,
            ],
        );
    }
    m.put("</div>", &[]);
    if watch.entries.is_empty() {
        m.put("<p>Nothing was printed in the last two minutes.</p>", &[]);
    }
    m.done()
}

fn bill_view(tools: &Tools, usage: Option<&Usage>) -> Html {
    let m = &mut Markup::new(tools);
    let Some(usage) = usage else {
        return m.done();
    };
    m.put(
        "<div class=bill><table><thead><tr><th></th><th>so far</th><th>an hour</th><th>a day</th><th>a month</th></tr></thead><tbody>",
        &[],
    );
    for row in bill::rows(usage).into_iter().filter(|row| !row.is_idle()) {
        let Row {
            id,
            name,
            whole,
            per: [hour, day, month],
        } = row;
        m.put(
            "<tr class={}><th>{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            &[
                only(id == "total", "bill__total"),
                name,
                &money(whole),
                &money(hour),
                &money(day),
                &money(month),
            ],
        );
    }
    m.put(
        "</tbody></table></div><p>{}</p><p>{}</p><p class=muted>{}</p>",
        &[&bill::comparison(usage), bill::DEAR, bill::PRICES],
    );
    m.done()
}
