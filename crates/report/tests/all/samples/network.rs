//! Networks to draw.

use tenfold_report::chart::{NetworkDiagram, NetworkLayer};

/// A network of some layers of all kinds, one name hostile, one long.
pub fn network(layers: usize) -> NetworkDiagram {
    let names = ["conv2d", "<script>", "\"'&\0", "an extraordinarily long name of a layer"];
    let kinds = ["conv2d", "batch_norm", "relu", "max_pool", "flatten", "dense", "dropout", "unheard of"];
    let layer = |index: usize| NetworkLayer {
        name: names[index % names.len()].into(),
        kind: kinds[index % kinds.len()].into(),
        is_elementwise: [1, 2, 6].contains(&(index % kinds.len())),
        output: if index % 8 > 3 { [1, 1, 10_000_000] } else { [28 - index % 20, 4_096, 1 << (index % 12)] },
        parameters: index * 123_456,
    };
    NetworkDiagram {
        title: "a network <of> &".into(),
        description: "Layers.".into(),
        input: [28, 28, 1],
        layers: (0..layers).map(layer).collect(),
    }
}
