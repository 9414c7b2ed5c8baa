//! The values of a line (RFC 4180, but for line feeds inside quotes): separated, some in quotes.

use std::borrow::Cow;

/// The separator of which a line has most.
pub(super) fn separator(line: &[u8]) -> u8 {
    let count = |&separator: &u8| line.iter().filter(|&&byte| byte == separator).count();
    // Of as many the last, so the comma stands last.
    [b'\t', b';', b','].into_iter().max_by_key(count).unwrap_or(b',')
}

/// The values, without quotes and spaces around them.
pub(super) struct Fields<'a> {
    rest: Option<&'a [u8]>,
    separator: u8,
}

impl<'a> Fields<'a> {
    pub fn new(line: &'a [u8], separator: u8) -> Self {
        Self { rest: Some(line), separator }
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Cow<'a, [u8]>;

    fn next(&mut self) -> Option<Self::Item> {
        let line = self.rest?;
        let start = line.trim_ascii_start();
        if let Some(inside) = start.strip_prefix(b"\"")
            && let Some((value, after)) = unquoted(inside)
        {
            let after = after.trim_ascii_start();
            self.rest = after.strip_prefix(&[self.separator]);
            return Some(Cow::Owned(value));
        }
        match line.iter().position(|&byte| byte == self.separator) {
            Some(end) => {
                self.rest = Some(&line[end + 1..]);
                Some(Cow::Borrowed(line[..end].trim_ascii()))
            }
            None => {
                self.rest = None;
                Some(Cow::Borrowed(line.trim_ascii()))
            }
        }
    }
}

/// What stands before the closing quote, two quotes for one, and what follows; nothing if none closes.
fn unquoted(inside: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut value = Vec::new();
    let mut rest = inside;
    loop {
        let end = rest.iter().position(|&byte| byte == b'"')?;
        value.extend_from_slice(&rest[..end]);
        match rest[end + 1..].strip_prefix(b"\"") {
            Some(after) => {
                value.push(b'"');
                rest = after;
            }
            None => return Some((value, &rest[end + 1..])),
        }
    }
}

/// A value of a table as it is written: in quotes where it would be read otherwise without them.
///
/// ```
/// use tenfold_dataset::csv::quoted;
///
/// assert_eq!(["7", "photo, cut.png"].map(quoted).join(","), "7,\"photo, cut.png\"");
/// ```
pub fn quoted(value: &str) -> String {
    let needs = |character| matches!(character, ',' | ';' | '\t' | '"' | '\n' | '\r');
    if value.contains(needs) || value.trim_ascii() != value {
        format!("\"{}\"", value.replace('"', "\"\""))
    } else {
        value.to_owned()
    }
}
