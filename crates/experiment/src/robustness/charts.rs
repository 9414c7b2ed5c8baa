//! Curves of the error against the amount of a distortion.

use tenfold_report::chart::{Axis, Colour, LineChart, Panel, Series};

use super::text::spaced;
use super::{DistortionErrors, Robustness};

/// A chart per distortion: the model blue, the reference dashed.
pub(super) fn curves(robustness: &Robustness) -> impl Iterator<Item = (&'static str, LineChart)> {
    robustness.distortions.iter().map(|errors| (errors.distortion.name(), curve(errors)))
}

fn curve(errors: &DistortionErrors) -> LineChart {
    let name = spaced(errors.distortion.name());
    let line = |name, colour, rates: &[f64]| {
        Series::new(name, colour, errors.amounts.iter().map(|&amount| f64::from(amount)).zip(rates.iter().copied()))
    };
    let reference = line("reference", Colour::Orange, &errors.reference_error_rates).dashed();
    LineChart {
        title: format!("Errors by {name}"),
        description: format!("The error rate against the {name} of the images in {}.", errors.unit),
        x: Axis::value(format!("{name} ({})", errors.unit)),
        panels: vec![Panel::new(
            Axis::percent("error rate"),
            [reference, line("model", Colour::Blue, &errors.error_rates)],
        )],
    }
}
