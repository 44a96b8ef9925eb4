//! What the page shows, as plain data and text: captions, slider stops, shortcuts, the rows of the ledger, the glossary.
//! Knows the session's answers; no browser, so that all of it is tested natively.

pub mod caption;
pub mod find;
pub mod glossary;
pub mod graph;
pub mod guesses;
pub mod keys;
pub mod sheet;
pub mod stops;
