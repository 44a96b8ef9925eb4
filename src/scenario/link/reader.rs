//! Reads a link part by part. It takes whatever strangers paste: each part is understood, or ignored
//! with a sentence.

use super::{Palette, SPEED_MAX, Shared, VERSION, decode};
use crate::engine::time::SimTime;
use crate::scenario::knobs::{KNOBS, Knob};
use crate::scenario::notice::{Notice, Notices, quoted};
use crate::scenario::spelling::{parse_link, parse_time, refuses_to_change, spell_time};
use crate::scenario::text::{complaint, mistake};
use crate::scenario::{ACTIONS_MAX, Action, Deed, PILLS_MAX, Scenario};
use crate::words;

/// Most parts of the page a link hides.
const HIDE_MAX: usize = 16;
/// Longest name of one, in bytes.
const HIDE_NAME_MAX: usize = 32;

/// What was read so far.
#[derive(Default)]
pub(super) struct Reader {
    shared: Shared,
    pub(super) notices: Notices,
    seen: Vec<String>,
    actions_left_out: usize,
}

impl Reader {
    pub(super) fn part(&mut self, part: &str) {
        let (raw_key, raw_value) = part.split_once('=').unwrap_or((part, ""));
        let ((key, broken_key), (value, broken_value)) = (decode(raw_key), decode(raw_value));
        if broken_key || broken_value {
            self.notices
                .say(format!("{} has a broken % escape.", quoted(part)));
        }
        let key = key.trim().to_ascii_lowercase();
        if key == "at" {
            return self.action(&value);
        }
        if self.seen.contains(&key) {
            self.notices.say(format!(
                "{} is given twice; the last one counts.",
                quoted(&key)
            ));
        } else if self.seen.len() < KNOBS.len() * 4 {
            self.seen.push(key.clone());
        }
        if let Some(knob) = Knob::by_key(&key) {
            self.setting(knob, &value);
        } else {
            self.view(&key, &value);
        }
    }

    fn setting(&mut self, knob: Knob, value: &str) {
        if knob.spec().kind.is_text() {
            if self.fits(knob, value) {
                if let Some(complaint) = complaint(knob, value) {
                    self.notices.say(complaint);
                }
                self.shared.scenario.settings.set_text(knob, value);
            }
        } else if let Some(value) = self.value(knob, value) {
            self.shared.scenario.settings.set(knob, value);
        }
    }

    fn value(&mut self, knob: Knob, text: &str) -> Option<i64> {
        match parse_link(knob, text) {
            Ok(parsed) => {
                if let Some(note) = parsed.note {
                    self.notices.say(note);
                }
                Some(parsed.value)
            }
            Err(sentence) => {
                self.notices.say(format!("{sentence} It is ignored."));
                None
            }
        }
    }

    /// Whether a text fits. What is wrong in itself is kept, to be mended in the form.
    fn fits(&mut self, knob: Knob, text: &str) -> bool {
        let key = knob.spec().key;
        if text.chars().nth(knob.longest_text()).is_some() {
            let max = words::number(knob.longest_text() as u64);
            self.notices.say(format!(
                "{key} is longer than {max} characters and is ignored."
            ));
            return false;
        }
        true
    }

    fn action(&mut self, text: &str) {
        let mut parts = text.splitn(3, ':');
        let (time, what, value) = (parts.next().unwrap_or(""), parts.next(), parts.next());
        let (Some(what), Some(value)) = (what, value) else {
            return self.notices.say(format!(
                "The action {} is ignored: it should look like 1h:pill:0 or 25h:MaximumRetryAttempts:2.",
                quoted(text)
            ));
        };
        let at = match parse_time(time) {
            Ok(at) if at <= Scenario::HORIZON_MAX => at,
            Ok(_) => {
                let shown = quoted(text);
                return self.notices.say(format!(
                    "The action {shown} is ignored: no run is longer than 400 days."
                ));
            }
            Err(sentence) => {
                return self.notices.say(format!(
                    "The action {} is ignored: {sentence}",
                    quoted(text)
                ));
            }
        };
        if let Some(deed) = self.deed(text, what, value) {
            self.add(Action { at, deed });
        }
    }

    fn deed(&mut self, text: &str, what: &str, value: &str) -> Option<Deed> {
        if let Some(Some((name, _))) = Deed::of_shard(what, 0).map(|deed| deed.on_shard()) {
            let deed = value.trim().parse().ok();
            let deed = deed.and_then(|shard| Deed::of_shard(name, shard));
            if deed.is_none() {
                let shown = quoted(text);
                self.notices.say(format!(
                    "The action {shown} is ignored: a {name} needs the number of a shard, from 0."
                ));
            }
            return deed;
        }
        let Some(knob) = Knob::by_key(what.trim()) else {
            self.notices.say(format!(
                "The action {} is ignored: {} is not a setting.",
                quoted(text),
                quoted(what)
            ));
            return None;
        };
        if let Some(reason) = refuses_to_change(knob) {
            self.notices
                .say(format!("The action {} is ignored: {reason}.", quoted(text)));
            return None;
        }
        if knob.spec().kind.is_text() {
            if !self.fits(knob, value) {
                return None;
            }
            if let Some(mistake) = mistake(knob, value) {
                let key = knob.spec().key;
                self.notices.say(format!(
                    "A change of {key} is refused and changes nothing. {mistake}"
                ));
            }
            let text = value.to_owned();
            return Some(Deed::SetText { knob, text });
        }
        Some(Deed::Set {
            knob,
            value: self.value(knob, value)?,
        })
    }

