//! A set with every image changed.

use crate::Dataset;
use crate::transformation::Plane;

/// The set with every image changed in floats, by a function of its index and its pixels.
pub(super) fn changed(images: &Dataset, mut change: impl FnMut(u32, &mut Plane)) -> Dataset {
    let (height, width) = (images.height(), images.width());
    let (mut plane, mut pixels) = (Plane::new([height, width]), vec![0; images.images().len()]);
    for (index, to) in (0..).zip(pixels.chunks_exact_mut(height * width)) {
        plane.read(images.image(index as usize));
        change(index, &mut plane);
        plane.write(to);
    }
    images.with_pixels(pixels)
}
