//! Files that lie beside a model and hold its weights.

/// Gives the bytes of a file that lies beside a model and holds its weights, by the name that the model calls it; or the
/// reason why not, as the end of a sentence and perhaps a hint on a line of its own. The name is whatever the model says:
/// which files may be opened is the caller's to decide.
pub type Companion<'a> = dyn FnMut(&str) -> Result<Vec<u8>, String> + 'a;

/// The companion of bytes that nothing lies beside.
pub(crate) fn no_companion(_: &str) -> Result<Vec<u8>, String> {
    Err("is not available\nhint: keep the two files together, or export the model with external_data=False".to_owned())
}
