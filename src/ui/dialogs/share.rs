//! The share dialog: the link holds everything.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::Modal;
use crate::browser::{address, replace_fragment, transfer};
use crate::scenario::file::to_json;
use crate::scenario::link::{Palette, Shared, caveat, to_link};
use crate::session::Transport;
use crate::session::words::clock;
use crate::ui::conductor::WorldHandle;
use crate::words;

/// What the dialog is given.
#[derive(Properties, PartialEq)]
pub(super) struct ShareProps {
    /// The world whose moment is shared.
    pub world: WorldHandle,
    /// The palette somebody chose.
    pub palette: Option<Palette>,
}

/// The dialog. Opening it pauses: what is shared is what is seen. The link is taken once.
#[component]
pub(super) fn Share(props: &ShareProps) -> Html {
    let ShareProps { world, palette } = props;
    let taken = use_state(|| {
        world.transport(Transport::Pause);
        world.shared()
    });
    let veil = use_state_eq(|| world.shown().panel.veiled);
    let with_palette = use_state_eq(|| true);
    let shared = Shared {
        veil: *veil,
        palette: palette.filter(|_| *with_palette),
        ..(*taken).clone()
    };
    let fragment = to_link(&shared);
    // The address carries it as well, for those who share that.
    use_effect_with(fragment.clone(), |fragment| replace_fragment(fragment));
    let link = format!("{}{fragment}", address());
    let moment = shared.moment.map(|at| format!(" ({})", clock(at)));
    let select = Callback::from(|event: FocusEvent| {
        let input: HtmlInputElement = event.target_unchecked_into();
        input.select();
    });
    html! {
        <Modal id="share-dialog" title="Share this moment">
            <p>
                { "The link holds everything: every setting, every flag, the seed and the moment" }{ moment.unwrap_or_default() }
                { ". Whoever opens it sees the same run, to the last record; it opens paused on this picture." }
            </p>
            <label class="sr" for="share-link">{ "The link" }</label>
            <input type="text" id="share-link" class="field" readonly=true value={link.clone()} onfocus={select} />
            <Copy text={link.clone()} words="Copy the link" id="copy">
                <span class="muted">{ format!("{} characters", words::number(link.len() as u64)) }</span>
            </Copy>
            <fieldset class="choices">
                <legend class="sr">{ "What they see first" }</legend>
                { choice_view("share-veil", "they see it happen: the end is hidden until they have watched it", *veil, veil.setter(), true) }
                { choice_view("share-veil", "they see the end: the whole run at once", !*veil, veil.setter(), false) }
                if let Some(palette) = palette {
                    <label class="check">
                        <input type="checkbox" checked={*with_palette} onchange={
                            let with_palette = with_palette.clone();
                            Callback::from(move |_: Event| with_palette.set(!*with_palette))
                        } />
                        { format!("open it in the {} palette", palette.name()) }
                    </label>
                }
            </fieldset>
            if let Some(text) = caveat(&shared, &link) {
                <p class="knob__problem">
                    { text }{ " " }
                    <button type="button" id="save" class="quiet" onclick={save(world)}>{ "Save the scenario file" }</button>
                </p>
            }
            <p class="muted">{ "Nothing is uploaded: what follows the # never leaves the browser, neither yours nor theirs." }</p>
        </Modal>
    }
}

fn choice_view(
    name: &'static str,
    words: &'static str,
    checked: bool,
    set: UseStateSetter<bool>,
    to: bool,
) -> Html {
    let onchange = Callback::from(move |_: Event| set.set(to));
    html! {
        <label class="check"><input type="radio" {name} {checked} {onchange} />{ words }</label>
    }
}

fn save(world: &WorldHandle) -> Callback<MouseEvent> {
    let world = world.clone();
    Callback::from(move |_| transfer::save("overflowing-sink.json", &to_json(&world.scenario())))
}

/// What a button that copies is given.
#[derive(Properties, PartialEq)]
pub(super) struct CopyProps {
    /// What it copies.
    pub text: AttrValue,
    /// Its words.
    pub words: AttrValue,
    /// Names it.
    pub id: AttrValue,
    /// What stands beside it.
    #[prop_or_default]
    pub children: Html,
}

/// A button that copies, and says whether that worked.
#[component]
pub(super) fn Copy(props: &CopyProps) -> Html {
    let copied = use_state_eq(|| None::<bool>);
    {
        let copied = copied.setter();
        use_effect_with(props.text.clone(), move |_| copied.set(None));
    }
    let onclick = {
        let (text, copied) = (props.text.clone(), copied.setter());
        Callback::from(move |_: MouseEvent| {
            let copied = copied.clone();
            transfer::copy(&text, move |done| copied.set(Some(done)));
        })
    };
    let said = match *copied {
        Some(true) => "Copied ✓",
        Some(false) => "The browser does not allow copying here; select the text instead.",
        None => "",
    };
    html! {
        <div class="modal__row">
            <button type="button" id={props.id.clone()} class="solid" autofocus=true {onclick}>{ &props.words }</button>
            <span role="status">{ said }</span>
            { props.children.clone() }
        </div>
    }
}
