//! What people do with runs of a recipe: judge it by cross-validation, explore variants of it, compare models, and make
//! pages of what was found. Events come out; nothing is printed.

#![forbid(unsafe_code)]