    fn add(&mut self, action: Action) {
        if self.shared.scenario.has_room_for(&action.deed) {
            self.shared.scenario.add(action);
        } else {
            self.actions_left_out += 1;
        }
    }

    fn view(&mut self, key: &str, value: &str) {
        let value = value.trim();
        let understood = match key {
            "v" => return self.version(value),
            "t" => store(&mut self.shared.moment, parse_time(value).ok()),
            "speed" => return self.speed(value),
            "palette" => {
                let named = |palette: &Palette| palette.name().eq_ignore_ascii_case(value);
                store(
                    &mut self.shared.palette,
                    Palette::ALL.into_iter().find(named),
                )
            }
            "embed" => switch(&mut self.shared.embed, value),
            "veil" => switch(&mut self.shared.veil, value),
            "hide" => return self.hide(value),
            "lens" => {
                let breadth = parse_time(value).ok().filter(|time| *time > SimTime::ZERO);
                store(
                    &mut self.shared.lens,
                    breadth.map(|time| time.since(SimTime::ZERO)),
                )
            }
            "e" => store(&mut self.shared.edition, value.parse().ok()),
            "d" => {
                let digits = value.len() == 8 && value.bytes().all(|byte| byte.is_ascii_hexdigit());
                let digest = u32::from_str_radix(value, 16).ok().filter(|_| digits);
                store(&mut self.shared.digest, digest)
            }
            _ => {
                return self
                    .notices
                    .say(format!("{} is not known here and is ignored.", quoted(key)));
            }
        };
        if !understood {
            self.notices.say(format!(
                "{key}: {} is not understood and is ignored.",
                quoted(value)
            ));
        }
    }

    fn version(&mut self, value: &str) {
        match value.parse::<u32>() {
            Ok(VERSION) => {}
            Ok(version) if version > VERSION => self.notices.say(format!(
                "The link was made by a newer version ({version}); what this one knows was read."
            )),
            _ => self.notices.say(format!(
                "v: {} is not a version of links; it is read as version {VERSION}.",
                quoted(value)
            )),
        }
    }

    fn speed(&mut self, value: &str) {
        match value.parse::<u32>() {
            Ok(speed) => {
                let used = speed.clamp(1, SPEED_MAX);
                if used != speed {
                    self.notices.say(format!(
                        "speed: {} is outside 1 to 10,000; {used} is used.",
                        quoted(value)
                    ));
                }
                self.shared.speed = Some(used);
            }
            Err(_) => self.notices.say(format!(
                "speed: {} is not understood and is ignored.",
                quoted(value)
            )),
        }
    }

    fn hide(&mut self, value: &str) {
        let is_name = |name: &str| {
            (1..=HIDE_NAME_MAX).contains(&name.len())
                && name
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        };
        self.shared.hide.clear();
        for name in value.split(',').map(str::trim) {
            if is_name(name) && self.shared.hide.len() < HIDE_MAX {
                self.shared.hide.push(name.to_owned());
            } else {
                self.notices.say(format!(
                    "hide: {} is not a part of the page and is ignored.",
                    quoted(name)
                ));
            }
        }
    }

    /// What can only be checked once everything is read.
    pub(super) fn finish(mut self) -> (Shared, Vec<Notice>) {
        if self.actions_left_out > 0 {
            self.notices.say(format!(
                "{} actions are left out: a link may hold {ACTIONS_MAX}, {PILLS_MAX} of them pills.",
                self.actions_left_out
            ));
        }
        for sentence in self.shared.scenario.keep_pills_on_shards() {
            self.notices.say(sentence);
        }
        if let Some(shortened) = self.shared.scenario.shortened() {
            self.notices.say(shortened.to_string());
        }
        let end = self.shared.scenario.end();
        if self.shared.moment.is_some_and(|moment| moment > end) {
            self.notices.say(format!(
                "t is after the end of the run; the end, {}, is shown.",
                spell_time(end)
            ));
            self.shared.moment = Some(end);
        }
        (self.shared, self.notices.into_list())
    }
}

/// Reads a switch of the page; a name alone switches it on. Returns whether it was understood.
fn switch(target: &mut bool, value: &str) -> bool {
    *target = match value.to_ascii_lowercase().as_str() {
        "" | "true" | "1" => true,
        "false" | "0" => false,
        _ => return false,
    };
    true
}

/// Keeps what was understood; says whether anything was.
fn store<T>(place: &mut Option<T>, value: Option<T>) -> bool {
    let understood = value.is_some();
    if understood {
        *place = value;
    }
    understood
}
