//! Networks with a name. Each is a file of `presets/` that says how it is trained as well, as a run's `config.toml` does; its
//! first line says what it is for.
//!
//! A new one is such a file, and its name in [`PRESETS`].

use serde::Deserialize;

use crate::architecture::{Architecture, Layer};

/// A network with its recipe, and a name.
///
/// ```
/// use tenfold_network::{Architecture, PRESETS};
///
/// for preset in PRESETS {
///     println!("{:<8} {}", preset.name, preset.about());
/// }
/// assert_eq!(Architecture::preset("paper"), Some(Architecture::paper()));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Preset {
    /// What it is called.
    pub name: &'static str,
    /// Its file: the network in the table `architecture`, and all else that decides what is trained.
    pub toml: &'static str,
}

/// The preset of a name, with its file.
macro_rules! preset {
    ($name:literal) => {
        Preset { name: $name, toml: include_str!(concat!("presets/", $name, ".toml")) }
    };
}

/// All presets, simple networks first.
pub const PRESETS: [Preset; 10] = [
    preset!("linear"),
    preset!("mlp"),
    preset!("lenet5"),
    preset!("paper"),
    preset!("paper+"),
    preset!("micro"),
    preset!("tiny"),
    preset!("fast"),
    preset!("best"),
    preset!("reader"),
];

impl Preset {
    /// The one of this name.
    pub fn named(name: &str) -> Option<Self> {
        PRESETS.into_iter().find(|preset| preset.name == name)
    }

    /// What it is for, in a line.
    pub fn about(&self) -> &'static str {
        self.toml.lines().next().unwrap_or("").trim_start_matches(['#', ' '])
    }

    /// Its network.
    pub fn architecture(&self) -> Architecture {
        /// What of a recipe is the network.
        #[derive(Deserialize)]
        struct Network {
            architecture: Architecture,
        }
        let network: Network = toml::from_str(self.toml).expect("the files of presets are TOML with an architecture");
        network.architecture
    }
}

impl Architecture {
    /// The network of a [preset](Preset).
    pub fn preset(name: &str) -> Option<Self> {
        Some(Preset::named(name)?.architecture())
    }

    /// The published network: conv 3x3x32, max-pool 2, conv 3x3x64, conv 3x3x64, max-pool 2, dense 100, dense 10, with
    /// ReLU after each convolution and after the first dense layer.
    pub fn paper() -> Self {
        Self::preset("paper").expect("the paper's network is a preset")
    }

    /// The same network with so many outputs, if it is that of a [preset](Preset): these are for digits, and for whatever else
    /// a data set has classes of. Any other network stays as it is.
    ///
    /// ```
    /// use tenfold_network::Architecture;
    ///
    /// let letters = Architecture::paper().for_classes(26);
    /// assert_eq!(letters.outline()?.classes, 26);
    /// assert_eq!(letters.for_classes(3), letters);
    /// # Ok::<(), tenfold_network::Error>(())
    /// ```
    pub fn for_classes(&self, classes: usize) -> Self {
        let is_preset = PRESETS.iter().any(|preset| preset.architecture() == *self);
        let mut fitted = self.clone();
        if is_preset && let Some(Layer::Dense { units, .. }) = fitted.layers.last_mut() {
            *units = classes;
        }
        fitted
    }
}
