//! The modules of a crate, a file each, and which of them imports from which.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::tokens::{Token, closing, tokens};

/// A path as it is written: `crate::layer::Layer` as its words.
type Words = Vec<String>;

/// A file of a crate.
#[derive(Default)]
struct Module {
    file: PathBuf,
    parent: Option<usize>,
    children: BTreeMap<String, usize>,
    /// What is defined here.
    items: BTreeSet<String>,
    /// What is imported, by the name it has here.
    imports: BTreeMap<String, Words>,
    /// Each path that is imported for the file's own use, and each path in its code.
    uses: Vec<Words>,
}

/// The files of a crate, and for each the places of those that it imports from.
pub struct Imports {
    pub files: Vec<PathBuf>,
    pub from: Vec<BTreeSet<usize>>,
}

impl Imports {
    /// Reads a crate from its root, `lib.rs` or `main.rs`. An item that is exported again counts where it is defined, and
    /// exporting it again is not an import; nor is what a module takes from those inside it, or they from it.
    pub fn of_crate(root: &Path) -> Self {
        let mut modules = Vec::new();
        read(root.to_owned(), root.parent().unwrap().to_owned(), None, &mut modules);
        let from = (0..modules.len())
            .map(|own| {
                let homes = modules[own].uses.iter().filter_map(|words| home(&modules, own, words, 0));
                homes.filter(|&home| !is_inside(&modules, home, own) && !is_inside(&modules, own, home)).collect()
            })
            .collect();
        Self { files: modules.into_iter().map(|module| module.file).collect(), from }
    }
}

/// Whether a module is another, or inside it.
fn is_inside(modules: &[Module], module: usize, other: usize) -> bool {
    module == other || modules[module].parent.is_some_and(|parent| is_inside(modules, parent, other))
}

/// Reads a file and those of its modules; gives its place.
fn read(file: PathBuf, folder: PathBuf, parent: Option<usize>, modules: &mut Vec<Module>) -> usize {
    let source = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let own = modules.len();
    modules.push(Module { file, parent, ..Module::default() });
    let tokens = tokens(&source);
    let (mut at, mut depth) = (0, 0);
    while at < tokens.len() {
        let next = |ahead: usize| tokens.get(at + ahead);
        match &tokens[at] {
            Token::Sign('{') => depth += 1,
            Token::Sign('}') => depth -= 1,
            Token::Word(word) if word == "use" && !next(1).is_some_and(|token| token.is('<')) => {
                let end = at + tokens[at..].iter().position(|token| token.is(';')).expect("use ends with a semicolon");
                let is_public = is_public(&tokens[..at]);
                for (words, name) in tree(&tokens[at + 1..end], &[]) {
                    modules[own].imports.insert(name, words.clone());
                    if !is_public {
                        modules[own].uses.push(words);
                    }
                }
                at = end;
            }
            Token::Word(word) if word == "mod" && depth == 0 && next(2).is_some_and(|token| token.is(';')) => {
                let name = tokens[at + 1].word().unwrap().to_owned();
                let (file, inside) = (folder.join(format!("{name}.rs")), folder.join(&name));
                let file = if file.is_file() { file } else { inside.join("mod.rs") };
                let child = read(file, inside, Some(own), modules);
                modules[own].children.insert(name, child);
                at += 2;
            }
            Token::Word(word) if depth == 0 && DEFINES.contains(&word.as_str()) => {
                modules[own].items.extend(next(1).and_then(Token::word).map(str::to_owned));
            }
            Token::Word(_) => {
                let words = path(&tokens[at..]);
                at += 3 * (words.len() - 1);
                if words.len() > 1 {
                    modules[own].uses.push(words);
                }
            }
            _ => {}
        }
        at += 1;
    }
    own
}

const DEFINES: [&str; 9] = ["fn", "struct", "enum", "union", "trait", "type", "const", "static", "macro_rules"];

/// Whether what comes before `use` makes it an export.
fn is_public(before: &[Token]) -> bool {
    match before {
        [.., Token::Word(word)] => word == "pub",
        [.., Token::Word(word), Token::Sign('('), Token::Word(_), Token::Sign(')')] => word == "pub",
        _ => false,
    }
}

/// The words at the beginning that are joined by `::`.
fn path(tokens: &[Token]) -> Words {
    let mut words: Words = tokens[0].word().map(str::to_owned).into_iter().collect();
    while let Some([Token::Sign(':'), Token::Sign(':'), Token::Word(word)]) =
        tokens.get(3 * words.len() - 2..3 * words.len() + 1)
    {
        words.push(word.clone());
    }
    words
}

/// What a tree of imports brings in: paths, and the name of each.
fn tree(tokens: &[Token], before: &[String]) -> Vec<(Words, String)> {
    let mut words = before.to_vec();
    let mut at = 0;
    while at < tokens.len() {
        match &tokens[at] {
            Token::Sign('{') => {
                let inside = &tokens[at + 1..closing(tokens, at) - 1];
                return branches(inside).into_iter().flat_map(|branch| tree(branch, &words)).collect();
            }
            Token::Word(word) if word == "as" => {
                return vec![(words, tokens[at + 1].word().unwrap_or_default().to_owned())];
            }
            Token::Word(word) if word == "self" && !words.is_empty() => {}
            Token::Word(word) => words.push(word.clone()),
            _ => {}
        }
        at += 1;
    }
    let name = words.last().cloned().unwrap_or_default();
    vec![(words, name)]
}

/// What is between the commas outside brackets.
fn branches(tokens: &[Token]) -> Vec<&[Token]> {
    let (mut branches, mut start, mut at) = (Vec::new(), 0, 0);
    while at < tokens.len() {
        match tokens[at] {
            Token::Sign(',') => {
                branches.push(&tokens[start..at]);
                at += 1;
                start = at;
            }
            Token::Sign('{') => at = closing(tokens, at),
            _ => at += 1,
        }
    }
    branches.push(&tokens[start..]);
    branches.into_iter().filter(|branch| !branch.is_empty()).collect()
}

/// The module that defines what `words` mean in `own`; none where that is another crate's, or a module as such.
fn home(modules: &[Module], own: usize, words: &[String], depth: usize) -> Option<usize> {
    let mut module = own;
    for (at, word) in words.iter().enumerate() {
        let here = &modules[module];
        match word.as_str() {
            "crate" => module = 0,
            "self" => {}
            "super" => module = here.parent?,
            word => {
                if let Some(&child) = here.children.get(word) {
                    module = child;
                } else if here.items.contains(word) {
                    return (at > 0).then_some(module);
                } else if let Some(import) = here.imports.get(word).filter(|_| depth < 8) {
                    let whole: Words = import.iter().chain(&words[at + 1..]).cloned().collect();
                    // A name imported from another crate under that crate's own name would mean itself.
                    return (whole != words).then(|| home(modules, module, &whole, depth + 1)).flatten();
                } else {
                    return (at > 0).then_some(module);
                }
            }
        }
    }
    None
}
