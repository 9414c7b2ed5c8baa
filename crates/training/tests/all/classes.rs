//! How many classes there may be, in all that a run goes through.

use tenfold_network::{Architecture, Layer};

#[test]
fn data_networks_and_evaluations_have_the_same_limit() {
    assert_eq!((tenfold_dataset::MAX_CLASSES, tenfold_evaluation::MAX_CLASSES), (1_000, 1_000));
    let network = |classes| {
        Architecture { input: [1, 1, 1].into(), layers: vec![Layer::Flatten, Layer::dense(classes)] }.outline()
    };
    assert_eq!(network(1_000).unwrap().classes, 1_000);
    assert!(network(1_001).unwrap_err().to_string().contains("expected 2 to 1000"));
}
