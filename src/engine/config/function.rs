//! The function, and what its code does with a record that it cannot handle.

use crate::engine::time::SimDuration;

/// The function (L).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// `Timeout` (L7).
    pub timeout: SimDuration,
    /// Time every invocation takes.
    pub per_batch: SimDuration,
    /// Time each handled record adds.
    pub per_record: SimDuration,
    /// What the handler does with a record it cannot handle.
    pub handler: Handler,
    /// By what it knows what it has handled before (E17).
    pub idempotency: IdempotencyKey,
    /// Whether pills are bad to this code: false once a fix is deployed (E54).
    pub chokes: bool,
    /// What the handler calls for every record, and whether that answers (L11).
    pub outage: Outage,
    /// Share of invocations that crash at some record, whatever it is, in permille (E20).
    pub crash_permille: u32,
    /// The longest cold start; each takes between a tenth of it and all of it (L10, assumption).
    pub cold_start: SimDuration,
}

/// By what a handler knows an order that it has handled before, and does not charge for it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdempotencyKey {
    /// By nothing: it charges whenever it handles (E17).
    None,
    /// By `eventID`, the shard and the sequence number: it catches what the mapping delivers again. A copy that the
    /// producer wrote has a sequence number of its own (P24).
    EventId,
    /// By the order's own id, which is in the data: it catches copies, too (P24).
    OrderId,
}

/// Whether what the function depends on is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outage {
    /// It is.
    None,
    /// Every call fails at once: no record can be handled.
    Errors,
    /// No call is answered: every invocation runs into its `Timeout`.
    Hangs,
}

/// What the handler does when it meets a record it cannot handle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handler {
    /// Throws at the bad record: later ones are not touched (E20).
    Throws,
    /// Works the whole batch and reports every failed item (E30).
    ReportsFailed,
    /// Stops at the first bad record and reports it (E33).
    StopsAtFirst,
    /// Works the whole batch and always answers the same (E34).
    Replies(Reply),
    /// Works the whole batch, puts what it cannot handle into a place of its own, and reports success.
    Parks,
    /// Works the whole batch, catches what goes wrong, and reports success.
    Swallows,
}

/// A given reply, as the mapping reads it (E34).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// Nothing failed: `{"batchItemFailures":[]}`, `{}`, `null`, `""`, `[]`.
    Success,
    /// Cannot be read as item failures: the whole batch failed.
    Malformed,
    /// These records of the batch failed, by index in the batch; one beyond its end is not in the batch.
    Items(Vec<u32>),
}
