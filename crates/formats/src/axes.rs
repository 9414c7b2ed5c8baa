//! Arrays with their axes in another order.

/// An array whose axis `i` is the axis `axes[i]` of another: its shape and its values; nothing if `axes` are not an order of
/// all axes.
pub(crate) fn transposed<T: Copy>(shape: &[usize], values: &[T], axes: &[usize]) -> Option<(Vec<usize>, Vec<T>)> {
    let rank = shape.len();
    let mut sorted = axes.to_vec();
    sorted.sort_unstable();
    if !sorted.into_iter().eq(0..rank) {
        return None;
    }
    let stride = |axis: usize| shape[axis + 1..].iter().product::<usize>();
    let (sizes, strides): (Vec<_>, Vec<_>) = axes.iter().map(|&axis| (shape[axis], stride(axis))).unzip();
    let mut place = vec![0; rank];
    let mut offset = 0;
    let mut moved = Vec::with_capacity(values.len());
    for _ in 0..values.len() {
        moved.push(values[offset]);
        // The next place, the last axis first.
        for axis in (0..rank).rev() {
            place[axis] += 1;
            offset += strides[axis];
            if place[axis] < sizes[axis] {
                break;
            }
            offset -= sizes[axis] * strides[axis];
            place[axis] = 0;
        }
    }
    Some((sizes, moved))
}
