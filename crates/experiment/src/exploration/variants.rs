//! Lists of variants: what each changes in a recipe.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use tenfold_training::{Recipe, RecipeChanges, RunFile, RunFolder};

use crate::error::{Error, Result};
use crate::run_toml::read_toml;

/// The list of variants of the paper's own outlook and some more, as TOML.
pub const BUILT_IN_VARIANTS: &str = include_str!("variants.toml");

/// An exploration's `variants.toml`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    variant: Vec<Variant>,
}

/// Those of the exploration in `folder`.
///
/// # Errors
/// [`Error::Data`] if its file cannot be read; [`Error::File`] if that is not such a list.
pub fn saved_variants(folder: &RunFolder) -> Result<Vec<Variant>> {
    Ok(read_toml::<List>(folder, RunFile::Variants)?.variant)
}

/// The variants as an exploration's `variants.toml`.
pub(super) fn to_toml(variants: &[Variant]) -> Result<String> {
    Ok(toml::to_string(&List { variant: variants.to_vec() })?)
}

/// A recipe with a name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    /// What it is called; its folder's name follows from it.
    pub name: String,
    /// What is trained.
    pub recipe: Recipe,
}

impl Variant {
    /// This error, with the variant's name.
    pub(crate) fn failed(&self, error: Error) -> Error {
        Error::Variant { name: self.name.clone(), error: Box::new(error) }
    }
}

/// The names of the variants' folders in the run's, in the list's order.
///
/// # Errors
/// If two variants would share a folder, on any file system, or one has a name that cannot be a folder's.
pub(super) fn folder_names(variants: &[Variant]) -> Result<Vec<String>> {
    let mut taken = HashMap::new();
    for Variant { name, .. } in variants {
        let folder = folder_name(name);
        // A dot first would make it hidden, or `..`; the run's own files are beside it.
        if folder.is_empty() || folder.starts_with('.') || folder.len() > MAX_NAME || RunFile::is_any(&folder) {
            return Err(Error::Variants(format!(
                "variant '{name}': expected a name that can be a folder's: 1 to {MAX_NAME} bytes, no dot first, none of a \
                 run's files"
            )));
        }
        if let Some(other) = taken.insert(folder.to_lowercase(), name) {
            return Err(Error::Variants(format!(
                "variants '{other}' and '{name}' would share the folder {folder}: expected names that differ more"
            )));
        }
    }
    Ok(variants.iter().map(|variant| folder_name(&variant.name)).collect())
}

/// The longest name of a variant's folder, in bytes.
const MAX_NAME: usize = 200;

/// A variant's name as a folder's: letters, digits, dots and hyphens.
fn folder_name(name: &str) -> String {
    let kept = |it: char| if it.is_alphanumeric() || it == '.' { it } else { '-' };
    name.chars().map(kept).collect()
}

/// A user's list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChangeList {
    variant: Vec<Changes>,
}

/// What a variant changes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Changes {
    name: String,
    #[serde(flatten)]
    recipe: RecipeChanges,
}

/// The variants of `base` in a list, the bytes of a TOML file; with `only`, the first and those whose names hold it.
///
/// # Errors
/// [`Error::Variants`] for a list that is empty, is not TOML of `variant` tables, or has two variants of a name;
/// [`Error::Variant`] for changes that cannot be.
pub fn read_variants(list: &[u8], base: &Recipe, only: Option<&str>) -> Result<Vec<Variant>> {
    let refused = |problem: String| Error::Variants(format!("the list of variants {problem}"));
    let text = str::from_utf8(list).map_err(|_| refused("is not a text file".to_owned()))?;
    let list: ChangeList = toml::from_str(text).map_err(|error| refused(format!("cannot be read: {error}")))?;
    let ChangeList { variant: changes } = list;
    let mut variants: Vec<Variant> = Vec::new();
    for changes in changes {
        if variants.iter().any(|other| other.name == changes.name) {
            return Err(refused(format!("has two of the name '{}'", changes.name)));
        }
        variants.push(changes.of(base)?);
    }
    if variants.is_empty() {
        return Err(refused("is empty".to_owned()));
    }
    if let Some(text) = only {
        let mut first = true;
        variants.retain(|variant| std::mem::take(&mut first) || variant.name.contains(text));
    }
    Ok(variants)
}

