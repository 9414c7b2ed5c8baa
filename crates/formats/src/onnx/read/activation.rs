//! What flows through a graph: an image per row of the batch, in whatever order and axes the graph holds it at the moment.

use tenfold_network::Shape;

use super::constant::MAX_RANK;
use super::sizes::Size;
use crate::chain::MAX_NUMBERS;

/// An axis of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Axis {
    Height,
    Width,
    Channels,
}

const CHANNELS_FIRST: [Axis; 3] = [Axis::Channels, Axis::Height, Axis::Width];
const CHANNELS_LAST: [Axis; 3] = [Axis::Height, Axis::Width, Axis::Channels];

/// One image of the batch: numbers in the order of `axes`, grouped into `dims`. A reshape changes the dims alone, a
/// transpose both, and what an image is to the network changes in neither.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Activation {
    /// The sizes that the graph sees, without that of the batch.
    pub dims: Vec<usize>,
    /// What the network here has at this point: `image`, or a vector of its numbers once they are flattened.
    pub shape: Shape,
    /// The image whose numbers these are.
    image: Shape,
    /// The image's axes, outermost first, without those of size 1, whose place means nothing.
    axes: Vec<Axis>,
    /// How far the network had been built when this was made: what was made earlier is a branch.
    pub step: usize,
    /// Whether a `Pad` has put zeros around the image, which are not in its sizes here.
    pub is_padded: bool,
}

impl Activation {
    /// The input of a graph: `dims` of one grey image, square, in whatever axes; nothing for other sizes.
    pub fn input(dims: Vec<usize>) -> Option<Self> {
        let length = product(&dims)?;
        let side = length.isqrt();
        let sides: Vec<usize> = dims.iter().copied().filter(|&size| size != 1).collect();
        let square = side * side == length && (sides.len() <= 1 || sides == [side; 2]);
        let image = Shape { height: side, width: side, channels: 1 };
        square.then(|| Self { dims, ..Self::image(image, 0) })
    }

    /// An image as convolutions give it: `[C, H, W]`.
    pub fn image(shape: Shape, step: usize) -> Self {
        let dims = vec![shape.channels, shape.height, shape.width];
        Self { dims, shape, image: shape, axes: without_single(shape, CHANNELS_FIRST), step, is_padded: false }
    }

    /// A vector as dense layers give it.
    pub fn vector(length: usize, step: usize) -> Self {
        Self { dims: vec![length], ..Self::image(Shape::flat(length), step) }
    }

    /// Numbers in one image.
    pub fn len(&self) -> usize {
        self.image.len()
    }

    /// The size of an axis of the image.
    fn size(&self, axis: Axis) -> usize {
        size(self.image, axis)
    }

    /// The image that a convolution would see, if the dims are `[C, H, W]` and in this order.
    pub fn as_image(&self) -> Option<Shape> {
        let Shape { height, width, channels } = self.shape;
        let ordered = match self.is_flattened() {
            true => self.has_order(CHANNELS_LAST),
            false => self.has_order(CHANNELS_FIRST),
        };
        (ordered && self.dims == [channels, height, width]).then_some(self.shape)
    }

    /// The vector that a dense layer would see, if there is one axis.
    pub fn as_vector(&self) -> Option<usize> {
        (self.dims == [self.len()] && self.shape.is_flat()).then(|| self.len())
    }

    /// For parameters of a vector: the image that it is a flattening of, channel by channel; a single pixel where the
    /// numbers are in the order that they have here. Nothing for orders that are neither.
    pub fn flattened_image(&self) -> Option<Shape> {
        match () {
            () if self.has_order(CHANNELS_LAST) => Some(Shape::flat(self.len())),
            () if self.has_order(CHANNELS_FIRST) => Some(self.image),
            () => None,
        }
    }

    fn is_flattened(&self) -> bool {
        self.shape != self.image
    }

    fn has_order(&self, order: [Axis; 3]) -> bool {
        self.axes == without_single(self.image, order)
    }

    /// As a vector of the network's numbers, whatever the graph's axes: after a flatten layer.
    pub fn flattened(self) -> Self {
        Self { shape: Shape::flat(self.len()), ..self }
    }

    /// The same as the result of a later step.
    pub fn at(self, step: usize) -> Self {
        Self { step, ..self }
    }

    /// With other dims, of which there are as many numbers; nothing if not.
    pub fn reshaped(&self, dims: Vec<usize>) -> Option<Self> {
        (dims.len() < MAX_RANK && product(&dims) == Some(self.len())).then(|| Self { dims, ..self.clone() })
    }

    /// With its dims in another order: the new one `i` is the old `order[i]`. Nothing where that would tear an axis of the
    /// image apart, or `order` does not hold each of them once.
    pub fn transposed(&self, order: &[usize]) -> Option<Self> {
        let mut sorted = order.to_vec();
        sorted.sort_unstable();
        if !sorted.into_iter().eq(0..self.dims.len()) {
            return None;
        }
        let groups = self.groups()?;
        let axes = order.iter().flat_map(|&dim| groups[dim].iter().copied()).collect();
        Some(Self { dims: order.iter().map(|&dim| self.dims[dim]).collect(), axes, ..self.clone() })
    }

