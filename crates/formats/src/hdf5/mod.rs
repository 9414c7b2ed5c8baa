//! HDF5 files: the part of the format that Keras uses, from untrusted bytes, and back.
//!
//! After the HDF5 File Format Specification, version 3.0 (<https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html>);
//! numbers of sections below are its. Read are groups whose links are in symbol tables (as h5py writes them) or in the
//! object's header, attributes of text in the object's header, and arrays of floats that are contiguous, compact, or in
//! chunks that are plain, shuffled or deflated.
//!
//! It is our own because a library that decodes all attributes of an object has no limit on what they name: strings are
//! references to a heap, and 4,000 references to one string of a megabyte are a file of a megabyte that takes four
//! gigabytes. Here an attribute is looked for by name, references are added up before they are followed, and every walk
//! has an end.

mod attribute;
mod chunks;
mod cursor;
mod file;
mod floats;
mod header;
mod links;
mod write;

pub(crate) use file::{File, Object};
pub(crate) use write::{Attribute, Group, Node, write};

#[cfg(test)]
mod tests;
