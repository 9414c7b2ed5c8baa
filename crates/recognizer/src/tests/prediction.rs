//! One picture, by one call and by stages.

use std::thread;

use super::{bar_or_block, model, pictures};
use crate::{Builder, Error, ErrorKind, GreyImage, Polarity, Recognizer, SavedModel};

fn labels(recognizer: &Recognizer) -> Vec<String> {
    let prediction = recognizer.predict_image(&pictures::bar()).unwrap();
    assert_eq!((&prediction.label, prediction.probability), {
        let first = &prediction.ranking[0];
        (&first.label, first.probability)
    });
    prediction.ranking.into_iter().map(|ranked| ranked.label).collect()
}

#[test]
fn classes_are_ranked_by_probability_and_equals_stay_in_the_models_order() {
    for (biases, expected) in [
        ([1.0, 3.0, 2.0, 0.0], ["b", "c", "a", "d"]),
        ([-5.0, -6.0, -5.5, -7.0], ["a", "c", "b", "d"]),
        ([2.0, 2.0, 2.0, 2.0], ["a", "b", "c", "d"]),
        ([0.0, 7.0, 0.0, 7.0], ["b", "d", "a", "c"]),
    ] {
        let [a, b, c, d] = biases;
        let classes = [("a", 0.0, a), ("b", 0.0, b), ("c", 0.0, c), ("d", 0.0, d)];
        assert_eq!(labels(&Recognizer::new(model(&classes)).unwrap()), expected, "{biases:?}");
    }
}

#[test]
fn a_temperature_divides_the_logits() {
    let saved = model(&[("a", 0.0, 0.0), ("b", 0.0, 3.0)]);
    let cool = SavedModel { model: saved.model.clone().with_temperature(2.0).unwrap(), ..saved.clone() };
    for (saved, logit) in [(saved, 3.0f64), (cool, 1.5)] {
        let recognizer = Recognizer::new(saved).unwrap();
        assert_eq!(recognizer.logits(&[0; 64]).unwrap(), [0.0, 3.0], "before the temperature");
        let expected = 1.0 / (1.0 + (-logit).exp());
        let found = recognizer.predict_image(&pictures::bar()).unwrap().probability;
        assert!((f64::from(found) - expected).abs() < 1e-6, "{found}, expected {expected}");
    }
}

#[test]
fn arithmetic_that_overflows_gives_no_answer() {
    for weight in [f32::MAX, f32::MIN] {
        let recognizer = Recognizer::new(model(&[("a", weight, 0.0), ("b", weight, 0.0)])).unwrap();
        let error = recognizer.predict_image(&pictures::block()).unwrap_err();
        assert!(matches!(error, Error::NotFinite) && error.kind() == ErrorKind::NotFinite, "{weight}: {error}");
    }
    let recognizer = Recognizer::new(bar_or_block()).unwrap();
    for odd in [f32::NAN, f32::INFINITY] {
        assert_eq!(recognizer.rank(&[odd, 0.5]).unwrap_err().kind(), ErrorKind::NotFinite);
    }
}

#[test]
fn what_is_not_there_is_refused() {
    let recognizer = Recognizer::new(bar_or_block()).unwrap();
    for (image, reason) in [(pictures::blank(), "blank picture: "), (pictures::speck(), "no mark large enough")] {
        for error in [recognizer.predict_image(&image), recognizer.predict(&pictures::png(&image))] {
            let error = error.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Refused);
            assert!(error.to_string().starts_with(reason), "{error}");
        }
    }
}

#[test]
fn the_stages_lead_to_the_same_prediction() {
    let recognizer = Recognizer::new(bar_or_block()).unwrap();
    for (image, label) in [(pictures::bar(), "bar"), (pictures::block(), "block")] {
        let bytes = pictures::png(&image);
        let whole = recognizer.predict(&bytes).unwrap();
        assert_eq!(whole.label, label);
        let decoded = recognizer.decode(&bytes).unwrap();
        assert_eq!(decoded, image);
        let prepared = recognizer.prepare(&decoded).unwrap();
        assert_eq!((prepared.pixels.len(), prepared.facts), (64, whole.facts));
        let probabilities = recognizer.probabilities(&prepared.pixels).unwrap();
        assert_eq!(recognizer.rank(&probabilities).unwrap(), whole.ranking);
    }
}

#[test]
fn the_model_inside_reads_the_committed_seven() {
    let prediction = Recognizer::embedded().predict(include_bytes!("../../testdata/seven.png")).unwrap();
    assert!(prediction.label == "7" && prediction.probability > 0.9, "{prediction:?}");
    assert_eq!(prediction.facts.polarity, Polarity::DarkOnLight);
}

#[test]
fn threads_that_share_a_recognizer_get_the_same_bits() {
    fn shared<T: Send + Sync>(value: T) -> T {
        value
    }
    let recognizer = shared(Recognizer::embedded());
    let picture = include_bytes!("../../testdata/seven.png");
    let expected = recognizer.predict(picture).unwrap();
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..20).for_each(|_| assert_eq!(recognizer.predict(picture).unwrap(), expected)));
        }
    });
}

/// What `--json` prints, and what other programs read.
#[test]
fn the_keys_of_a_prediction_are_fixed() {
    let prediction = Recognizer::new(bar_or_block()).unwrap().predict_image(&pictures::bar()).unwrap();
    let value = serde_json::to_value(&prediction).unwrap();
    let keys = |value: &serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&value), ["facts", "label", "probability", "ranking"]);
    assert_eq!(keys(&value["ranking"][0]), ["label", "probability"]);
    assert_eq!(keys(&value["facts"]), ["ink", "ink_box", "paper", "polarity", "scale"]);
    assert_eq!(keys(&value["facts"]["ink_box"]), ["height", "left", "top", "width"]);
}

