//! What two readers read alike.

use crate::answers::Answers;
use crate::lattice::Taken;
use crate::paths::{Path, paths};

/// Whether two readers agree on a way, digits and signs by their arcs and classes: the reader by itself on what each digit is, and a
/// second one by itself, the network that sees them among their neighbours, on the whole string. Nothing without a second reader.
pub(crate) fn are_agreed(answers: &Answers<'_>, way: &[(usize, usize)]) -> Option<bool> {
    let second = Answers::of_second(answers.lattice, answers.labels)?;
    let is_first = |&(arc, class): &(usize, usize)| match answers.lattice.arcs[arc].taken {
        Taken::Digit(glyph) => answers.first(glyph) == class,
        Taken::Sign(_) | Taken::LeftOut => true,
    };
    let is_same = |path: &Path| path.digits.iter().map(|it| it.1).eq(way.iter().map(|it| it.1));
    Some(way.iter().all(is_first) && paths(&second, 1).first().is_some_and(is_same))
}
