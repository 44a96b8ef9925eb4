//! What records hold: orders of a few kinds, as JSON, and what a pill's data looks like. It knows no screen.
//!
//! Orders of one kind have the same data, so that a filter is judged once for each kind and not for each record.

use crate::engine::config::Fails;

/// A kind of order.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// What people call it.
    pub name: &'static str,
    /// How many of a hundred orders are of this kind.
    pub weight: u32,
    /// Its data; [`AMOUNT`] stands for the amount.
    data: &'static str,
    amount: &'static str,
}

/// Where the data of a kind has its amount.
const AMOUNT: &str = "$";

/// So many different data of records written down by hand can be told apart beside the kinds.
pub const DATA_KINDS_MAX: usize = 60;

/// The kinds of order. A record written down by hand is of the first.
pub const KINDS: [Kind; 4] = [
    Kind {
        name: "purchase",
        weight: 62,
        data: r#"{"type":"purchase","amount":$,"currency":"EUR","country":"FI","items":[{"sku":"book-7","count":2},{"sku":"pen-1","count":1}]}"#,
        amount: "42.5",
    },
    Kind {
        name: "subscription",
        weight: 20,
        data: r#"{"type":"subscription","amount":$,"currency":"EUR","country":"SE","plan":"yearly","items":[]}"#,
        amount: "120",
    },
    Kind {
        name: "refund",
        weight: 13,
        data: r#"{"type":"refund","amount":$,"currency":"EUR","country":"FI","reason":"damaged","items":[{"sku":"book-7","count":1}]}"#,
        amount: "-19.9",
    },
    Kind {
        name: "test",
        weight: 5,
        data: r#"{"type":"test","amount":$,"currency":null,"country":"","items":[]}"#,
        amount: "0",
    },
];

impl Kind {
    /// The data of an order of this kind, given whether something is wrong with it.
    pub fn data(&self, fails: Fails) -> String {
        match fails {
            Fails::Never | Fails::First(_) => self.data.replace(AMOUNT, self.amount),
            Fails::Always => self.data.replace(AMOUNT, r#""twelve""#),
            // Cut off in the middle.
            Fails::NotJson => self
                .data
                .split(AMOUNT)
                .next()
                .unwrap_or_default()
                .to_owned(),
        }
    }
}
