//! A chart of each kind, with ordinary and with awkward contents.

pub mod network;

use tenfold_evaluation::ConfusionMatrix;
use tenfold_report::chart::{
    Axis, Bar, BarChart, BoxPlot, Chart, Colour, Distribution, Histogram, LineChart, MatrixChart, Panel,
    ReliabilityBin, ReliabilityDiagram, Series,
};

/// Names of ten classes, two of them hostile and one long.
pub const NAMES: [&str; 10] =
    ["0", "1", "<script>", "3", "\"'&", "5", "an extraordinarily long name of a class", "7", "8", "9"];

/// A matrix of ten classes: the diagonal, two kinds of mistakes, and a class that never appears.
pub fn confusion() -> ConfusionMatrix {
    let labels: Vec<u16> = (0..900).map(|index| (index % 9) as u16).collect();
    let predicted: Vec<u16> = (0..900).map(|index| if index % 100 == 4 { 9 } else { (index % 9) as u16 }).collect();
    ConfusionMatrix::new(&labels, &predicted, 10).unwrap()
}

/// A line chart with these points as its only series.
pub fn line(title: &str, points: &[(f64, f64)]) -> LineChart {
    LineChart {
        title: title.into(),
        description: "A line.".into(),
        x: Axis::count("epoch"),
        panels: vec![Panel::new(Axis::value("loss"), [Series::new("train", Colour::Blue, points.iter().copied())])],
    }
}

/// Hands every sample to `check`, with its name.
pub fn each(mut check: impl FnMut(&str, &dyn Chart)) {
    let many =
        (0..20).map(|fold| Series::new(format!("fold {fold}"), Colour::Green, [(1.0, 0.5), (2.0, f64::from(fold))]));
    let mut panels = line("panels", &[(1.0, 0.3), (2.0, 0.2)]);
    panels.panels.push(Panel::new(Axis::percent("accuracy").over(0.9, 1.0), many));
    let mut square = line("square", &[(0.0, 0.0), (0.5, 0.9), (1.0, 1.0)]);
    (square.x, square.panels[0].y) = (Axis::value("x").over(0.0, 1.0), Axis::value("y").over(0.0, 1.0));
    let mut none = line("no panel", &[]);
    none.panels.clear();
    check("line", &line("line", &[(1.0, 0.3), (2.0, 0.2), (3.0, 0.1)]));
    check("one point", &line("one point", &[(1.0, 0.3)]));
    check("no point", &line("no point", &[]));
    check("gaps", &line("gaps", &[(1.0, 0.3), (2.0, f64::NAN), (3.0, 0.1), (4.0, f64::INFINITY), (f64::NAN, 0.0)]));
    check("huge", &line("huge", &[(-1e99, 1e99), (1e99, -1e99), (f64::MAX, 0.0)]));
    check("long title", &line(&"a title that goes on ".repeat(12), &[(1.0, 0.3), (2.0, 0.2)]));
    check("panels", &panels);
    check("square", &square);
    check("no panel", &none);

    let distribution =
        |five_numbers, points: &[f64]| Distribution { name: "a name".into(), five_numbers, points: points.into() };
    let boxes = |distributions| BoxPlot {
        title: "boxes".into(),
        description: "Boxes.".into(),
        x_label: "network".into(),
        y: Axis::percent("accuracy"),
        distributions,
    };
    check("no box", &boxes(vec![]));
    check(
        "boxes",
        &boxes(vec![
            distribution(Some([0.1, 0.2, 0.3, 0.4, 0.5]), &[0.9, f64::NAN]),
            distribution(Some([0.3; 5]), &[]),
            distribution(Some([f64::NAN; 5]), &[0.2]),
            distribution(None, &[]),
        ]),
    );

    let confusion = confusion();
    check("matrix", &MatrixChart::new("matrix", "Counts.", &confusion, &NAMES).unwrap());
    let large = ConfusionMatrix::new(&[0, 200], &[255, 200], 256).unwrap();
    check("large matrix", &MatrixChart::new("large matrix", "Counts.", &large, &[NAMES[6]; 256]).unwrap());

    let bin = |confidence, accuracy, count| ReliabilityBin {
        confidence,
        accuracy,
        interval: (accuracy - 0.1, accuracy + 0.1),
        count,
    };
    let reliability = |bins| ReliabilityDiagram { title: "reliability".into(), description: "Bins.".into(), bins };
    check("no bin", &reliability(vec![]));
    check(
        "bins",
        &reliability(vec![bin(0.3, 0.35, 1), bin(0.99, 0.98, 9876), bin(0.5, f64::NAN, 3), bin(0.6, 0.5, 0)]),
    );

    let bars = |values: &[f64]| BarChart {
        title: "bars".into(),
        description: "Bars.".into(),
        x_label: "class".into(),
        y: Axis::value("value"),
        bars: values.iter().map(|&value| Bar { name: NAMES[6].into(), value, colour: Colour::Purple }).collect(),
    };
    check("bars", &bars(&[1.0, -2.0, f64::NAN, 0.0]));
    check("no bar", &bars(&[]));
    check("many bars", &bars(&[1.0; 300]));
    let histogram = |counts| Histogram {
        title: "histogram".into(),
        description: "Counts.".into(),
        x: Axis::percent("confidence").over(0.0, 1.0),
        y_label: "answers".into(),
        counts,
    };
    check("histogram", &histogram(vec![0, 3, 100_000, 1]));
    check("no count", &histogram(vec![]));
    check("many counts", &histogram(vec![7; 1000]));

    check("no layer", &network::network(0));
    check("network", &network::network(10));
    check("deep network", &network::network(200));
}
