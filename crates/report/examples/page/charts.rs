//! A chart of each kind.

use tenfold_evaluation::{ConfusionMatrix, Interval};
use tenfold_random::{Purpose, Stream};
use tenfold_report::chart::{
    Axis, Bar, BarChart, BoxPlot, Colour, Distribution, Histogram, LineChart, Panel, ReliabilityBin,
    ReliabilityDiagram, Series,
};

use crate::answers::Answers;

const FOLDS: u32 = 5;

/// Loss and accuracy of five folds over ten epochs.
pub fn curves() -> LineChart {
    let line = |kind: u32, fold: u32, value: fn(f64, f64) -> f64| {
        let mut draw = Stream::new(2, Purpose::Sample, kind, fold);
        (1..=10).map(move |epoch| (f64::from(epoch), value(f64::from(epoch), draw.uniform_f64()))).collect::<Vec<_>>()
    };
    let series = |train: fn(f64, f64) -> f64, validation: fn(f64, f64) -> f64, kind: u32| {
        let trains = (0..FOLDS).map(move |fold| Series::new("train", Colour::Blue, line(kind, fold, train)));
        let held_out = move |fold| Series::new("validation", Colour::Orange, line(kind + 1, fold, validation));
        trains.chain((0..FOLDS).map(held_out)).collect::<Vec<_>>()
    };
    let loss = series(|epoch, noise| 0.2 / epoch + 0.008 * noise, |epoch, noise| 0.1 / epoch + 0.03 + 0.01 * noise, 0);
    let accuracy = series(
        |epoch, noise| 1.0 - 0.05 / epoch - 0.002 * noise,
        |epoch, noise| 0.992 - 0.025 / epoch - 0.003 * noise,
        2,
    );
    LineChart {
        title: "Loss and accuracy of five folds".into(),
        description: "The loss falls and the accuracy rises in all folds, validation ending at about 99 %.".into(),
        x: Axis::count("epoch"),
        panels: vec![Panel::new(Axis::value("cross-entropy"), loss), Panel::new(Axis::percent("accuracy"), accuracy)],
    }
}

pub fn folds() -> BoxPlot {
    let each = |name: &str, five_numbers, points: &[f64]| Distribution {
        name: name.into(),
        five_numbers,
        points: points.into(),
    };
    BoxPlot {
        title: "Accuracy of five folds".into(),
        description: "The paper's network, with batch normalisation, and wider; the last with two runs only.".into(),
        x_label: "network".into(),
        y: Axis::percent("validation accuracy"),
        distributions: vec![
            each("paper", Some([0.9898, 0.9901, 0.9904, 0.9908, 0.9914]), &[0.9872]),
            each("batch norm", Some([0.9915, 0.9921, 0.9926, 0.9929, 0.9932]), &[]),
            each("wide", Some([0.9921, 0.9925, 0.9934, 0.9938, 0.9941]), &[0.9952, 0.9908]),
            each("two runs", None, &[0.9927, 0.9936]),
        ],
    }
}

pub fn reliability(answers: &Answers) -> ReliabilityDiagram {
    let bin = |bin: usize| {
        let (low, high) = (0.1 * bin as f32, 0.1 * (bin + 1) as f32);
        let within = |&index: &usize| (low..high).contains(&(answers.confidence(index).min(0.9999)));
        let indices: Vec<usize> = (0..answers.labels.len()).filter(within).collect();
        let (count, right) =
            (indices.len() as u64, indices.iter().filter(|&&index| answers.is_right(index)).count() as u64);
        let interval = Interval::wilson_95(right, count).ok()?;
        let confidence = indices.iter().map(|&index| f64::from(answers.confidence(index))).sum::<f64>() / count as f64;
        Some(ReliabilityBin {
            confidence,
            accuracy: right as f64 / count as f64,
            interval: (interval.low, interval.high),
            count,
        })
    };
    ReliabilityDiagram {
        title: "Confidence against truth".into(),
        description: "Answers are right about as often as they claim.".into(),
        bins: (0..10).filter_map(bin).collect(),
    }
}

pub fn precision_recall() -> LineChart {
    let curve =
        |bend: f64| (0..=50).map(move |step| (f64::from(step) / 50.0, 1.0 - (f64::from(step) / 50.0).powf(bend)));
    LineChart {
        title: "Precision and recall".into(),
        description: "Three digits, the 1 best and the 9 worst.".into(),
        x: Axis::value("recall").over(0.0, 1.0),
        panels: vec![Panel::new(
            Axis::value("precision").over(0.0, 1.0),
            [
                Series::new("1", Colour::Green, curve(40.0)),
                Series::new("5", Colour::Purple, curve(18.0)),
                Series::new("9", Colour::Orange, curve(9.0)),
                Series::new("guessing", Colour::Muted, [(0.0, 0.1), (1.0, 0.1)]).dashed(),
            ],
        )],
    }
}

pub fn coverage(answers: &Answers) -> LineChart {
    let mut wrong = 0;
    let risk: Vec<(f64, f64)> = answers
        .most_confident_first()
        .iter()
        .enumerate()
        .map(|(rank, &index)| {
            wrong += usize::from(!answers.is_right(index));
            ((rank + 1) as f64 / answers.labels.len() as f64, wrong as f64 / (rank + 1) as f64)
        })
        .step_by(50)
        .collect();
    LineChart {
        title: "Risk against coverage".into(),
        description: "Hardly any of the most confident answers is wrong.".into(),
        x: Axis::percent("answered").over(0.0, 1.0),
        panels: vec![Panel::new(Axis::percent("wrong among the answered"), [Series::new("", Colour::Blue, risk)])],
    }
}

pub fn confidences(answers: &Answers) -> Histogram {
    let mut counts = vec![0; 20];
    for confidence in answers.confidences() {
        counts[((confidence - 0.5).max(0.0) * 40.0).min(19.0) as usize] += 1;
    }
    Histogram {
        title: "Confidence of the answers".into(),
        description: "Most answers have a confidence over 97 %.".into(),
        x: Axis::percent("confidence").over(0.5, 1.0),
        y_label: "answers".into(),
        counts,
    }
}

pub fn error_rates(confusion: &ConfusionMatrix) -> BarChart {
    let bar = |(class, support): (usize, u64)| Bar {
        name: class.to_string(),
        value: 1.0 - confusion.count(class, class) as f64 / support as f64,
        colour: Colour::Orange,
    };
    BarChart {
        title: "Error rate of each digit".into(),
        description: "About one in a hundred of each.".into(),
        x_label: "digit".into(),
        y: Axis::percent("read wrong"),
        bars: confusion.row_sums().into_iter().enumerate().map(bar).collect(),
    }
}
