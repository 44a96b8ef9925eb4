//! Keys: one table for the listener and the help.

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shortcut {
    /// Play or pause.
    TogglePlay,
    /// One second forward.
    Step,
    /// One second back.
    StepBack,
    /// One minute forward.
    MinuteForward,
    /// One minute back.
    MinuteBack,
    /// To the next moment.
    NextMoment,
    /// To the moment before.
    PreviousMoment,
    /// To the start of the run.
    Start,
    /// To the end of the run.
    End,
    /// Sends a pill.
    SendPill,
    /// Switches whole run and from here.
    SwitchReach,
    /// Takes the last change back.
    Undo,
    /// Makes it again.
    Redo,
    /// Back to the opening scenario.
    Reset,
    /// Shares the moment.
    Share,
    /// Imports settings.
    Import,
    /// Looks for a setting.
    Find,
    /// Every setting, or the first few.
    AllSettings,
    /// The help.
    Help,
    /// Automatic speed.
    AutoSpeed,
    /// A fixed speed.
    Speed(u32),
    /// The next palette.
    Palette,
    /// Lifts the veil.
    LiftVeil,
}

/// Where the keyboard's focus is, as far as keys care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Focus {
    /// Nowhere in particular.
    Page,
    /// A button, a link, a switch: Space and Enter are its own.
    Button,
    /// A slider, a choice: arrows, Page, Home and End are its own too.
    Slider,
    /// A text: every plain key is its own.
    Text,
    /// A dialog is open: it has the keyboard.
    Dialog,
}

/// What a key means where the focus is. `command` is Control, or Command on a Mac.
pub fn shortcut(key: &str, shift: bool, command: bool, focus: Focus) -> Option<Shortcut> {
    if matches!(focus, Focus::Dialog) {
        return None;
    }
    if command {
        return match (key, shift, focus) {
            // A text undoes its own typing.
            (_, _, Focus::Text) => None,
            ("z" | "Z", false, _) => Some(Shortcut::Undo),
            ("z" | "Z", true, _) | ("y", false, _) => Some(Shortcut::Redo),
            _ => None,
        };
    }
    let arrow = matches!(
        key,
        "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown" | "Home" | "End"
    );
    match focus {
        Focus::Text => return None,
        Focus::Slider if arrow || key == " " => return None,
        Focus::Button if key == " " => return None,
        _ => {}
    }
    Some(match (key, shift) {
        // Presenters' clickers blank the screen with `.` or `b`.
        (" " | "." | "k" | "b", _) => Shortcut::TogglePlay,
        ("ArrowRight", false) => Shortcut::Step,
        ("ArrowLeft", false) => Shortcut::StepBack,
        ("ArrowRight", true) => Shortcut::MinuteForward,
        ("ArrowLeft", true) => Shortcut::MinuteBack,
        ("PageDown" | "n", _) => Shortcut::NextMoment,
        ("PageUp", _) => Shortcut::PreviousMoment,
        ("Home", _) => Shortcut::Start,
        ("End", _) => Shortcut::End,
        ("p" | "P", _) => Shortcut::SendPill,
        ("w" | "W", _) => Shortcut::SwitchReach,
        ("z", false) => Shortcut::Undo,
        ("Z" | "z", true) | ("y", _) => Shortcut::Redo,
        ("0", _) => Shortcut::Reset,
        ("s" | "S", _) => Shortcut::Share,
        ("i" | "I", _) => Shortcut::Import,
        ("/", _) => Shortcut::Find,
        ("l" | "L", _) => Shortcut::AllSettings,
        ("?", _) => Shortcut::Help,
        ("a" | "A", _) => Shortcut::AutoSpeed,
        ("d" | "D", _) => Shortcut::Palette,
        ("e" | "E", _) => Shortcut::LiftVeil,
        ("1", _) => Shortcut::Speed(1),
        ("2", _) => Shortcut::Speed(10),
        ("3", _) => Shortcut::Speed(100),
        ("4", _) => Shortcut::Speed(1_000),
        ("5", _) => Shortcut::Speed(10_000),
        _ => return None,
    })
}

/// The table of the help: keys, and what they do.
pub const HELP: &[(&[&str], &str)] = &[
    (&["P"], "send a poison pill"),
    (
        &["Space", "."],
        "play or pause; so does a clicker's black-screen key",
    ),
    (&["←", "→"], "one second back or on; with Shift one minute"),
    (
        &["Page Up", "Page Down"],
        "the moment before, the next moment (a presenter's clicker)",
    ),
    (&["Home", "End"], "the start or the end of the run"),
    (&["1", "2", "3", "4", "5"], "1×, 10×, 100×, 1,000×, 10,000×"),
    (&["A"], "automatic speed"),
    (&["E"], "show me the end"),
    (&["/"], "find a setting and set it: “retention 7d”"),
    (&["L"], "all settings, or the first few"),
    (&["W"], "changes apply to the whole run, or from here"),
    (&["Z", "Shift Z"], "undo, redo"),
    (&["0"], "reset to the opening scenario"),
    (&["S"], "share this moment"),
    (&["I"], "import your own settings"),
    (&["D"], "light, dark, projector"),
    (&["?"], "this help"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn check(key: &str, shift: bool, command: bool, focus: Focus, expected: Option<Shortcut>) {
        assert_eq!(
            shortcut(key, shift, command, focus),
            expected,
            "{key} {focus:?}"
        );
    }

    #[test]
    fn keys_work_without_a_click_first() {
        check(" ", false, false, Focus::Page, Some(Shortcut::TogglePlay));
        check("p", false, false, Focus::Page, Some(Shortcut::SendPill));
        for black_screen in [".", "b"] {
            let plays = Some(Shortcut::TogglePlay);
            check(black_screen, false, false, Focus::Page, plays);
        }
        check(
            "PageDown",
            false,
            false,
            Focus::Page,
            Some(Shortcut::NextMoment),
        );
        check(
            "ArrowRight",
            true,
            false,
            Focus::Page,
            Some(Shortcut::MinuteForward),
        );
        check("z", false, true, Focus::Page, Some(Shortcut::Undo));
        check("Z", true, true, Focus::Page, Some(Shortcut::Redo));
        check("Z", true, false, Focus::Page, Some(Shortcut::Redo));
    }

    #[test]
    fn what_has_the_focus_keeps_its_own_keys() {
        check(" ", false, false, Focus::Button, None);
        check("ArrowRight", false, false, Focus::Slider, None);
        check(
            "PageDown",
            false,
            false,
            Focus::Slider,
            Some(Shortcut::NextMoment),
        );
        check("p", false, false, Focus::Slider, Some(Shortcut::SendPill));
        check("p", false, false, Focus::Text, None);
        check("z", false, true, Focus::Text, None);
        check("p", false, false, Focus::Dialog, None);
    }
}
