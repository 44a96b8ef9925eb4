//! The page in a real browser: it mounts, paints, listens, and lets go of everything.
#![cfg(target_arch = "wasm32")]

use overflowing_sink::browser::{document, fragment, replace_fragment, window};
use overflowing_sink::scenario::link::from_link;
use overflowing_sink::ui::app::App;
use overflowing_sink::ui::conductor::Conductor;
use overflowing_sink::ui::page::{Page, Turner};
use overflowing_sink::ui::world_view::WorldView;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{
    CanvasRenderingContext2d, Element, Event, HtmlCanvasElement, HtmlElement, HtmlInputElement,
};
use yew::platform::pinned::oneshot;
use yew::prelude::*;
use yew::{AppHandle, BaseComponent};

wasm_bindgen_test_configure!(run_in_browser);

/// Frames to wait for something at most.
const PATIENCE: u32 = 600;

struct Mounted<C: BaseComponent = App> {
    root: Element,
    app: Option<AppHandle<C>>,
}

impl Mounted {
    async fn open(fragment: &str) -> Self {
        replace_fragment(if fragment.is_empty() { "#" } else { fragment });
        let page = Self::mount();
        page.until("the page is mounted", |page| page.is_there("#play"))
            .await;
        page
    }

    /// Opens a tab of the drawer.
    fn pull(&self, tab: &str) {
        self.click(tab);
    }
}

impl<C: BaseComponent<Properties = ()>> Mounted<C> {
    fn mount() -> Self {
        let root = document().create_element("div").expect("a div");
        document()
            .body()
            .expect("a body")
            .append_child(&root)
            .expect("a place");
        let app = yew::Renderer::<C>::with_root(root.clone()).render();
        Self {
            root,
            app: Some(app),
        }
    }

    /// The digest of a world's whole run, once it is computed.
    fn digest(&self, world: usize) -> Option<String> {
        let worlds = self.root.query_selector_all(".world").expect("a selector");
        let world: Element = worlds.get(world as u32)?.unchecked_into();
        world.get_attribute("data-digest")
    }

    fn find(&self, selector: &str) -> Element {
        self.root
            .query_selector(selector)
            .ok()
            .flatten()
            .unwrap_or_else(|| panic!("nothing is called {selector}"))
    }

    fn text(&self, selector: &str) -> String {
        self.find(selector).text_content().unwrap_or_default()
    }

    fn click(&self, selector: &str) {
        self.find(selector).unchecked_into::<HtmlElement>().click();
    }

    async fn until(&self, what: &str, holds: impl Fn(&Self) -> bool) {
        for _ in 0..PATIENCE {
            if holds(self) {
                return;
            }
            frame().await;
        }
        panic!("never: {what}");
    }

    fn is_there(&self, selector: &str) -> bool {
        self.root.query_selector(selector).ok().flatten().is_some()
    }
}

impl<C: BaseComponent> Drop for Mounted<C> {
    fn drop(&mut self) {
        if let Some(app) = self.app.take() {
            app.destroy();
        }
        self.root.remove();
    }
}

/// Waits for the next animation frame.
async fn frame() {
    let (told, came) = oneshot::channel::<()>();
    let callback = Closure::once(move || {
        // Whoever waits is there until the frame has come.
        let _ = told.send(());
    });
    window()
        .request_animation_frame(callback.as_ref().unchecked_ref())
        .expect("a frame");
    came.await.expect("a frame comes");
}

fn dispatch(target: &Element, kind: &str) {
    let event = Event::new(kind).expect("an event");
    event.init_event_with_bubbles(kind, true);
    target.dispatch_event(&event).expect("a listener");
}

fn painted(canvas: &Element) -> bool {
    let canvas: &HtmlCanvasElement = canvas.unchecked_ref();
    let (w, h) = (canvas.width(), canvas.height());
    let Ok(Some(context)) = canvas.get_context("2d") else {
        return false;
    };
    let context: CanvasRenderingContext2d = context.unchecked_into();
    let image = context
        .get_image_data(0.0, 0.0, f64::from(w), f64::from(h))
        .expect("pixels");
    let bytes = image.data().0;
    bytes.chunks_exact(4).any(|pixel| pixel != &bytes[..4])
}

#[wasm_bindgen_test]
async fn the_page_opens_running_and_paints() {
    let page = Mounted::open("").await;
    page.until("the stage is painted", |page| {
        page.is_there("#stage canvas") && painted(&page.find("#stage canvas"))
    })
    .await;
    page.until("the timeline is painted", |page| {
        painted(&page.find("#timeline canvas"))
    })
    .await;
    page.until("the run is computed", |page| page.digest(0).is_some())
        .await;
    assert_eq!(
        page.find("#play").get_attribute("aria-label").as_deref(),
        Some("Pause (Space)")
    );
    let first = page.text("#clock");
    page.until("the clock moves", |page| page.text("#clock") != first)
        .await;
    page.pull("#tab-ledger");
    page.until("the ledger is open", |page| {
        page.is_there(".drawer") && page.text(".drawer").contains("adds up")
    })
    .await;
}

#[wasm_bindgen_test]
async fn a_pill_is_sent_and_taken_back() {
    let page = Mounted::open("").await;
    page.until("the run is computed", |page| page.digest(0).is_some())
        .await;
    page.click("#send-pill");
    page.until("a flag stands", |page| page.is_there(".flag--pill"))
        .await;
    page.click("#undo");
    page.until("the flag is gone", |page| !page.is_there(".flag"))
        .await;
}

