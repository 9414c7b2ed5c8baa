//! The options that change training images.

use clap::Args;
use serde_json::{Map, Value};
use tenfold_training::AugmentationChanges;

/// An augmentation: a strength by its name, and settings.
#[derive(Args, Default)]
pub(crate) struct AugmentationArguments {
    /// Change training images, differently each time: mild, strong or off, and settings as in config.toml, such as
    /// mild,rotation_degrees=15,elastic_alpha=34 (docs/augmentation.md has them all)
    #[arg(long, value_name = "LIST", value_parser = parse)]
    augment: Option<AugmentationChanges>,
    /// Shift training images by up to this many pixels, differently each time
    #[arg(long, value_name = "PIXELS")]
    augment_shift: Option<f32>,
    /// Rotate training images by up to this many degrees either way
    #[arg(long, value_name = "DEGREES")]
    augment_rotation: Option<f32>,
    /// Resize training images by up to this share: 0.1 for 0.9 to 1.1 times their size
    #[arg(long, value_name = "SHARE")]
    augment_scale: Option<f32>,
}

impl AugmentationArguments {
    /// What they change; an option of its own counts more than the list.
    pub(crate) fn changes(&self) -> AugmentationChanges {
        let list = self.augment.unwrap_or_default();
        AugmentationChanges {
            shift_px: self.augment_shift.or(list.shift_px),
            rotation_degrees: self.augment_rotation.or(list.rotation_degrees),
            scale: self.augment_scale.or(list.scale),
            ..list
        }
    }
}

/// The changes that a list such as `mild,noise=0.1` makes.
fn parse(list: &str) -> Result<AugmentationChanges, String> {
    let mut changes = Map::new();
    for item in list.split(',').map(str::trim) {
        let (name, value) = match item.split_once('=') {
            None => ("strength", Value::from(item)),
            Some((name, value)) => {
                let number = value.trim().parse().ok().and_then(serde_json::Number::from_f64);
                let number = number.ok_or_else(|| format!("{name} is '{value}', expected a number"))?;
                (name.trim(), Value::from(number))
            }
        };
        if changes.insert(name.to_owned(), value).is_some() {
            return Err(format!("{name} is given twice"));
        }
    }
    serde_json::from_value(changes.into()).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use tenfold_dataset::Strength;

    use super::*;

    #[test]
    fn a_list_is_a_strength_and_settings() {
        let strong = AugmentationChanges { strength: Some(Strength::Strong), ..AugmentationChanges::default() };
        assert_eq!(parse("strong"), Ok(strong));
        let quiet = AugmentationChanges { noise: Some(0.0), rotation_degrees: Some(15.5), ..strong };
        assert_eq!(parse("strong, noise=0, rotation_degrees = 15.5"), Ok(quiet));
        for (list, message) in [
            ("weak", "unknown variant `weak`, expected one of `off`, `mild`, `strong`"),
            ("", "unknown variant ``, expected one of `off`, `mild`, `strong`"),
            ("mild,strong", "strength is given twice"),
            ("noise=0.1,noise=0.2", "noise is given twice"),
            ("noise=much", "noise is 'much', expected a number"),
            ("noise=nan", "noise is 'nan', expected a number"),
            ("rotate=3", "unknown field `rotate`, expected one of `strength`, `shift_px`, `rotation_degrees`"),
        ] {
            let error = parse(list).unwrap_err();
            assert!(error.starts_with(message), "{list}: {error}");
        }
    }

    #[test]
    fn an_option_counts_more_than_the_list() {
        let augment = parse("scale=0.2,rotation_degrees=5").ok();
        let arguments = AugmentationArguments { augment, augment_rotation: Some(7.0), ..Default::default() };
        let changes = arguments.changes();
        assert_eq!((changes.scale, changes.rotation_degrees, changes.shift_px), (Some(0.2), Some(7.0), None));
    }
}