impl Changes {
    fn of(self, base: &Recipe) -> Result<Variant> {
        let name = self.name;
        // A preset's own are for a run of its own.
        let changes = RecipeChanges {
            seed: self.recipe.seed.or(Some(base.seed)),
            epochs: self.recipe.epochs.or(Some(base.epochs)),
            validation: self.recipe.validation.or(Some(base.validation)),
            validation_by: self.recipe.validation_by.or(Some(base.validation_by)),
            patience: self.recipe.patience.or(base.patience),
            ..self.recipe
        };
        let recipe = changes.apply(base);
        let recipe = recipe.map_err(|error| Error::Variant { name: name.clone(), error: Box::new(error.into()) })?;
        let Recipe { seed, epochs, validation, validation_by, patience, .. } = *base;
        if recipe != (Recipe { seed, epochs, validation, validation_by, patience, ..recipe.clone() }) {
            let expected = "expected the seed, epochs, validation, what is held out and patience of all variants";
            return Err(Error::Variants(format!("variant '{name}': {expected}")));
        }
        Ok(Variant { name, recipe })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_list_is_sound_and_starts_from_the_paper() {
        let variants = read_variants(BUILT_IN_VARIANTS.as_bytes(), &Recipe::paper(), None).unwrap();
        assert_eq!((variants[0].name.as_str(), &variants[0].recipe), ("paper", &Recipe::paper()));
        for Variant { name, recipe } in &variants[1..] {
            recipe.check().unwrap();
            assert_ne!(*recipe, Recipe::paper(), "{name} changes nothing");
        }
        let some = read_variants(BUILT_IN_VARIANTS.as_bytes(), &Recipe::paper(), Some("pooling")).unwrap();
        let names: Vec<&str> = some.iter().map(|variant| variant.name.as_str()).collect();
        assert_eq!(names, ["paper", "average pooling", "sum pooling"]);
    }

    #[test]
    fn no_two_variants_share_a_folder_and_none_leaves_the_run() {
        let folders = |names: &[&str]| {
            let variant = |name: &&str| Variant { name: (*name).to_owned(), recipe: Recipe::paper() };
            folder_names(&names.iter().map(variant).collect::<Vec<_>>()).map_err(|error| error.to_string())
        };
        let expected = ["hidden-layer", "rate-0.03", "größer", "a-b"].map(str::to_owned);
        assert_eq!(folders(&["hidden layer", "rate 0.03", "größer", "a/b"]), Ok(expected.to_vec()));
        for names in [["a b", "a-b"], ["a_b", "a/b"], ["Deep", "deep"], ["a ", "a-"]] {
            let error = folders(&names).unwrap_err();
            assert!(error.contains("would share the folder"), "{names:?}: {error}");
        }
        let long = "n".repeat(201);
        for name in ["", ".", "..", ".hidden", "config.toml", "results.json", "variants.toml", &long] {
            let error = folders(&[name]).unwrap_err();
            assert!(error.contains("can be a folder's"), "{name}: {error}");
        }
        read_variants(BUILT_IN_VARIANTS.as_bytes(), &Recipe::paper(), None).and_then(|it| folder_names(&it)).unwrap();
    }

    #[test]
    fn a_preset_is_a_variant_with_its_recipe_in_the_epochs_of_all() {
        let base = Recipe { seed: 5, epochs: 3, validation: 0.25, batch: 7, ..Recipe::paper() };
        let list = b"[[variant]]\nname = 'a'\npreset = 'tiny'\n[[variant]]\nname = 'b'\npreset = 'tiny'\nbatch = 9";
        let variants = read_variants(list, &base, None).unwrap();
        let tiny = Recipe { seed: 5, epochs: 3, validation: 0.25, ..Recipe::preset("tiny").unwrap() };
        assert_eq!(variants[0].recipe, tiny);
        assert_eq!(variants[1].recipe, Recipe { batch: 9, ..tiny });
    }

    #[test]
    fn lists_that_say_nothing_sensible_are_refused() {
        for (list, message) in [
            ("variant = []", "the list of variants is empty"),
            ("[[variant]]\nname = 'a'\n[[variant]]\nname = 'a'", "two of the name 'a'"),
            ("[[variant]]\nname = 'a'\npreset = 'vgg'", "unknown preset 'vgg'"),
            ("[[variant]]\nname = 'a'\nbach = 3", "unknown field `bach`"),
            ("[[variant]]\nname = 'a'\nepochs = 3", "variant 'a': expected the seed, epochs"),
        ] {
            let error = format!("{:#}", read_variants(list.as_bytes(), &Recipe::paper(), None).unwrap_err());
            assert!(error.contains(message), "{error}");
        }
    }
}
