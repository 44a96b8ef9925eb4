use overflowing_sink::recording::recorder::Recorder;
use overflowing_sink::scenario::{configure::configure, link::from_link};
fn main() {
    let c = |l: &str| configure(&from_link(l).0.scenario).0;
    let (a, b, p) = (c("#v=1"), c("#v=1&BatchSize=99"), c("#v=1&at=1h:pill:1"));
    let mut best = [f64::MAX; 4];
    for _ in 0..15 {
        let t = std::time::Instant::now();
        let mut r = Recorder::new(a.clone());
        best[0] = best[0].min(t.elapsed().as_secs_f64());
        r.finish();
        best[1] = best[1].min(t.elapsed().as_secs_f64());
        let t = std::time::Instant::now();
        r.revise(b.clone());
        r.finish();
        best[2] = best[2].min(t.elapsed().as_secs_f64());
        r.revise(a.clone());
        r.finish();
        let t = std::time::Instant::now();
        r.revise(p.clone());
        r.finish();
        best[3] = best[3].min(t.elapsed().as_secs_f64());
    }
    println!(
        "new, whole, batch, pill ms: {:?}",
        best.map(|b| (b * 1e5).round() / 100.)
    );
}
