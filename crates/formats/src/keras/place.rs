//! Where a file holds a layer's values.

/// A layer's place among the models of a file, which may be nested.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Place {
    /// The group of an `.h5`: the name of the outermost model's layer that this layer is, or is in.
    pub group: String,
    /// The folder of a `.keras` or `.weights.h5`, in that of all layers: `conv2d_1`, or `sequential/layers/conv2d_1`.
    pub folder: String,
    /// Whether training changes the layer: Keras lists what it does not change behind what it does.
    pub trainable: bool,
}

impl Place {
    /// The place of a layer in the nested model `outer`, or of the outermost if there is none.
    pub fn new(outer: Option<&Self>, name: &str, folder: String, trainable: bool) -> Self {
        match outer {
            None => Self { group: name.to_owned(), folder, trainable },
            Some(outer) => Self {
                group: outer.group.clone(),
                folder: format!("{}/layers/{folder}", outer.folder),
                trainable: trainable && outer.trainable,
            },
        }
    }
}

/// A layer's class in the words of Keras' folders: `BatchNormalization` is `batch_normalization`, `Conv2D` is `conv2d`.
pub(super) fn snake(class: &str) -> String {
    let mut snake = String::new();
    let mut after_small = false;
    for letter in class.chars() {
        if after_small && letter.is_ascii_uppercase() {
            snake.push('_');
        }
        after_small = letter.is_ascii_lowercase();
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_called_as_keras_calls_folders() {
        for (class, folder) in [
            ("Conv2D", "conv2d"),
            ("Dense", "dense"),
            ("BatchNormalization", "batch_normalization"),
            ("Sequential", "sequential"),
        ] {
            assert_eq!(snake(class), folder);
        }
    }

    #[test]
    fn a_layer_of_a_frozen_model_is_frozen() {
        let outer = Place::new(None, "base", "sequential_1".to_owned(), false);
        let inner = Place::new(Some(&outer), "conv", "conv2d".to_owned(), true);
        let expected =
            Place { group: "base".to_owned(), folder: "sequential_1/layers/conv2d".to_owned(), trainable: false };
        assert_eq!(inner, expected);
    }
}
