//! The reference algorithm of the mapping, word by word, for one lane and no time: no expiry, no age, no throttles.

/// How often a record still fails; `u32::MAX` is always.
pub(crate) type Failures = Vec<u32>;

/// What the handler does with a record it cannot handle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Handler {
    Throws,
    ReportsFailed,
    StopsAtFirst,
    /// Catches everything, whether or not it keeps it.
    Catches,
}

/// The settings of a case.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rules {
    pub(crate) batch_size: usize,
    pub(crate) max_retries: u32,
    pub(crate) bisect: bool,
    pub(crate) report_batch_item_failures: bool,
    pub(crate) handler: Handler,
    /// What the handler calls is down: it can handle no record.
    pub(crate) outage: bool,
}

/// What happened: the batches invoked, and the batches discarded with how often each had been tried.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Trace {
    pub(crate) invoked: Vec<Vec<usize>>,
    pub(crate) discarded: Vec<(Vec<usize>, u32)>,
}

enum Reply {
    Returned(Vec<usize>),
    Threw,
}

struct Lane {
    rules: Rules,
    failures: Failures,
    trace: Trace,
}

/// Runs the records of a lane, in order, which are all there from the start. `failures` is by record.
pub(crate) fn run(rules: Rules, records: &[usize], failures: Failures) -> Trace {
    let mut lane = Lane {
        rules,
        failures,
        trace: Trace::default(),
    };
    for batch in records.chunks(rules.batch_size) {
        lane.process(batch);
    }
    lane.trace
}

impl Lane {
    fn process(&mut self, batch: &[usize]) {
        let mut tries = 0;
        loop {
            let reply = self.invoke(batch);
            tries += 1;
            match reply {
                Reply::Returned(_) if !self.rules.report_batch_item_failures => return,
                Reply::Returned(items) => match items.iter().min() {
                    None => return,
                    Some(lowest) => {
                        let k = batch.iter().position(|record| record == lowest).unwrap();
                        if k > 0 {
                            return self.process(&batch[k..]);
                        }
                    }
                },
                Reply::Threw => {}
            }
            if self.rules.bisect && batch.len() > 1 {
                let (left, right) = batch.split_at(batch.len() / 2);
                self.process(left);
                return self.process(right);
            }
            if tries > self.rules.max_retries {
                self.trace.discarded.push((batch.to_vec(), tries));
                return;
            }
        }
    }

    fn invoke(&mut self, batch: &[usize]) -> Reply {
        self.trace.invoked.push(batch.to_vec());
        let mut items = Vec::new();
        for &record in batch {
            if self.failures[record] == 0 && !self.rules.outage {
                continue;
            }
            if (1..u32::MAX).contains(&self.failures[record]) {
                self.failures[record] -= 1;
            }
            match self.rules.handler {
                Handler::Throws => return Reply::Threw,
                Handler::StopsAtFirst => return Reply::Returned(vec![record]),
                Handler::ReportsFailed => items.push(record),
                Handler::Catches => {}
            }
        }
        Reply::Returned(items)
    }
}
