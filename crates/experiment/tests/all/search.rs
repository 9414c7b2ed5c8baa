//! Searches among recipes of which it is known how good they are.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;
use tenfold_experiment::dataset::DivideBy;
use tenfold_experiment::training::{RunFile, RunKind};
use tenfold_experiment::{
    Decision, Engine, Environment, Event, Place, Reached, Recipe, RungResults, Search, SearchResults, Setup, Space,
};

use super::{NEVER, images, interruption, setup, stop_at};

fn space(text: &str) -> Space {
    Space::parse(Path::new("space.toml"), text.as_bytes()).unwrap()
}

fn searched(text: &str) -> SearchResults {
    let search = Search::new(space(text), &Recipe::paper(), images(), Engine::single()).unwrap();
    search.carry_out(&mut stop_at(NEVER)).unwrap().finished().unwrap()
}

fn decisions(rung: &RungResults) -> Vec<(&str, Decision)> {
    rung.variants.iter().map(|row| (row.variant.as_str(), row.decision)).collect()
}

const RATES: &str = "eta = 2\nfolds = 4\nrecipe = { preset = 'linear', epochs = 2 }\n\
    [[axis]]\nsetting = 'optimizer.learning_rate'\nchoice = [1e-7, 0.02, 1e38, 1e-9, 0.01]";

#[test]
fn a_better_recipe_wins_before_all_folds_are_trained() {
    let results = searched(&RATES.replace(", 0.01", ""));
    assert_eq!(results.plan.by, DivideBy::Group, "the writers of these images are known");
    let [one, two, three] = &results.rungs[..] else { panic!("expected three rungs: {}", results.to_markdown()) };
    assert_eq!((one.folds, two.folds, one.variants.len()), (1, 2, 4));
    let [first, .., last] = &decisions(one)[..] else { panic!("expected variants") };
    assert_eq!((*first, *last), (("v2", Decision::GoesOn), ("v3", Decision::Diverged)));
    assert!(one.variants[3].diverged.as_ref().unwrap().starts_with("trial 1: training diverged in epoch 1"));
    assert_eq!(two.variants.len(), 2, "the better half of the three that did not diverge");
    // After the second fold, which needs no training.
    assert_eq!((three.folds, three.looks, three.variants[0].decision), (2, 3, Decision::Best));
    assert_eq!((results.best.as_deref(), results.told_apart), (Some("v2"), true));
    let figures = three.variants[0].figures.as_ref().unwrap();
    assert!((figures.accuracy - (1.0 - figures.errors as f64 / three.images as f64)).abs() < 1e-12);
    let behind = three.variants[1].figures.as_ref().unwrap().behind.as_ref().unwrap();
    assert!(behind.p_value < 0.05 && behind.difference_95_by_group.unwrap().low > 0.0, "{behind:?}");
    let log = results.to_markdown();
    assert!(
        log.contains("v2 is the best, told apart from all others of the last rung by ") && log.contains("2 of 4 folds")
    );
    assert!(log.contains("diverged in trial 1: training diverged in epoch 1, step "), "{log}");
}

#[test]
fn recipes_alike_are_not_told_apart_by_all_folds() {
    let axis = "[[axis]]\nnamed.one = { batch = 16 }\nnamed.other = { seed = 1 }";
    let results = searched(&format!("folds = 3\nrecipe = {{ preset = 'linear', epochs = 1 }}\n{axis}"));
    let last = results.rungs.last().unwrap();
    assert_eq!(decisions(last), [("v1", Decision::Best), ("v2", Decision::NotToldApart)]);
    assert_eq!((last.folds, last.images, results.told_apart), (3, 400, false));
    assert_eq!(last.variants[1].figures.as_ref().unwrap().behind.as_ref().unwrap().p_value, 1.0);
    assert!(results.verdict.ends_with("400 images of 3 folds do not tell it apart from v2"), "{}", results.verdict);
    assert_eq!(results.best().unwrap().to_text(), "v1 with recipe = one");
}

