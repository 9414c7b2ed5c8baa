//! What `docs/networks.md` shows is a network, of every kind of layer, and what it says of defaults and limits is so.

use std::collections::BTreeSet;

use tenfold_network::{Architecture, Layer, Outline, Padding, PoolKind};

const DOCUMENT: &str = include_str!("../../../../docs/networks.md");

/// The networks that it shows.
fn examples() -> Vec<Architecture> {
    let blocks = DOCUMENT.split("```toml\n").skip(1);
    blocks.map(|block| toml::from_str(block.split_once("```").unwrap().0).unwrap()).collect()
}

/// The `type` of a layer in a file.
fn name(layer: &Layer) -> String {
    let table = toml::Value::try_from(layer).unwrap();
    table["type"].as_str().unwrap().to_owned()
}

/// A network of one layer written as TOML, and what ends it.
fn layer(text: &str) -> Result<Layer, toml::de::Error> {
    toml::from_str(text)
}

#[test]
fn the_examples_have_every_kind_of_layer_and_the_table_every_field() {
    let outlines: Vec<Outline> = examples().iter().map(|network| network.outline().unwrap()).collect();
    assert!(outlines.len() == 2 && outlines.iter().all(|outline| outline.classes == 10));
    let layers = || outlines.iter().flat_map(|outline| &outline.layers);
    let shown: BTreeSet<String> = layers().map(|layer| name(&layer.layer)).collect();
    // The error for a kind that is none lists all.
    let text = layer("type = \"nothing\"").unwrap_err().to_string();
    let (_, kinds) = text.split_once("expected one of ").unwrap();
    let all: BTreeSet<String> = kinds.trim().split(", ").map(|kind| kind.trim_matches('`').to_owned()).collect();
    assert_eq!(shown, all);
    for (one, kind) in layers().map(|layer| (&layer.layer, name(&layer.layer))) {
        assert!(one.kind() == kind || kind == "pool", "{} of type {kind}", one.kind());
        let (_, rows) = DOCUMENT.split_once(&format!("| `{kind}` |")).unwrap();
        let rows: Vec<&str> = rows
            .lines()
            .enumerate()
            .take_while(|(at, row)| *at == 0 || row.starts_with("| |"))
            .map(|row| row.1)
            .collect();
        for field in toml::Value::try_from(one).unwrap().as_table().unwrap().keys().filter(|field| *field != "type") {
            assert!(rows.iter().any(|row| row.contains(&format!("`{field}`"))), "{field} of {kind} in {rows:?}");
        }
    }
}

#[test]
fn defaults_are_as_the_table_says() {
    let found = layer("type = \"conv2d\"\nfilters = 3\nkernel = [2, 5]").unwrap();
    let padding = Padding::Valid;
    assert_eq!(found, Layer::Conv2d { filters: 3, kernel: [2, 5], stride: [1, 1], padding, bias: true, groups: 1 });
    let found = layer("type = \"pool\"\nkind = \"sum\"\nsize = [2, 5]").unwrap();
    assert_eq!(found, Layer::Pool { kind: PoolKind::Sum, size: [2, 5], stride: [2, 5], padding });
    let said = layer("type = \"pool\"\nkind = \"average_with_padding\"\nsize = [2, 5]\nstride = [1, 3]").unwrap();
    assert_eq!(said, Layer::Pool { kind: PoolKind::AverageWithPadding, size: [2, 5], stride: [1, 3], padding });
    assert_eq!(layer("type = \"dense\"\nunits = 4").unwrap(), Layer::dense(4));
    assert_eq!(layer("type = \"batch_norm\"").unwrap(), Layer::BatchNorm { momentum: 0.99, epsilon: 1e-3 });
    for wrong in
        ["type = \"dense\"\nunits = 1\nslope = 1", "type = \"pool\"\nkind = \"max\"", "type = \"dense\"\nunits = -1"]
    {
        assert!(layer(wrong).is_err(), "{wrong}");
    }
    // A stride of nothing is no stride left out.
    let none = layer("type = \"pool\"\nkind = \"max\"\nsize = [2, 2]\nstride = [0, 0]").unwrap();
    let refused = Architecture { input: [4, 4, 1].into(), layers: vec![none, Layer::Flatten] }.outline();
    assert!(refused.unwrap_err().to_string().contains("a stride of 0x0, expected sides of 1 to 1024"));
}

#[test]
fn the_examples_come_back_from_toml_and_json() {
    for example in examples() {
        assert_eq!(toml::from_str::<Architecture>(&toml::to_string(&example).unwrap()).unwrap(), example);
        assert_eq!(serde_json::from_str::<Architecture>(&serde_json::to_string(&example).unwrap()).unwrap(), example);
    }
}

#[test]
fn limits_are_those_that_the_document_states() {
    let pool = |kind, side: usize| Layer::Pool { kind, size: [side; 2], stride: [1; 2], padding: Padding::Same };
    for (input, layer, stated) in [
        ([8, 8, 1], Layer::conv((1 << 23) + 1, 1), "8,388,608"),
        (
            [1, 1, 1 << 11],
            Layer::Conv2d {
                filters: 2,
                kernel: [1_024, 1_024],
                stride: [1; 2],
                padding: Padding::Same,
                bias: true,
                groups: 1,
            },
            "1,048,576",
        ),
        ([4_096, 4_096, 1], Layer::Relu, "8,388,608"),
        ([64, 64, 1], pool(PoolKind::Max, 17), "256"),
        ([512, 512, 1], pool(PoolKind::Average, 512), "17,179,869,184"),
    ] {
        let error = Architecture { input: input.into(), layers: vec![layer, Layer::Flatten] }
            .outline()
            .unwrap_err()
            .to_string();
        assert!(error.contains(&stated.replace(',', "")), "{stated} in: {error}");
        assert!(DOCUMENT.contains(stated), "{stated}");
    }
}
