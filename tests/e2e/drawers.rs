//! What is a click away: settings that stand still under a hand, the box that finds one, and a ledger that says nothing
//! before it is true.

use crate::page::Page;

fn opened(fragment: &str, drawer: &str) -> Page {
    let page = Page::open(fragment);
    page.wait_until("document.querySelector('.world').dataset.digest", 20);
    page.click(&format!("#tab-{drawer}"));
    page.wait_until("document.querySelector('.drawer')", 5);
    page
}

/// The words beside a knob of the form.
fn value(page: &Page, knob: &str) -> String {
    let field =
        format!("document.querySelector('#settings [data-knob={knob}] input[type=text]').value");
    page.eval(&field).as_str().unwrap_or_default().to_owned()
}

#[test]
fn the_form_shows_the_value_in_force_and_what_is_set_for_the_whole_run_is() {
    let page = opened("at=1h:MaximumRetryAttempts:3&t=2h", "settings");
    assert_eq!(value(&page, "MaximumRetryAttempts"), "3 retries");
    assert!(
        page.text("#settings [data-knob=MaximumRetryAttempts] .knob__notes")
            .contains("since")
    );
    page.eval(
        "(() => { const field = document.querySelector('#settings [data-knob=MaximumRetryAttempts] input[type=text]');
                  field.value = '5'; field.dispatchEvent(new Event('change', { bubbles: true })); })()",
    );
    page.wait_until(
        "document.querySelector('#settings [data-knob=MaximumRetryAttempts] input[type=text]').value === '5 retries'",
        5,
    );
    assert!(
        !page
            .text("#settings [data-knob=MaximumRetryAttempts] .knob__notes")
            .contains("since")
    );
}

#[test]
fn a_slider_stands_still_while_it_is_dragged() {
    let page = opened("at=1h:pill:1&t=2h", "settings");
    // From one end to the other: notes and problems of every length come and go above it.
    let moved = page.eval(
        "new Promise((done) => {
            const slider = document.querySelector('#settings [data-knob=perRecord] input[type=range]');
            slider.scrollIntoView({ block: 'center' });
            const places = new Set();
            const at = () => places.add(Math.round(slider.getBoundingClientRect().top));
            at();
            slider.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }));
            let step = 0;
            const frame = () => {
                at();
                slider.value = step;
                slider.dispatchEvent(new Event('input', { bubbles: true }));
                step += 1;
                if (step <= Number(slider.max)) requestAnimationFrame(frame);
                else done(places.size);
            };
            requestAnimationFrame(frame);
        })",
    );
    assert_eq!(moved, 1, "places at which it stood");
}

#[test]
fn a_finding_leaves_the_picture_in_view_and_a_slash_types_nothing() {
    let page = opened("", "settings");
    page.size(1024, 768);
    page.key("/");
    page.wait_until("document.activeElement.id === 'find'", 5);
    page.key("/");
    assert_eq!(page.eval("document.querySelector('#find').value"), "");
    assert_eq!(page.eval("!!document.querySelector('.drawer')"), true);
    page.fill("#find", "retention 7d");
    page.wait_until("document.querySelector('.find__hit')", 5);
    let before = page.eval("scrollY");
    page.key("Enter");
    page.wait_until(
        "document.querySelector('.find__answer').textContent.includes('168 h')",
        5,
    );
    assert_eq!(page.eval("scrollY"), before);
    // The field that was set is in view within the drawer.
    page.wait_until(
        "(() => { const field = document.querySelector('#settings [data-knob=RetentionPeriodHours]').getBoundingClientRect();
                  const drawer = document.querySelector('.drawer').getBoundingClientRect();
                  return drawer.top <= field.top && field.bottom <= drawer.bottom; })()",
        5,
    );
}

#[test]
fn a_drawer_shut_by_the_keyboard_gives_the_focus_back_to_its_tab() {
    let page = opened("", "bill");
    page.eval("document.querySelector('.drawer__head button').focus()");
    page.key("Escape");
    page.wait_until("!document.querySelector('.drawer')", 5);
    page.wait_until("document.activeElement.id === 'tab-bill'", 5);
}

#[test]
fn no_verdict_is_given_while_a_run_is_computed() {
    let page = Page::open("");
    page.wait_until("document.querySelector('.world').dataset.digest", 20);
    assert!(page.text("#outcome").contains("never handled"));
    page.eval("location.hash = 'v=1&ShardCount=11&recordsPerSecond=10000&keyCount=20000&BatchSize=1000&horizon=24h'");
    page.wait_until(
        "document.querySelector('#outcome').textContent.includes('computing')",
        10,
    );
    assert!(
        !page.text("#outcome").contains("never handled"),
        "{}",
        page.text("#outcome")
    );
}
