//! Where windows lie on an image as ONNX says it, against what paddings mean here.

use tenfold_network::Padding;

/// Windows along one axis: the padding before the first one, and how many there are. Together they say where each lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Windows {
    pub before: usize,
    pub count: usize,
}

impl Windows {
    /// What a padding means on an axis of `length` cells; nothing if no window fits. All sizes are at least 1.
    pub fn of_padding(padding: Padding, length: usize, window: usize, stride: usize) -> Option<Self> {
        match padding {
            Padding::Valid => Some(Self { before: 0, count: length.checked_sub(window)? / stride + 1 }),
            Padding::Same => {
                let count = length.div_ceil(stride);
                let covered = (count - 1) * stride + window;
                Some(Self { before: covered.saturating_sub(length) / 2, count })
            }
        }
    }

    /// The windows of an axis with `before` and `after` cells of padding. With `ceil`, a last one counts that the axis
    /// fills in part, unless it begins beyond what it holds (ONNX `MaxPool`, `ceil_mode`). Nothing if none fits.
    pub fn of_pads(pads: [usize; 2], ceil: bool, length: usize, window: usize, stride: usize) -> Option<Self> {
        let [before, after] = pads;
        let room = (before + length + after).checked_sub(window)?;
        let count = match ceil {
            false => room / stride + 1,
            true => {
                let count = room.div_ceil(stride) + 1;
                if (count - 1) * stride >= before + length { count - 1 } else { count }
            }
        };
        Some(Self { before, count })
    }

    /// The padding after the last window's start that its cells need.
    pub fn after(self, length: usize, window: usize, stride: usize) -> usize {
        ((self.count - 1) * stride + window).saturating_sub(self.before + length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paddings_lie_where_keras_puts_them() {
        let windows = |before, count| Some(Windows { before, count });
        let rows = [
            // padding, length, window, stride
            (Padding::Valid, 28, 3, 1, windows(0, 26), 0),
            (Padding::Valid, 13, 2, 2, windows(0, 6), 0),
            (Padding::Valid, 2, 3, 1, None, 0),
            (Padding::Same, 28, 3, 1, windows(1, 28), 1),
            (Padding::Same, 28, 3, 2, windows(0, 14), 1),
            (Padding::Same, 13, 2, 2, windows(0, 7), 1),
            (Padding::Same, 28, 2, 5, windows(0, 6), 0),
            (Padding::Same, 1, 5, 1, windows(2, 1), 2),
            (Padding::Same, 7, 4, 1, windows(1, 7), 2),
        ];
        for (padding, length, window, stride, expected, after) in rows {
            let found = Windows::of_padding(padding, length, window, stride);
            assert_eq!(found, expected, "{padding:?} {length} {window} {stride}");
            let Some(found) = found else { continue };
            assert_eq!(found.after(length, window, stride), after);
            assert_eq!(Windows::of_pads([found.before, after], false, length, window, stride), Some(found));
        }
    }

    #[test]
    fn a_last_window_in_part_counts_if_it_begins_inside() {
        for (pads, length, window, stride, floor, ceil) in
            [([0, 0], 13, 2, 2, 6, 7), ([0, 0], 28, 2, 2, 14, 14), ([0, 0], 3, 1, 3, 1, 1), ([1, 1], 4, 2, 5, 1, 1)]
        {
            let count = |ceil| Windows::of_pads(pads, ceil, length, window, stride).map(|windows| windows.count);
            assert_eq!((count(false), count(true)), (Some(floor), Some(ceil)), "{pads:?} {length} {window} {stride}");
        }
        assert_eq!(Windows::of_pads([0, 0], true, 2, 3, 1), None);
    }
}