#[wasm_bindgen_test]
async fn a_slider_reaches_the_engine_and_one_drag_is_one_undo() {
    let page = Mounted::open("").await;
    page.until("the run is computed", |page| page.digest(0).is_some())
        .await;
    let before = page.digest(0).expect("it is computed");
    let slider: HtmlInputElement = page
        .find("[data-knob=ParallelizationFactor] input[type=range]")
        .unchecked_into();
    for place in ["1", "2"] {
        slider.set_value(place);
        dispatch(&slider, "input");
        frame().await;
    }
    dispatch(&slider, "change");
    let value = |page: &Mounted| {
        let field: HtmlInputElement = page
            .find("[data-knob=ParallelizationFactor] input[type=text]")
            .unchecked_into();
        field.value()
    };
    page.until("the form shows it", |page| value(page).starts_with('3'))
        .await;
    page.until("another run is computed", |page| {
        page.digest(0).is_some_and(|digest| digest != before)
    })
    .await;
    page.click("#undo");
    page.until("one undo takes the drag back", |page| {
        value(page).starts_with('1')
    })
    .await;
    page.until("the same run as before", |page| {
        page.digest(0).as_deref() == Some(&before)
    })
    .await;
}

#[wasm_bindgen_test]
async fn a_link_restores_the_run() {
    let page = Mounted::open("#v=1&MaximumRetryAttempts=2&at=1h:pill:1&t=26h&nonsense=1").await;
    page.until("the knob is set", |page| {
        let field: HtmlInputElement = page
            .find("[data-knob=MaximumRetryAttempts] input[type=text]")
            .unchecked_into();
        field.value().starts_with('2')
    })
    .await;
    page.until("the moment is there", |page| {
        page.text("#clock").starts_with("day 2, 11:0")
    })
    .await;
    assert!(page.is_there(".flag--pill"));
    assert!(
        page.text("#notices").contains("nonsense"),
        "{}",
        page.text("#notices")
    );
}

#[wasm_bindgen_test]
async fn a_finding_sets_a_knob() {
    let page = Mounted::open("").await;
    page.pull("#tab-settings");
    page.until("the form is open", |page| page.is_there("#find"))
        .await;
    let find: HtmlInputElement = page.find("#find").unchecked_into();
    find.set_value("retention 7d");
    dispatch(&find, "input");
    page.until("a hit is shown", |page| page.is_there(".find__hit"))
        .await;
    page.click(".find__hit");
    page.until("the knob is set", |page| {
        let field: HtmlInputElement = page
            .find("[data-knob=RetentionPeriodHours] input[type=text]")
            .unchecked_into();
        field.value().contains("168")
    })
    .await;
}

#[wasm_bindgen_test]
async fn unmounting_stops_the_loop_and_empties_the_page() {
    let mut page = Mounted::open("").await;
    page.until("the clock is there", |page| !page.text("#clock").is_empty())
        .await;
    let clock = page.find("#clock");
    page.app.take().expect("mounted").destroy();
    frame().await;
    let stopped = clock.text_content();
    for _ in 0..10 {
        frame().await;
    }
    assert_eq!(clock.text_content(), stopped);
    assert_eq!(page.root.child_element_count(), 0);
}

/// Two worlds, one clock, nothing else: what a lesson that compares two futures mounts.
#[component]
fn Pair() -> Html {
    let conductor = use_memo((), |()| {
        let links = [
            "#v=1&at=1h:pill:1",
            "#v=1&MaximumRetryAttempts=2&at=1h:pill:1",
        ];
        Conductor::open(links.map(|link| from_link(link).0).to_vec())
    });
    let page = use_reducer(Page::default);
    {
        let conductor = (*conductor).clone();
        use_effect_with((), move |()| {
            let running = conductor.start();
            move || drop(running)
        });
    }
    html! {
        <ContextProvider<Turner> context={page.dispatcher()}>
            <WorldView world={conductor.world(0)} />
            <WorldView world={conductor.world(1)} />
        </ContextProvider<Turner>>
    }
}

#[wasm_bindgen_test]
async fn two_worlds_stand_on_one_page_with_one_clock() {
    let page = Mounted::<Pair>::mount();
    page.until("both runs are computed", |page| {
        page.digest(0).is_some() && page.digest(1).is_some()
    })
    .await;
    assert_ne!(page.digest(0), page.digest(1));
    page.until("both stages are painted", |page| {
        ["#stage canvas", "#stage-2 canvas"]
            .iter()
            .all(|canvas| page.is_there(canvas) && painted(&page.find(canvas)))
    })
    .await;
    // The transport of either moves both.
    page.click("#next-2");
    page.until("both clocks have moved", |page| {
        let first = page.text("#clock");
        !first.starts_with("day 1, 09:00") && first == page.text("#clock-2")
    })
    .await;
    // What is set in one world leaves the other as it is.
    let before = page.digest(0);
    let slider: HtmlInputElement = page
        .find("#stage-2 ~ .hand [data-knob=ParallelizationFactor] input[type=range]")
        .unchecked_into();
    let other = page.digest(1);
    slider.set_value("3");
    dispatch(&slider, "input");
    dispatch(&slider, "change");
    page.until("the second run is another", |page| {
        page.digest(1).is_some() && page.digest(1) != other
    })
    .await;
    assert_eq!(page.digest(0), before);
    let ids = page.root.query_selector_all("[id]").expect("a selector");
    let mut ids: Vec<String> = (0..ids.length())
        .filter_map(|index| Some(ids.get(index)?.unchecked_into::<Element>().id()))
        .collect();
    let all = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), all, "every id is there once");
}

#[wasm_bindgen_test]
async fn the_address_keeps_what_brings_the_run_back() {
    let page = Mounted::open("#v=1&palette=dark").await;
    page.click("#send-pill");
    page.until("the pill is in the address", |_| {
        fragment().contains(":pill:") && fragment().contains("palette=dark")
    })
    .await;
}
