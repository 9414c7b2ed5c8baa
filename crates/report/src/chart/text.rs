//! How wide a text will be, near enough to place what stands beside it, without reading a font.

/// The width of `text` in pixels at `size` pixels: an estimate after DejaVu Sans, which is wider than most.
pub(crate) fn width(text: &str, size: f64) -> f64 {
    let em: f64 = text
        .chars()
        .map(|character| match character {
            'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | ' ' | '\u{a0}' => 0.32,
            'f' | 'r' | 't' | '(' | ')' | '-' => 0.42,
            'm' | 'w' | 'M' | 'W' | '%' => 0.96,
            'A'..='Z' => 0.72,
            ' '..='~' => 0.63,
            _ => 1.0,
        })
        .sum();
    em * size
}

/// `text`, or as much of it as fits into `space` pixels with "…" behind it; nothing where not even that fits.
pub(crate) fn fit(text: &str, size: f64, space: f64) -> String {
    if width(text, size) <= space {
        return text.to_owned();
    }
    let mut short = text.to_owned();
    while short.pop().is_some() {
        let shown = format!("{}…", short.trim_end());
        if width(&shown, size) <= space {
            return if short.is_empty() { String::new() } else { shown };
        }
    }
    short
}

/// `text` in lines of at most `space` pixels, cut between words; a longer word is cut short by [`fit`].
pub(crate) fn wrap(text: &str, size: f64, space: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if width(line, size) + width(" ", size) + width(word, size) <= space => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(fit(word, size, space)),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::{fit, width, wrap};

    #[test]
    fn text_is_cut_to_its_space() {
        assert_eq!(fit("epoch", 13.0, 100.0), "epoch");
        assert_eq!(fit("a rather long name", 10.0, 60.0), "a rather l…");
        assert_eq!(fit("name", 10.0, 5.0), "");
        assert_eq!(wrap("one two  three", 10.0, 50.0), ["one two", "three"]);
        assert!(wrap("", 10.0, 50.0).is_empty());
        for line in wrap("words and anextraordinarilylongwordthatmustbecut end", 10.0, 80.0) {
            assert!(width(&line, 10.0) <= 80.0, "{line}");
        }
    }
}