#[test]
fn where_all_diverge_there_is_no_best() {
    let results = searched(&RATES.replace("[1e-7, 0.02, 1e38, 1e-9, 0.01]", "[1e38, 1e37]"));
    assert_eq!((results.best, results.told_apart, results.rungs.len()), (None, false, 1));
    assert_eq!(results.verdict, "all variants diverged");
}

/// The results, without the time that they took.
fn untimed(folder: &Path) -> Value {
    fn strip(value: &mut Value) {
        match value {
            Value::Object(members) => {
                members.remove("seconds");
                members.values_mut().for_each(strip);
            }
            Value::Array(values) => values.iter_mut().for_each(strip),
            _ => {}
        }
    }
    let mut value = serde_json::from_slice(&fs::read(folder.join("results.json")).unwrap()).unwrap();
    strip(&mut value);
    value
}

fn new(base: &Path) -> Setup {
    let all = setup(base, RunKind::Search);
    Setup { environment: Environment { folds: None, ..all.environment }, recipe: Recipe::paper(), ..all }
}

#[test]
fn a_search_is_the_same_whatever_its_jobs_and_where_it_was_interrupted() {
    let base = tempfile::tempdir().unwrap();
    let text = format!("rungs = [{{ folds = 1, share_of_epochs = 0.5 }}, {{ folds = 2 }}, {{}}]\n{RATES}");
    let whole = |jobs: usize| {
        let search = Search::in_folder(new(base.path()), space(&text), jobs, &mut stop_at(NEVER)).unwrap();
        search.carry_out(&mut stop_at(NEVER)).unwrap().finished().unwrap();
        search.folder().unwrap().path().to_owned()
    };
    let expected = whole(1);
    assert_eq!(untimed(&whole(3)), untimed(&expected));
    assert!(expected.join("v1-at-0.5/trial-1/metrics.jsonl").is_file() && !expected.join("v4/trial-1").exists());
    for file in [RunFile::Space, RunFile::Log, RunFile::Report] {
        assert!(expected.join(&*file.name()).is_file(), "{file:?}");
    }
    let best: Recipe = toml::from_str(&fs::read_to_string(expected.join("best.toml")).unwrap()).unwrap();
    assert_eq!((best.epochs, best.optimizer.learning_rate() > 0.005), (2, true), "all of the recipe");
    assert_eq!(
        untimed(&expected)["warnings"][0].as_str().unwrap().split(':').next(),
        Some("no groups of these images are known, such as their writers")
    );

    // In the first rung, between two folds, and in the last.
    for step in [5, 100, 190, 260] {
        let first = Search::in_folder(new(base.path()), space(&text), 1, &mut stop_at(NEVER)).unwrap();
        let stopped = interruption(first.carry_out(&mut stop_at(step)).unwrap());
        assert!(matches!(stopped.reached, Reached::Trials { trials, of } if trials < of), "{:?}", stopped.reached);
        drop(first);
        let folder = stopped.folder.unwrap();
        assert!(!folder.join("results.json").exists());
        let again = Setup::resume(&folder, RunKind::Search, 1).unwrap();
        let Place::Resumed(kept) = &again.place else { panic!("expected the folder that is resumed") };
        let saved = Space::saved(kept).unwrap();
        let again = Search::in_folder(again, saved, 2, &mut stop_at(NEVER)).unwrap();
        again.carry_out(&mut stop_at(NEVER)).unwrap().finished().unwrap();
        assert_eq!(untimed(&folder), untimed(&expected), "at step {step}");
    }
}