    /// The axes of the image that each dim is made of; nothing where a dim holds a part of one.
    fn groups(&self) -> Option<Vec<Vec<Axis>>> {
        let mut axes = self.axes.iter().copied();
        let group = |&dim: &usize| {
            let (mut group, mut length) = (Vec::new(), 1);
            while length < dim {
                let axis = axes.next()?;
                length *= self.size(axis);
                group.push(axis);
            }
            (length == dim).then_some(group)
        };
        self.dims.iter().map(group).collect()
    }

    /// Whether `dims` are those of the image's rows and columns, all of them and no others.
    pub fn is_area(&self, dims: &[usize]) -> bool {
        let Some(groups) = self.groups() else { return false };
        let area = |group: &Vec<Axis>| group.iter().all(|&axis| axis != Axis::Channels);
        let split = |(dim, group): (usize, &Vec<Axis>)| match dims.contains(&dim) {
            true => area(group),
            false => group.iter().all(|&axis| axis == Axis::Channels),
        };
        !self.is_flattened() && groups.iter().enumerate().all(split)
    }

    /// Whether the dim counts channels, or the numbers of a vector.
    pub fn is_channels(&self, dim: usize) -> bool {
        match self.as_vector() {
            Some(_) => dim == 0,
            None => self.groups().is_some_and(|groups| groups[dim] == [Axis::Channels]) && !self.is_flattened(),
        }
    }

    /// The dims as a graph's `Shape` gives them.
    pub fn sizes(&self) -> Vec<Size> {
        [Size::Batch].into_iter().chain(self.dims.iter().map(|&size| Size::Number(size as i64))).collect()
    }
}

/// The axes of an image in an order, without those of size 1.
fn without_single(image: Shape, order: [Axis; 3]) -> Vec<Axis> {
    order.into_iter().filter(|&axis| size(image, axis) != 1).collect()
}

fn size(image: Shape, axis: Axis) -> usize {
    match axis {
        Axis::Height => image.height,
        Axis::Width => image.width,
        Axis::Channels => image.channels,
    }
}

/// Numbers in an array of these sizes, from 1 to what a network may have.
pub(super) fn product(dims: &[usize]) -> Option<usize> {
    let length = dims.iter().try_fold(1usize, |length, &size| length.checked_mul(size))?;
    (1..=MAX_NUMBERS).contains(&length).then_some(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    const IMAGE: Shape = Shape { height: 4, width: 5, channels: 3 };

    #[test]
    fn an_input_is_a_square_in_any_axes() {
        for dims in [vec![1, 28, 28], vec![28, 28, 1], vec![28, 28], vec![784], vec![1, 1, 784], vec![28, 1, 28]] {
            let input = Activation::input(dims.clone()).unwrap();
            assert_eq!((input.shape, input.dims), (Shape { height: 28, width: 28, channels: 1 }, dims));
        }
        for dims in
            [vec![3, 28, 28], vec![28, 27], vec![783], vec![4, 14, 14], vec![0], vec![usize::MAX, 2], vec![1 << 14; 2]]
        {
            assert_eq!(Activation::input(dims.clone()), None, "{dims:?}");
        }
    }

    #[test]
    fn the_order_of_numbers_is_followed_through_transposes_and_reshapes() {
        let image = Activation::image(IMAGE, 0);
        assert_eq!(image.as_image(), Some(IMAGE));
        let last = image.transposed(&[1, 2, 0]).unwrap();
        assert_eq!((last.as_image(), last.dims.clone()), (None, vec![4, 5, 3]));
        let row = |of: &Activation| of.reshaped(vec![60]).unwrap().flattened();
        assert_eq!(row(&image).flattened_image(), Some(IMAGE));
        assert_eq!(row(&last).flattened_image(), Some(Shape::flat(60)));
        // Columns before rows.
        let turned = image.transposed(&[2, 1, 0]).unwrap();
        assert_eq!(row(&turned).flattened_image(), None);
        // Back again, by way of the area as one axis.
        let back = last.reshaped(vec![20, 1, 3]).unwrap().transposed(&[2, 1, 0]).unwrap().reshaped(vec![3, 4, 5]);
        assert_eq!(back.unwrap(), image);
        // Half of an axis moves nowhere.
        assert_eq!(image.reshaped(vec![3, 2, 10]).unwrap().transposed(&[1, 0, 2]), None);
        for order in [vec![0, 1], vec![0, 0, 1], vec![0, 1, 3]] {
            assert_eq!(image.transposed(&order), None);
        }
        assert_eq!(image.reshaped(vec![61]), None);
        assert_eq!(image.reshaped([vec![60], vec![1; MAX_RANK]].concat()), None);
    }

    #[test]
    fn rows_and_columns_and_channels_are_told_apart() {
        let image = Activation::image(IMAGE, 0);
        assert!(
            image.is_area(&[1, 2]) && !image.is_area(&[0, 1]) && !image.is_area(&[1]) && !image.is_area(&[0, 1, 2])
        );
        let last = image.transposed(&[1, 2, 0]).unwrap();
        assert!(last.is_area(&[0, 1]) && !last.is_area(&[1, 2]));
        assert!(image.is_channels(0) && !image.is_channels(1) && last.is_channels(2));
        assert!(Activation::vector(7, 0).is_channels(0));
        assert!(!image.reshaped(vec![60]).unwrap().is_channels(0));
    }
}
