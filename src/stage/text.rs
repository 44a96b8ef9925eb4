//! How wide words will be.

/// About how wide a text is in a common sans-serif face, in pixels; generous rather than tight.
pub fn width(text: &str, size: f32, bold: bool) -> f32 {
    let em: f32 = text
        .chars()
        .map(|c| match c {
            'i' | 'j' | 'l' | '.' | ',' | ':' | '\'' | '|' | ' ' | '·' | 'I' => 0.29,
            'f' | 'r' | 't' | '(' | ')' | '-' => 0.39,
            'm' | 'w' | 'M' | 'W' | '→' | '—' => 0.9,
            '0'..='9' => 0.63,
            'A'..='Z' => 0.7,
            _ => 0.585,
        })
        .sum();
    em * size * if bold { 1.05 } else { 1.0 }
}