#[test]
fn variants_are_drawn_by_seed_within_their_ranges() {
    let text = "variants = 20\nseed = 7\nrecipe.preset = 'linear'\n\
        [[axis]]\nsetting = 'optimizer.learning_rate'\nlog_uniform = [0.001, 0.1]\n\
        [[axis]]\nsetting = 'augmentation.rotation_degrees'\nuniform = [0, 12.5]\n\
        [[axis]]\nsetting = 'batch'\ninteger = [8, 64]\n\
        [[axis]]\nsetting = 'schedule'\nchoice = [{ type = 'constant' }, { type = 'cosine' }]";
    let drawn = |text: &str| -> Vec<String> {
        let search = Search::new(space(text), &Recipe::paper(), images(), Engine::single()).unwrap();
        search.variants().iter().map(|variant| format!("{:?}", variant.settings)).collect()
    };
    let variants = drawn(text);
    assert_eq!(variants, drawn(text));
    assert_eq!(variants.iter().collect::<BTreeSet<_>>().len(), 20, "no two are alike");
    assert_ne!(variants, drawn(&text.replace("seed = 7", "seed = 8")));
    let search = Search::new(space(text), &Recipe::paper(), images(), Engine::single()).unwrap();
    let number = |setting: &str| -> Vec<f64> {
        let values = search.variants().iter().map(|variant| variant.settings[setting].clone());
        values.map(|value| value.as_float().or(value.as_integer().map(|it| it as f64)).unwrap()).collect()
    };
    for (setting, [low, high], middle) in [
        ("optimizer.learning_rate", [0.001, 0.1], 0.01),
        ("augmentation.rotation_degrees", [0.0, 12.5], 6.25),
        ("batch", [8.0, 64.0], 36.0),
    ] {
        let values = number(setting);
        assert!(values.iter().all(|value| (low..=high).contains(value)), "{setting}: {values:?}");
        let below = values.iter().filter(|&&value| value < middle).count();
        assert!((4..=16).contains(&below), "{setting}: {below} of 20 are in the lower half");
    }
    assert!(number("optimizer.learning_rate").iter().all(|rate| format!("{rate:.2e}").parse() == Ok(*rate)));
    // A list that is shorter than what may be drawn is taken whole.
    let list = "variants = 20\nrecipe.preset = 'linear'\n[[axis]]\nsetting = 'batch'\nchoice = [8, 16]\n\
        [[axis]]\nsetting = 'optimizer.nesterov'\nchoice = [false, true]";
    assert_eq!(drawn(list).len(), 4);
}

#[test]
fn the_space_in_the_documentation_is_one() {
    let text = include_str!("../../../../docs/search.md");
    let toml = text.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let search = Search::new(space(toml), &Recipe::paper(), images(), Engine::single()).unwrap();
    assert_eq!(search.variants().len(), 12);
}

#[test]
fn a_variant_from_a_preset_has_the_seed_of_all_and_else_the_presets_recipe() {
    let base = tempfile::tempdir().unwrap();
    let (base, text) = (base.path(), "folds = 2\n[[axis]]\nsetting = 'preset'\nchoice = ['linear', 'tiny']");
    let seeded = Setup { recipe: Recipe { seed: 5, epochs: 3, ..Recipe::paper() }, ..new(base) };
    let search = Search::in_folder(seeded, space(text), 1, &mut stop_at(NEVER)).unwrap();
    let list = fs::read_to_string(search.folder().unwrap().file(RunFile::Variants)).unwrap();
    let list: toml::Table = toml::from_str(&list).unwrap();
    let found: Recipe = list["variant"][1]["recipe"].clone().try_into().unwrap();
    assert_eq!(found, Recipe { seed: 5, ..Recipe::preset("tiny").unwrap() });
}

