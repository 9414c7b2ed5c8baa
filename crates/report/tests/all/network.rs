//! What must hold for diagrams of networks: every layer is there, and no text covers another.

use roxmltree::Document;
use tenfold_report::chart::{Chart, NetworkDiagram, NetworkLayer, Theme};

use crate::samples::network::network;

/// Pixels of a character at 13 pixels, on the wide side of most fonts' mean.
const CHARACTER_PX: f64 = 6.5;

#[test]
fn every_layer_is_drawn_and_no_label_covers_another() {
    for layers in [0, 1, 10, 200] {
        let diagram = network(layers);
        let svg = diagram.svg(Theme::Standalone);
        let document = Document::parse(svg.as_str()).unwrap();
        let blocks: Vec<_> = document.descendants().filter(|node| node.tag_name().name() == "g").collect();
        assert_eq!(blocks.len(), layers + 1, "the input and the layers");
        for (block, layer) in blocks[1..].iter().zip(&diagram.layers) {
            assert!(
                block.first_element_child().unwrap().text().unwrap().starts_with(&layer.name.replace('\0', "\u{fffd}"))
            );
        }
        let texts = document.descendants().filter(|node| node.attribute("text-anchor") == Some("middle"));
        let number = |node: roxmltree::Node<'_, '_>, name| node.attribute(name).unwrap().parse::<f64>().unwrap();
        let texts: Vec<_> = texts
            .map(|node| (number(node, "x"), number(node, "y"), node.text().unwrap().chars().count() as f64))
            .collect();
        for (i, a) in texts.iter().enumerate() {
            for b in &texts[i + 1..] {
                let apart = (a.0 - b.0).abs() >= (a.2 + b.2) / 2.0 * CHARACTER_PX || (a.1 - b.1).abs() >= 15.0;
                assert!(apart, "{a:?} {b:?}");
            }
        }
    }
}

#[test]
fn a_terminal_of_80_columns_is_wide_enough() {
    for layers in [0, 1, 10, 200] {
        let diagram = network(layers);
        let text = diagram.to_text();
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
        let rows = text.lines().filter(|line| line.contains("│ ")).count();
        assert_eq!(rows, layers + 1, "{text}");
    }
}

#[test]
fn a_small_network_in_a_terminal() {
    let layer = |name: &str, output, parameters| {
        let (kind, is_elementwise) = (name.into(), name == "relu");
        NetworkLayer { name: name.into(), kind, is_elementwise, output, parameters }
    };
    let diagram = NetworkDiagram {
        title: String::new(),
        description: String::new(),
        input: [28, 28, 1],
        layers: vec![
            layer("conv2d", [26, 26, 32], 320),
            layer("relu", [26, 26, 32], 0),
            layer("dense", [1, 1, 10], 216_330),
        ],
    };
    let expected = "
                ┌──────────────────────────────────────────────┐
                │ input                      28×28×1           │
                └───────────────────────┬──────────────────────┘
                                        │
                ┌───────────────────────┴──────────────────────┐
                │ conv2d                    26×26×32       320 │
                │ relu                                         │
                └───────────────────────┬──────────────────────┘
                                        │
                ┌───────────────────────┴──────────────────────┐
                │ dense                           10   216,330 │
                └──────────────────────────────────────────────┘";
    assert_eq!(format!("\n{}", diagram.to_text()), expected);
}
