//! Rust source as words and signs, without comments and without what is compiled for tests only.

/// A word, a sign or a string literal of a source file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    Word(String),
    Sign(char),
    Text(String),
}

impl Token {
    pub fn is(&self, sign: char) -> bool {
        *self == Token::Sign(sign)
    }

    pub fn word(&self) -> Option<&str> {
        if let Token::Word(word) = self { Some(word) } else { None }
    }
}

/// The tokens of a source file that are compiled outside tests.
pub fn tokens(source: &str) -> Vec<Token> {
    without_tests(&all_tokens(source))
}

fn all_tokens(source: &str) -> Vec<Token> {
    let (mut rest, mut tokens) = (source, Vec::new());
    while let Some(first) = rest.chars().next() {
        let (token, length) = if rest.starts_with("//") {
            (None, rest.find('\n').unwrap_or(rest.len()))
        } else if rest.starts_with("/*") {
            (None, rest.find("*/").map_or(rest.len(), |at| at + 2))
        } else if let Some((text, length)) = string(rest) {
            (Some(Token::Text(text)), length)
        } else if first == '\'' {
            (None, quoted(rest))
        } else if first.is_alphanumeric() || first == '_' {
            let length = rest.find(|next: char| !next.is_alphanumeric() && next != '_').unwrap_or(rest.len());
            (Some(Token::Word(rest[..length].to_owned())), length)
        } else {
            ((!first.is_whitespace()).then_some(Token::Sign(first)), first.len_utf8())
        };
        tokens.extend(token);
        rest = &rest[length..];
    }
    tokens
}

/// The contents and the length of the string literal that begins here, if one does.
fn string(rest: &str) -> Option<(String, usize)> {
    let plain = rest.strip_prefix('b').unwrap_or(rest);
    if let Some(raw) = plain.strip_prefix('r')
        && raw.trim_start_matches('#').starts_with('"')
    {
        let hashes = &raw[..raw.find('"')?];
        let end = format!("\"{hashes}");
        let text = raw[hashes.len() + 1..].split(&end).next()?;
        return Some((text.to_owned(), rest.len() - raw.len() + 2 * (hashes.len() + 1) + text.len()));
    }
    let text = plain.strip_prefix('"')?;
    let mut is_escaped = false;
    let end = text.find(|next| {
        let ends = next == '"' && !is_escaped;
        is_escaped = next == '\\' && !is_escaped;
        ends
    })?;
    Some((text[..end].to_owned(), rest.len() - text.len() + end + 1))
}

/// The length of the character or the lifetime that begins here.
fn quoted(rest: &str) -> usize {
    let inside = &rest[1..];
    if inside.starts_with('\\') {
        return 3 + inside[2..].find('\'').map_or(0, |at| at + 1);
    }
    let first = inside.chars().next().map_or(0, char::len_utf8);
    if inside[first..].starts_with('\'') { first + 2 } else { 1 }
}

/// Leaves out each item with an attribute that says `cfg(test)`.
fn without_tests(tokens: &[Token]) -> Vec<Token> {
    let (mut kept, mut at) = (Vec::new(), 0);
    while at < tokens.len() {
        let end = if tokens[at].is('#') && tokens.get(at + 1).is_some_and(|token| token.is('[')) {
            closing(tokens, at + 1)
        } else {
            kept.push(tokens[at].clone());
            at += 1;
            continue;
        };
        let words: Vec<&str> = tokens[at..end].iter().filter_map(Token::word).collect();
        if words == ["cfg", "test"] {
            at = item_end(tokens, end);
        } else {
            kept.extend_from_slice(&tokens[at..end]);
            at = end;
        }
    }
    kept
}

/// The place after the bracket that closes the one at `open`.
pub fn closing(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token {
            Token::Sign('(' | '[' | '{') => depth += 1,
            Token::Sign(')' | ']' | '}') => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    tokens.len()
}

/// The place after the item that begins at `start`: after its semicolon or its block.
fn item_end(tokens: &[Token], start: usize) -> usize {
    let mut at = start;
    while at < tokens.len() {
        match tokens[at] {
            Token::Sign(';') => return at + 1,
            Token::Sign('{') => return closing(tokens, at),
            Token::Sign('(' | '[') => at = closing(tokens, at),
            _ => at += 1,
        }
    }
    at
}

#[test]
fn a_file_is_words_signs_and_texts() {
    let source = "// not this\nfn f<'a>(x: &'a str) -> char { g(\"a \\\" b\", r#\"c\"#, b\"d\"); '\"' }\n\
                  #[cfg(test)]\nmod tests { fn gone() {} }\n#[cfg(test)]\nmod more;\nconst X: char = '\\'';";
    let found = tokens(source);
    let texts: Vec<&Token> = found.iter().filter(|token| matches!(token, Token::Text(_))).collect();
    assert_eq!(texts, [&Token::Text("a \\\" b".into()), &Token::Text("c".into()), &Token::Text("d".into())]);
    let words: Vec<&str> = found.iter().filter_map(Token::word).collect();
    assert_eq!(words, ["fn", "f", "a", "x", "a", "str", "char", "g", "const", "X", "char"]);
}
