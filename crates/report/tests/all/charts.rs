//! What must hold for every chart in every theme: well-formed, readable, named, and true to its texts.

use proptest::{prelude::*, test_runner::RngSeed};
use roxmltree::Document;
use tenfold_report::Error;
use tenfold_report::chart::{Axis, Bar, BarChart, Chart, Colour, MatrixChart, Theme};

use crate::samples::{NAMES, confusion, each, line};

const THEMES: [Theme; 3] = [Theme::Page, Theme::Standalone, Theme::Light];

#[test]
fn every_chart_is_well_formed_and_named() {
    each(|name, chart| {
        for theme in THEMES {
            let svg = chart.svg(theme);
            let document = Document::parse(svg.as_str()).unwrap_or_else(|error| panic!("{name}, {theme:?}: {error}"));
            let root = document.root_element();
            assert_eq!((root.tag_name().name(), root.attribute("role")), ("svg", Some("img")), "{name}");
            let texts: Vec<_> = root.children().take(2).map(|node| (node.tag_name().name(), node.text())).collect();
            assert!(matches!(texts[..], [("title", Some(_)), ("desc", Some(_))]), "{name}: {texts:?}");
        }
    });
}

#[test]
fn every_number_is_a_number() {
    each(|name, chart| {
        let svg = chart.svg(Theme::Light);
        assert!(!svg.as_str().contains("NaN") && !svg.as_str().contains("inf"), "{name}: {svg}");
        let document = Document::parse(svg.as_str()).unwrap();
        let (width, height) = (document.root_element().attribute("width"), document.root_element().attribute("height"));
        let [width, height] = [width, height].map(|side| side.unwrap().parse::<f64>().unwrap());
        for node in document.descendants().filter(|node| node.has_tag_name(("http://www.w3.org/2000/svg", "text"))) {
            let at = |name| node.attribute(name).map_or(0.0, |value| value.parse::<f64>().unwrap());
            let inside = (0.0..=width).contains(&at("x")) && (0.0..=height).contains(&at("y"));
            assert!(inside, "{name}: {:?} is outside {width}x{height}", node.text());
            assert!(at("font-size") == 0.0 || at("font-size") >= 13.0, "{name}: {:?} is too small", node.text());
        }
    });
}

#[test]
fn themes_differ_in_their_colours_only_where_they_must() {
    each(|name, chart| {
        let [page, standalone, light] = THEMES.map(|theme| chart.svg(theme).to_string());
        assert!(page.contains("var(--ink, #1a1a1a)") && !page.contains("<style"), "{name}");
        assert!(standalone.contains("prefers-color-scheme:dark"), "{name}");
        assert!(!light.contains("var(") && light.contains("#1a1a1a"), "{name}");
    });
}

/// How many elements of a chart have this name.
fn count(chart: &dyn Chart, name: &str) -> usize {
    let svg = chart.svg(Theme::Page);
    let document = Document::parse(svg.as_str()).unwrap();
    document.descendants().filter(|node| node.has_tag_name(name)).count()
}

/// The numbers of an attribute, such as a path's "M1 2L3 4".
fn numbers(attribute: &str) -> Vec<f64> {
    attribute.split(['M', 'L', ' ']).filter(|part| !part.is_empty()).map(|part| part.parse().unwrap()).collect()
}

#[test]
fn values_are_drawn_where_they_belong() {
    let mut chart = line("places", &[(0.0, 0.0), (0.5, 0.25), (1.0, 1.0)]);
    (chart.x, chart.panels[0].y) = (Axis::value("x").over(0.0, 1.0), Axis::value("y").over(0.0, 1.0));
    let svg = chart.svg(Theme::Page);
    let document = Document::parse(svg.as_str()).unwrap();
    let path = document.descendants().rfind(|node| node.has_tag_name("path")).unwrap();
    let [x0, y0, x1, y1, x2, y2] = numbers(path.attribute("d").unwrap())[..] else { panic!("{path:?}") };
    // The foot of the axis is below its top, and a pixel's hundredth is the precision of a file.
    assert!(x0 < x2 && y0 > y2 && ((x2 - x0) - (y0 - y2)).abs() < 0.02, "a square");
    assert!((x1 - (x0 + x2) / 2.0).abs() < 0.02 && (y1 - (y0 + (y2 - y0) / 4.0)).abs() < 0.02, "{path:?}");

    let bar = |value| Bar { name: "bar".into(), value, colour: Colour::Blue };
    let (title, description, x_label, y) = ("bars".into(), "Bars.".into(), "x".into(), Axis::value("y"));
    let svg = BarChart { title, description, x_label, y, bars: vec![bar(1.0), bar(-3.0)] }.svg(Theme::Page);
    let document = Document::parse(svg.as_str()).unwrap();
    let bars: Vec<_> = document.descendants().filter(|node| node.has_tag_name("rect")).collect();
    let [up, down] =
        [0, 1].map(|bar| ["y", "height"].map(|name| bars[bar].attribute(name).unwrap().parse::<f64>().unwrap()));
    assert!((down[1] - 3.0 * up[1]).abs() < 0.05, "{up:?} {down:?}");
    assert!((up[0] + up[1] - down[0]).abs() < 0.02, "one ends where the other begins: {up:?} {down:?}");
}

