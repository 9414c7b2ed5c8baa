//! What files leave out: settings that do nothing.

/// Whether a setting has the value that it has where none is given.
pub(crate) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
