//! Text that can stand anywhere in HTML or XML: between tags, and inside a quoted attribute.

use std::fmt::Write;

/// `text` with the five characters that mean something in markup replaced by references.
///
/// Characters that XML 1.0 (section 2.2) does not allow at all, such as NUL and other controls, become U+FFFD: an SVG
/// with one of them would be refused whole, and HTML replaces some of them itself.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            // As references, or an attribute's value would come back with spaces in their place.
            '\t' | '\n' | '\r' => _ = write!(escaped, "&#{};", u32::from(character)),
            '\0'..' ' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn markup_and_controls_are_replaced() {
        for (text, escaped) in [
            ("4 → 9", "4 → 9"),
            ("a<b & c>\"d\" 'e'", "a&lt;b &amp; c&gt;&quot;d&quot; &#39;e&#39;"),
            ("&lt;", "&amp;lt;"),
            ("one\ntwo\t", "one&#10;two&#9;"),
            ("\0\u{1b}\u{85}\u{ffff}", "\u{fffd}\u{fffd}\u{fffd}\u{fffd}"),
        ] {
            assert_eq!(escape(text), escaped, "{text:?}");
        }
    }
}
