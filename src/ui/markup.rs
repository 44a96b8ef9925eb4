//! Writes the page's nodes from markup with holes. A tenth of the code that a macro would expand to, which
//! decides how long the page takes to load. Markup is part of the program; what is filled in is always text
//! or the value of an attribute, never markup.

use std::borrow::Cow;
use std::rc::Rc;

use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Element, Event, HtmlInputElement};
use yew::virtual_dom::{AttrValue, Key, Listener, ListenerKind, VList, VNode, VTag, VText};
use yew::{Html, NodeRef};

use super::desk::{Tools, Turn};
use crate::scenario::knobs::Knob;
use crate::session::Command;

/// What an event does.
pub(super) enum Act {
    /// Asks the session for something.
    Send(Command),
    /// Turns the desk.
    Turn(Turn),
    /// Looks at the event.
    Look(fn(&Tools, &Event)),
    /// Looks at an event of the n-th of its kind.
    Nth(fn(&Tools, &Event, usize), usize),
    /// Looks at an event of a knob's control.
    Knob(fn(&Tools, &Event, Knob), Knob),
}

struct On {
    kind: &'static str,
    act: Act,
    tools: Tools,
}

impl Listener for On {
    fn kind(&self) -> ListenerKind {
        ListenerKind::other(Cow::Borrowed(self.kind))
    }

    fn handle(&self, event: Event) {
        let tools = &self.tools;
        match &self.act {
            Act::Send(command) => tools.player.send(command.clone()),
            Act::Turn(turn) => tools.turn(turn.clone()),
            Act::Look(look) => look(tools, &event),
            Act::Nth(look, n) => look(tools, &event, *n),
            Act::Knob(look, knob) => look(tools, &event, *knob),
        }
    }

    fn passive(&self) -> bool {
        false
    }
}

/// An element that is being written, or a fragment if it has no tag.
struct Open {
    tag: Option<VTag>,
    children: Vec<VNode>,
}

/// The nodes written so far.
pub(super) struct Markup<'a> {
    /// What events are handled with.
    pub tools: &'a Tools,
    open: Vec<Open>,
}

impl<'a> Markup<'a> {
    /// An empty page.
    pub(super) fn new(tools: &'a Tools) -> Self {
        let open = vec![Open {
            tag: None,
            children: Vec::new(),
        }];
        Self { tools, open }
    }

    /// Appends markup. Each `{}`, in text or in the value of an attribute, takes the next value.
    ///
    /// - Elements end with `</…>` or `/>`; `<>` begins a fragment. What is there only
    ///   sometimes, or so many times, needs one around it unless it is alone: nodes are told apart by their places.
    /// - Values of attributes need single quotes if they have a blank, `/` or `>`.
    /// - `name?=` leaves an attribute out that would be empty. `key`, `checked` and `selected` are not attributes but
    ///   mean what they say, and `value` and `style` set the property: the value is then overwritten only when it
    ///   changes here, and the Content-Security-Policy allows the style.
    pub(super) fn put(&mut self, markup: &'static str, values: &[&str]) {
        let mut values = values.iter();
        let mut rest = markup;
        while !rest.is_empty() {
            let (text, tail) = split(rest, |byte| byte == b'<');
            if !text.is_empty() {
                let text = VText::new(filled(text, &mut values));
                self.add(VNode::VText(text));
            }
            if tail.is_empty() {
                return;
            }
            rest = self.tag(&tail[1..], &mut values);
        }
    }

