//! What AWS does with small batches, invocation by invocation. Expected values are worked out from the facts by hand.
#![cfg(not(target_arch = "wasm32"))]

mod ages;
mod bisect;
mod delivery;
mod documents;
mod failing;
mod filters;
mod forming;
mod formulas;
mod lifecycle;
mod oracle;
mod producer;
#[path = "../support/reference.rs"]
mod reference;
mod replies;
mod retries;
mod row;
mod rules;
#[path = "../support/program.rs"]
mod run;
mod sdk;
