//! Motion: nothing runs when nothing moves.

use crate::page::Page;

/// Counts animation frames asked for within a second.
const FRAMES: &str = "new Promise((done) => {
    let asked = 0;
    const real = window.requestAnimationFrame;
    window.requestAnimationFrame = (f) => { asked += 1; return real.call(window, f); };
    setTimeout(() => { window.requestAnimationFrame = real; done(asked); }, 1000);
})";

#[test]
fn nothing_runs_while_paused() {
    let page = Page::open("");
    page.wait_until("document.querySelector('.world').dataset.digest", 20);
    assert!(page.eval(FRAMES).as_u64() > Some(10), "it plays");
    page.key("Space");
    page.run_for(0.5);
    assert_eq!(page.eval(FRAMES), 0, "frames while paused");
    page.key("Space");
    assert!(page.eval(FRAMES).as_u64() > Some(10), "it plays again");
}

#[test]
fn it_fits_its_window() {
    for (width, height) in [(1440, 900), (1024, 768), (360, 740)] {
        let page = Page::blank();
        page.size(width, height);
        page.go("v=1&at=1h:pill:1&t=28h");
        page.wait_until("document.querySelector('.world').dataset.digest", 20);
        let too_wide = page
            .eval("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        assert_eq!(too_wide, 0, "{width}×{height} scrolls sideways");
    }
}
