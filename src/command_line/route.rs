//! `route`: where partition keys go (P4).

use super::{Failure, shown};
use crate::engine::deck;
use crate::scenario::file::KEY_MAX;
use std::io::Write;

/// Prints each key's hash key and shard.
pub(super) fn route(shards: u16, keys: &[String], out: &mut impl Write) -> Result<(), Failure> {
    if let Some(key) = keys
        .iter()
        .find(|key| !(1..=KEY_MAX).contains(&key.chars().count()))
    {
        return Err(Failure::BadInput(format!(
            "A partition key has 1 to {KEY_MAX} characters; {} has {}.",
            shown(key),
            key.chars().count()
        )));
    }
    for key in keys {
        let hash = deck::hash_key(key);
        let (shard, _) = deck::route(hash, shards);
        writeln!(out, "{}\t{hash}\t{shard}", printable(key))?;
    }
    Ok(())
}

/// The key with control characters escaped, so that a line stays a line.
fn printable(key: &str) -> String {
    let mut text = String::new();
    for c in key.chars() {
        if c.is_control() {
            text.extend(c.escape_default());
        } else {
            text.push(c);
        }
    }
    text
}
