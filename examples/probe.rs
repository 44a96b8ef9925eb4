use overflowing_sink::engine::time::SimTime;
use overflowing_sink::recording::recorder::Recorder;
use overflowing_sink::scenario::{configure::configure, link::from_link};
fn main() {
    let link = std::env::args().nth(1).unwrap_or_default();
    let (shared, notices) = from_link(&link);
    for n in notices {
        println!("notice {n:?}");
    }
    let (config, problems) = configure(&shared.scenario);
    for p in problems {
        println!("problem {p:?}");
    }
    let t = std::time::Instant::now();
    let mut r = Recorder::new(config.clone());
    println!("new {:?}", t.elapsed());
    let t = std::time::Instant::now();
    r.finish();
    println!(
        "whole {:?} digest {:016x} memory {}",
        t.elapsed(),
        r.digest(),
        r.log_memory()
    );
    let ledger = r.final_ledger();
    println!("{ledger:#?} adds up {}", ledger.adds_up());
    for m in r.marks() {
        println!("{} {:?} {:?}", m.at, m.shard, m.kind);
    }
    for s in 0..config.shard_count {
        let worst = r.minutes(s).iter().map(|m| m.iterator_age_ms).max();
        println!(
            "shard {s} max age {:?} min",
            worst.map(|w| w as f64 / 60000.0)
        );
        let early = r
            .minutes(s)
            .iter()
            .take(1400)
            .map(|m| m.iterator_age_ms)
            .max();
        println!("   first day {:?}", early.map(|w| w as f64 / 60000.0));
    }
    let t = std::time::Instant::now();
    let mut worst = std::time::Duration::ZERO;
    for i in 0..1000u64 {
        let t0 = std::time::Instant::now();
        r.moment(SimTime(config.horizon.0 / 1000 * (i * 617 % 1000)));
        worst = worst.max(t0.elapsed());
    }
    println!("seek mean {:?} worst {worst:?}", t.elapsed() / 1000);
    if let Some(second) = std::env::args().nth(2) {
        let (config, _) = configure(&from_link(&second).0.scenario);
        let t = std::time::Instant::now();
        r.revise(config.clone());
        r.finish();
        println!("revise {:?} digest {:016x}", t.elapsed(), r.digest());
        let mut f = Recorder::new(config);
        f.finish();
        println!(
            "fresh digest {:016x} {:?}",
            f.digest(),
            f.final_ledger() == r.final_ledger()
        );
    }
}