#[test]
fn spaces_that_say_nothing_sensible_are_refused() {
    let axis = |text: &str| format!("[[axis]]\n{text}");
    for (text, message) in [
        ("variants = 'all'".to_owned(), "invalid type: string"),
        ("varants = 3".to_owned(), "unknown field `varants`, expected one of `variants`, `seed`"),
        ("variants = 0".to_owned(), "variants: expected 1 to 1000, found 0"),
        ("eta = 1".to_owned(), "eta: expected 2 to 100, found 1"),
        ("folds = 1".to_owned(), "folds: expected 2 to 1000, found 1"),
        ("rungs = []".to_owned(), "rungs: expected 1 to 20, found 0"),
        ("rungs = [{ folds = 6 }]".to_owned(), "rung 1: expected 1 to 5 folds, found 6"),
        (
            "rungs = [{ share_of_epochs = 1.5 }]".to_owned(),
            "rung 1: expected a share_of_epochs above 0 and at most 1, found 1.5",
        ),
        (
            "rungs = [{ folds = 2 }, { folds = 1 }]".to_owned(),
            "rung 2: expected more folds or a larger share_of_epochs",
        ),
        ("rungs = [{ folds = 2 }, { folds = 2 }]".to_owned(), "found folds = 2, share_of_epochs = 1"),
        (
            "rungs = [{ share_of_epochs = 0.5 }]".to_owned(),
            "rung 1: expected whole recipes in the last rung, found share_of_epochs = 0.5",
        ),
        (
            axis("setting = 'batch'"),
            "axis 1: expected one of choice, named, uniform, log_uniform and integer, found none",
        ),
        (axis("setting = 'batch'\nchoice = [1]\nuniform = [1, 2]"), "axis 1: expected one of choice, named"),
        (axis("setting = 'batch'\nchoice = []"), "axis 1: expected at least one value, found none"),
        (
            axis("setting = 'bach'\nchoice = [1]"),
            "axis 1: expected a setting of a recipe, found 1: unknown field `bach`",
        ),
        (
            axis("setting = 'batch'\nuniform = [1, 2]"),
            "axis 1: expected a setting of a recipe, found 1.0: invalid type",
        ),
        (
            axis("setting = 'batch'\ninteger = [9, 3]"),
            "axis 1: expected two whole numbers, the lower first, found 9 and 3",
        ),
        (
            axis("setting = 'optimizer.learning_rate'\nlog_uniform = [0, 1]"),
            "axis 1: expected two numbers above 0, the lower first, found 0 and 1",
        ),
        (
            axis("setting = 'optimizer.learning_rate'\nuniform = [1, nan]"),
            "expected two numbers, the lower first, found 1 and NaN",
        ),
        (axis("choice = [3]"), "axis 1: expected recipes in part, as an axis without a setting has, found 3"),
        (
            axis("setting = 'batch'\nchoice = [3]\n[[axis]]\nsetting = 'batch'\nchoice = [4]"),
            "axis 2: expected settings that differ, found batch again",
        ),
        (
            axis("setting = 'optimizer.learning_rate'\nuniform = [0.1, 1]"),
            "variants: expected how many variants are drawn, as an axis is a range, found none",
        ),
        (
            (0..4)
                .map(|it| {
                    axis(&format!(
                        "setting = '{}'\nchoice = [1, 2, 3, 4, 5, 6]\n",
                        ["batch", "seed", "epochs", "patience"][it]
                    ))
                })
                .collect(),
            "expected at most 1000, found 1296 combinations",
        ),
    ] {
        let error = Space::parse(Path::new("space.toml"), text.as_bytes()).unwrap_err().to_string();
        assert!(error.starts_with("space.toml: ") && error.contains(message), "{text}: {error}");
    }
    for (text, message) in [
        (
            axis("setting = 'batch'\nchoice = [3, 0]"),
            "variant 'v2 with batch = 0': the batch is 0, expected 1 to 65536",
        ),
        ("recipe.bach = 3".to_owned(), "unknown field `bach`"),
        (
            axis("setting = 'optimizer.type'\nchoice = ['sgd', 'adam']\n[recipe.optimizer]\nmomentum = 0.5"),
            "momentum is a setting of sgd",
        ),
        ("recipe.validation = 0.1".to_owned(), "variant 'v1': the share held out for validation is 0.1, expected 0"),
    ] {
        let error = Search::new(space(&text), &Recipe::paper(), images(), Engine::single()).unwrap_err().to_string();
        assert!(error.contains(message), "{text}: {error}");
    }
}

#[test]
fn a_rung_is_told_when_it_is_over() {
    let search = Search::new(space(RATES), &Recipe::paper(), images(), Engine::single()).unwrap();
    let mut rungs = Vec::new();
    let results = search.carry_out(&mut |event| {
        if let Event::Rung(rung) = event {
            rungs.push((rung.rung, rung.variants.len()));
        }
        std::ops::ControlFlow::Continue(())
    });
    let results = results.unwrap().finished().unwrap();
    assert_eq!(rungs, results.rungs.iter().map(|it| (it.rung, it.variants.len())).collect::<Vec<_>>());
    assert_eq!(rungs, [(1, 5), (2, 2), (3, 2)], "half of the four that did not diverge");
}
