//! The page in a real browser: it mounts, paints, listens, and lets go of everything.
#![cfg(target_arch = "wasm32")]

use std::cell::Cell;
use std::rc::Rc;

use overflowing_sink::browser::animation::Animation;
use overflowing_sink::browser::{document, replace_fragment, window};
use overflowing_sink::ui::app::App;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{
    CanvasRenderingContext2d, Element, Event, HtmlCanvasElement, HtmlElement, HtmlInputElement,
};
use yew::AppHandle;
use yew::platform::pinned::oneshot;

wasm_bindgen_test_configure!(run_in_browser);

/// Frames to wait for something at most.
const PATIENCE: u32 = 600;

struct Mounted {
    root: Element,
    app: Option<AppHandle<App>>,
}

impl Mounted {
    async fn open(fragment: &str) -> Self {
        replace_fragment(if fragment.is_empty() { "#" } else { fragment });
        let root = document().create_element("div").expect("a div");
        document()
            .body()
            .expect("a body")
            .append_child(&root)
            .expect("a place");
        let app = yew::Renderer::<App>::with_root(root.clone()).render();
        let page = Self {
            root,
            app: Some(app),
        };
        page.until("the page is mounted", |page| page.is_there("#find"))
            .await;
        page
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

impl Drop for Mounted {
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
    page.until("the run is computed", |page| page.is_there("#digest"))
        .await;
    assert_eq!(
        page.find("#play").get_attribute("aria-label").as_deref(),
        Some("Pause")
    );
    let first = page.text("#clock");
    page.until("the clock moves", |page| page.text("#clock") != first)
        .await;
    assert!(page.text("#ledger").contains("adds up"));
}

#[wasm_bindgen_test]
async fn a_pill_is_sent_and_taken_back() {
    let page = Mounted::open("").await;
    page.until("the run is computed", |page| page.is_there("#digest"))
        .await;
    page.click("#send-pill");
    page.until("a flag stands", |page| page.is_there(".flag--pill"))
        .await;
    page.until("the end is hidden", |page| !page.is_there("#outcome"))
        .await;
    page.click("#undo");
    page.until("the flag is gone", |page| !page.is_there(".flag"))
        .await;
}

#[wasm_bindgen_test]
async fn a_slider_reaches_the_engine_and_one_drag_is_one_undo() {
    let page = Mounted::open("").await;
    page.until("the run is computed", |page| page.is_there("#digest"))
        .await;
    let before = page.text("#digest");
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
        page.is_there("#digest") && page.text("#digest") != before
    })
    .await;
    page.click("#undo");
    page.until("one undo takes the drag back", |page| {
        value(page).starts_with('1')
    })
    .await;
    page.until("the same run as before", |page| {
        page.is_there("#digest") && page.text("#digest") == before
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

#[wasm_bindgen_test]
async fn an_animation_sleeps_until_it_is_woken_and_ends_with_its_guard() {
    let frames = Rc::new(Cell::new(0));
    let counted = frames.clone();
    let animation = Animation::new(move |_| {
        counted.set(counted.get() + 1);
        counted.get() < 3
    });
    frame().await;
    assert_eq!(frames.get(), 0);
    animation.wake();
    for _ in 0..6 {
        frame().await;
    }
    assert_eq!(frames.get(), 3);
    animation.wake();
    drop(animation);
    frame().await;
    assert_eq!((frames.get(), Rc::strong_count(&frames)), (3, 1));
}