    /// Reads one tag behind its `<`; returns what follows.
    fn tag(&mut self, markup: &'static str, values: &mut std::slice::Iter<&str>) -> &'static str {
        let (name, mut rest) = split(markup, |byte| matches!(byte, b' ' | b'>' | b'/'));
        if name.is_empty() {
            let is_end = rest.starts_with('/');
            if is_end {
                self.close();
            } else {
                self.begin(None);
            }
            return skip(split(rest, |byte| byte == b'>').1, 1);
        }
        let mut tag = VTag::new(AttrValue::Static(name));
        while rest.starts_with(' ') {
            let (name, value) = split(&rest[1..], |byte| byte == b'=');
            let value = skip(value, 1);
            let (value, after) = if let Some(value) = value.strip_prefix('\'') {
                let (value, after) = split(value, |byte| byte == b'\'');
                (value, skip(after, 1))
            } else {
                split(value, |byte| matches!(byte, b' ' | b'>' | b'/'))
            };
            rest = after;
            set(&mut tag, name, filled(value, values));
        }
        self.begin(Some(tag));
        if rest.starts_with('/') {
            self.close();
            return skip(rest, 2);
        }
        skip(rest, 1)
    }

    /// Listens for events of a type, such as `click`, on the element that was opened last and is open still.
    pub(super) fn on(&mut self, kind: &'static str, act: Act) {
        let tools = self.tools.clone();
        let listener: Rc<dyn Listener> = Rc::new(On { kind, act, tools });
        if let Some(tag) = self.last() {
            tag.add_listener(listener);
        }
    }

    /// Listens for clicks on it.
    pub(super) fn on_click(&mut self, act: Act) {
        self.on("click", act);
    }

    /// Lets a reference follow it.
    pub(super) fn node(&mut self, node: &NodeRef) {
        if let Some(tag) = self.last() {
            tag.node_ref = node.clone();
        }
    }

    fn last(&mut self) -> Option<&mut VTag> {
        self.open.last_mut()?.tag.as_mut()
    }

    fn begin(&mut self, tag: Option<VTag>) {
        self.open.push(Open {
            tag,
            children: Vec::new(),
        });
    }

    fn close(&mut self) {
        let Some(Open { tag, children }) = self.open.pop() else {
            return;
        };
        let children = VNode::VList(Rc::new(VList::from(children)));
        let node = match tag {
            Some(mut tag) => {
                if let Some(place) = tag.children_mut() {
                    *place = children;
                }
                VNode::VTag(Rc::new(tag))
            }
            None => children,
        };
        self.add(node);
    }

    /// Appends a node.
    pub(super) fn add(&mut self, node: VNode) {
        if let Some(open) = self.open.last_mut() {
            open.children.push(node);
        }
    }

    /// What was written.
    pub(super) fn done(&mut self) -> Html {
        while self.open.len() > 1 {
            self.close();
        }
        let children = self.open.pop().map(|open| open.children);
        VNode::VList(Rc::new(VList::from(children.unwrap_or_default())))
    }
}

/// A word for a class or an attribute, or nothing.
pub(super) fn only(holds: bool, word: &'static str) -> &'static str {
    if holds { word } else { "" }
}

/// What an attribute says that is true or false.
pub(super) fn truth(holds: bool) -> &'static str {
    if holds { "true" } else { "false" }
}

/// A text before the first byte that ends it, and the rest from there on. Only ASCII ends a text.
fn split(text: &'static str, ends: fn(u8) -> bool) -> (&'static str, &'static str) {
    let end = text.bytes().position(ends).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

fn skip(text: &'static str, bytes: usize) -> &'static str {
    text.get(bytes..).unwrap_or_default()
}

fn filled(text: &'static str, values: &mut std::slice::Iter<&str>) -> AttrValue {
    let (first, mut rest) = split(text, |byte| byte == b'{');
    if rest.is_empty() {
        return AttrValue::Static(text);
    }
    let mut all = String::from(first);
    while !rest.is_empty() {
        all.push_str(values.next().copied().unwrap_or_default());
        let (literal, next) = split(skip(rest, 2), |byte| byte == b'{');
        all.push_str(literal);
        rest = next;
    }
    AttrValue::Rc(Rc::from(all))
}

fn set(tag: &mut VTag, name: &'static str, value: AttrValue) {
    let text = value.as_str();
    match name {
        "key" => tag.key = Some(Key::from(text)),
        "checked" => tag.set_checked(!text.is_empty()),
        "selected" => tag.add_property(name, JsValue::from_bool(!text.is_empty())),
        "value" | "style" => tag.add_property(name, JsValue::from_str(text)),
        _ => {
            if let Some(name) = name.strip_suffix('?') {
                if !text.is_empty() {
                    tag.add_attribute(name, value);
                }
            } else {
                tag.add_attribute(name, value);
            }
        }
    }
}

/// The first element from an event's target upwards that a selector finds.
pub(super) fn closest(event: &Event, selector: &str) -> Option<Element> {
    let target: Element = event.target()?.dyn_into().ok()?;
    target.closest(selector).ok().flatten()
}

/// The control an event comes from. Every control with a text answers as an input does.
pub(super) fn input(event: &Event) -> HtmlInputElement {
    // An event that was dispatched has a target.
    JsValue::from(event.target()).unchecked_into()
}
