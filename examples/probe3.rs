use overflowing_sink::recording::recorder::Recorder;
use overflowing_sink::scenario::{configure::configure, link::from_link};
fn main() {
    let c = |l: &str| configure(&from_link(l).0.scenario).0;
    let mut r = Recorder::new(c("#v=1"));
    if std::env::args().len() > 1 {
        r.finish();
    }
    if std::env::args().len() > 2 {
        r.revise(c("#v=1&BatchSize=99"));
        r.finish();
    }
}