#[test]
fn gaps_divide_a_line() {
    let nan = f64::NAN;
    for (points, paths, dots) in [
        (&[(1.0, 1.0), (2.0, 2.0)][..], 1, 0),
        (&[(1.0, 1.0), (2.0, 2.0), (3.0, nan), (4.0, 4.0), (5.0, 5.0)], 2, 0),
        (&[(1.0, 1.0), (2.0, nan), (3.0, 3.0)], 0, 2),
        (&[(nan, 1.0)], 0, 0),
        (&[], 0, 0),
    ] {
        let chart = line("gaps", points);
        // One more path is the legend's sample.
        assert_eq!((count(&chart, "path"), count(&chart, "circle")), (paths + 1, dots), "{points:?}");
    }
}

#[test]
fn folds_share_an_entry_of_the_legend() {
    let mut chart = line("folds", &[(1.0, 1.0), (2.0, 2.0)]);
    let fold = chart.panels[0].series[0].clone();
    chart.panels[0].series = vec![fold; 5];
    assert_eq!(count(&chart, "path"), 5 + 1);
}

#[test]
fn cells_of_a_matrix_say_what_they_are() {
    let confusion = confusion();
    let svg = MatrixChart::new("matrix", "Counts.", &confusion, &NAMES).unwrap().svg(Theme::Page);
    let document = Document::parse(svg.as_str()).unwrap();
    let cells: Vec<_> = document.descendants().filter(|node| node.has_tag_name("g")).collect();
    let filled = confusion.rows().flatten().filter(|count| **count > 0).count();
    assert_eq!(cells.len(), filled);
    for cell in cells {
        let [truth, predicted] =
            ["data-truth", "data-predicted"].map(|name| cell.attribute(name).unwrap().parse::<usize>().unwrap());
        let title = cell.first_element_child().unwrap().text().unwrap();
        let expected = format!("{} read as {}: {}", NAMES[truth], NAMES[predicted], confusion.count(truth, predicted));
        assert_eq!(title, expected);
    }
    let refused = MatrixChart::new("matrix", "Counts.", &confusion, &NAMES[1..]).unwrap_err();
    assert_eq!(refused, Error::Length { what: "class names", expected: 10, found: 9 });
}

proptest! {
    // One fixed seed: the same cases on every run, and nothing written into the tree when one fails.
    #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(10), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_stays_text(title in "[\\PC\u{0}-\u{1f}<>&'\"]*", label in any::<String>()) {
        let mut chart = line(&title, &[(1.0, 0.5), (2.0, 0.25)]);
        chart.x.label = label.clone();
        chart.panels[0].series[0].name = label;
        let svg = chart.svg(Theme::Standalone);
        let document = Document::parse(svg.as_str()).unwrap();
        let read = document.root_element().first_element_child().unwrap().text().unwrap_or_default().to_owned();
        let is_forbidden = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r') || matches!(c, '\u{fffe}' | '\u{ffff}');
        let expected: String = title.chars().map(|c| if is_forbidden(c) { '\u{fffd}' } else { c }).collect();
        prop_assert_eq!(read, expected);
        prop_assert!(document.descendants().all(|node| !node.has_tag_name("script")));
    }

    #[test]
    fn any_numbers_are_drawn(points in proptest::collection::vec((any::<f64>(), any::<f64>()), 0..20)) {
        let svg = line("numbers", &points).svg(Theme::Light);
        prop_assert!(Document::parse(svg.as_str()).is_ok());
        prop_assert!(!svg.as_str().contains("NaN") && !svg.as_str().contains("inf"), "{}", svg);
    }
}