#[test]
fn what_no_class_is_probable_enough_for_has_no_answer() {
    // 60 % and 30 % of a blot, and 95 % of it.
    let saved =
        |biases: [f32; 3]| model(&[("a", 0.0, biases[0].ln()), ("b", 0.0, biases[1].ln()), ("c", 0.0, biases[2].ln())]);
    let answer = |biases, min_confidence: Option<f32>, of_model| {
        let saved = SavedModel { min_confidence: of_model, ..saved(biases) };
        let builder = Recognizer::builder();
        let builder = min_confidence.into_iter().fold(builder, Builder::min_confidence);
        builder.build_from_model(saved).unwrap().predict_image(&pictures::block())
    };
    assert_eq!(answer([0.6, 0.3, 0.1], None, 0.0).unwrap().label, "a");
    assert_eq!(answer([0.6, 0.3, 0.1], Some(0.5), 0.9).unwrap().label, "a", "what is asked for counts");
    assert_eq!(answer([0.95, 0.03, 0.02], None, 0.9).unwrap().label, "a");
    for (biases, reason, message) in [
        ([0.6, 0.3, 0.1], "low_confidence", "a (60.0 %) or b (30.0 %), expected one of at least 90.0 %"),
        (
            [0.4, 0.3, 0.3],
            "not_a_digit",
            "not like any of the classes: the nearest is a (40.0 %), expected at least 90.0 %",
        ),
    ] {
        let error = answer(biases, None, 0.9).unwrap_err();
        assert_eq!((error.reason(), error.kind()), (Some(reason), ErrorKind::Refused));
        assert_eq!(error.to_string(), message);
    }
    let error = Recognizer::builder().min_confidence(1.5).build().unwrap_err();
    assert_eq!(error.to_string(), "least confidence is 1.5, expected 0 to 1");
}

#[test]
fn a_target_error_rate_is_kept_by_the_models_threshold_for_it() {
    let promised = |error_rate, confidence: f32| {
        let error_rate_bound = error_rate;
        tenfold_formats::Threshold { error_rate, threshold: Some(confidence), coverage: 0.9, error_rate_bound }
    };
    let thresholds = vec![promised(0.005, 0.7), promised(0.001, 0.9)];
    let saved = SavedModel { thresholds, min_confidence: 0.5, ..model(&[("a", 0.0, 0.0), ("b", 0.0, 0.0)]) };
    let build = |builder: Builder, rate| builder.target_error_rate(rate).build_from_model(saved.clone());
    let least = |rate| build(Recognizer::builder(), rate).unwrap().min_confidence();
    assert_eq!([0.01, 0.005, 0.002].map(least), [0.7, 0.7, 0.9]);
    assert_eq!(build(Recognizer::builder().min_confidence(0.95), 0.01).unwrap().min_confidence(), 0.95);
    let error = build(Recognizer::builder(), 0.0001).unwrap_err();
    let expected =
        "the model promises no error rate of 0.0001: it promises 0.005, 0.001\nhint: give a higher rate, or a";
    assert!(error.to_string().starts_with(expected) && error.kind() == ErrorKind::Setting, "{error}");
    let error = build(Recognizer::builder(), 0.0).unwrap_err();
    assert_eq!(error.to_string(), "target error rate is 0, expected above 0 and below 1");
}

#[test]
fn a_picture_of_several_digits_is_said_to_be_one() {
    let recognizer = Recognizer::builder().min_confidence(1.0).build().unwrap();
    let seven = include_bytes!("../../testdata/seven.png");
    let one = recognizer.decode(seven).unwrap();
    let rows = one.pixels().chunks(one.width() as usize);
    let two =
        GreyImage::new(2 * one.width(), one.height(), rows.flat_map(|row| [row, row].concat()).collect()).unwrap();
    let file = pictures::png(&two);
    let batch = recognizer.predict_batch(&[&seven[..], &file]).pop().unwrap();
    for answer in [recognizer.predict_image(&two), recognizer.predict(&file), batch] {
        let error = answer.unwrap_err();
        assert_eq!((error.reason(), error.kind()), (Some("several_digits"), ErrorKind::Refused));
        assert_eq!(error.to_string(), "several digits, expected one: 77");
    }
    let alone = recognizer.predict(seven).map_err(|error| error.reason());
    assert!(matches!(alone, Ok(_) | Err(Some("not_a_digit" | "low_confidence"))), "{alone:?}");
}

#[test]
fn ink_says_what_its_weight_is() {
    // Each pixel of an image of 8x8 is a square of its own, and the block's logit is the sum of its ink, the bar's 20.
    let recognizer = Recognizer::builder().build_from_model(bar_or_block()).unwrap();
    for (picture, label, sign) in [(pictures::block(), "block", 1.0), (pictures::bar(), "bar", -1.0)] {
        let prepared = recognizer.prepare(&picture).unwrap().pixels;
        let heat = recognizer.heat_map(&prepared).unwrap();
        assert_eq!((heat.label.as_str(), heat.evidence.len()), (label, 64));
        for (said, ink) in heat.evidence.iter().zip(&prepared) {
            assert!((said - sign * f32::from(*ink) / 255.0).abs() < 1e-4, "{label}: {said} of {ink}");
        }
        assert!(matches!(recognizer.heat_map(&prepared[1..]), Err(Error::Length { found: 63, .. })));
    }
}
