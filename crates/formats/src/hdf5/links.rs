//! What is in a group: symbol tables (sections III.A to III.D) and link messages (IV.A.2.g).

use super::cursor::{Cursor, UNDEFINED, malformed};
use super::file::{File, Object};
use crate::error::Error;
use crate::excerpt::shortened;

/// Links of a group, and nodes of its table: a network has up to a thousand layers.
const MAX_LINKS: usize = 10_000;
/// Bytes of a name.
const MAX_NAME: usize = 1_024;
/// Components of a path: the deepest that Keras writes has six.
const MAX_DEPTH: usize = 32;

const LINK_INFO: u16 = 0x02;
const LINK: u16 = 0x06;
const SYMBOL_TABLE: u16 = 0x11;

impl<'f> Object<'f> {
    /// The object at a path of names with `/` between them, from this group on; nothing if there is none.
    ///
    /// # Errors
    /// [`Error::Malformed`] for damage on the way; [`Error::Unsupported`] for groups of a kind that is not read.
    pub fn child(&self, path: &str) -> Result<Option<Object<'f>>, Error> {
        let mut found: Option<Object<'f>> = None;
        for (depth, name) in path.split('/').filter(|name| !matches!(*name, "" | ".")).enumerate() {
            if depth == MAX_DEPTH {
                return Err(malformed(format!("a path of more than {MAX_DEPTH} names: {}", shortened(path))));
            }
            let parent = found.as_ref().unwrap_or(self);
            let Some(address) = parent.link(name)? else { return Ok(None) };
            let path = format!("{}/{name}", parent.path.trim_end_matches('/'));
            found = Some(self.file.object(address, path)?);
        }
        Ok(found)
    }

    /// As [`Self::child`], where it must be.
    ///
    /// # Errors
    /// Also [`Error::Contradiction`] if there is none.
    pub fn expect(&self, path: &str) -> Result<Object<'f>, Error> {
        let missing = || {
            let what = format!("{}/{}", self.path.trim_end_matches('/'), shortened(path));
            Error::contradiction(what, "to be in the file", "nothing")
        };
        self.child(path)?.ok_or_else(missing)
    }

    /// The names of all that is in this group.
    ///
    /// # Errors
    /// As [`Self::child`].
    pub fn names(&self) -> Result<Vec<String>, Error> {
        let mut names = Vec::new();
        self.visit(&mut |link, _| names.push(String::from_utf8_lossy(link).into_owned()))?;
        Ok(names)
    }

    /// The address of what this group calls `name`.
    fn link(&self, name: &str) -> Result<Option<u64>, Error> {
        let mut found = None;
        self.visit(&mut |link, address| found = found.or((link == name.as_bytes()).then_some(address)))?;
        Ok(found)
    }

    /// Hands over the name and address of every object that the group links to. Links to other paths and files are left out.
    fn visit(&self, each: &mut dyn FnMut(&[u8], u64)) -> Result<(), Error> {
        if let Some(body) = self.message(SYMBOL_TABLE)? {
            let mut body = Cursor::new(body);
            let (tree, heap) = (body.u64()?, body.u64()?);
            let mut table = Table { file: self.file, names: names_of(self.file, heap)?, seen: 0, each };
            return table.tree(tree, None);
        }
        if let Some(body) = self.message(LINK_INFO)? {
            let mut body = Cursor::new(body);
            let ordered = body.take(2)?[1] & 1 != 0;
            body.take(if ordered { 8 } else { 0 })?;
            if body.u64()? != UNDEFINED {
                let problem = "a group whose links are in a heap of their own\n\
                               hint: write the file again without libver='latest'";
                return self.unsupported(problem);
            }
        }
        for message in self.messages.iter().filter(|message| message.kind == LINK) {
            link(message.body(&self.path)?, each)?;
        }
        Ok(())
    }
}

/// A link message.
fn link(body: &[u8], each: &mut dyn FnMut(&[u8], u64)) -> Result<(), Error> {
    let mut body = Cursor::new(body);
    let [version, flags] = [body.u8()?, body.u8()?];
    if version != 1 {
        return Err(malformed(format!("a link of version {version}, expected 1")));
    }
    let hard = flags & 8 == 0 || body.u8()? == 0;
    body.take(if flags & 4 != 0 { 8 } else { 0 })?;
    body.take(if flags & 16 != 0 { 1 } else { 0 })?;
    let length = body.uint(1 << (flags & 3))?;
    let name = body.take(usize::try_from(length).unwrap_or(usize::MAX))?;
    if name.len() > MAX_NAME {
        return Err(malformed(format!("a name of {length} bytes")));
    }
    if hard {
        each(name, body.u64()?);
    }
    Ok(())
}

/// The bytes of the heap that holds a symbol table's names.
fn names_of<'f>(file: &'f File<'_>, address: u64) -> Result<&'f [u8], Error> {
    let mut heap = file.at(address)?;
    heap.expect(b"HEAP")?;
    heap.take(4)?;
    let length = heap.length()?;
    heap.u64()?;
    let data = heap.u64()?;
    file.at(data)?.take(length)
}

/// A symbol table on the way through it.
struct Table<'f> {
    file: &'f File<'f>,
    names: &'f [u8],
    /// Links and nodes visited.
    seen: usize,
    each: &'f mut dyn FnMut(&[u8], u64),
}

impl Table<'_> {
    /// A node of the tree, at this level if its parent says one. Levels go down to 0, so that the walk ends.
    fn tree(&mut self, address: u64, level: Option<u8>) -> Result<(), Error> {
        self.count()?;
        let mut node = self.file.at(address)?;
        node.expect(b"TREE")?;
        let (kind, own, entries) = (node.u8()?, node.u8()?, node.u16()?);
        if kind != 0 || level.is_some_and(|level| own != level) {
            return Err(malformed("a group's tree has a node that does not belong to it"));
        }
        node.take(16)?;
        for _ in 0..entries {
            node.take(8)?;
            let child = node.u64()?;
            match own.checked_sub(1) {
                Some(level) => self.tree(child, Some(level))?,
                None => self.symbols(child)?,
            }
        }
        Ok(())
    }

    /// A leaf of the tree with its links.
    fn symbols(&mut self, address: u64) -> Result<(), Error> {
        self.count()?;
        let mut node = self.file.at(address)?;
        node.expect(b"SNOD")?;
        node.take(2)?;
        for _ in 0..node.u16()? {
            self.count()?;
            let (name, object, kind) = (node.length()?, node.u64()?, node.u32()?);
            node.take(20)?;
            let rest = self.names.get(name..).ok_or_else(|| malformed("a name is beyond its heap"))?;
            let mut near = rest.iter().take(MAX_NAME + 1);
            let end = near.position(|&byte| byte == 0).ok_or_else(|| malformed("a name has no end"))?;
            // A link to another path.
            if kind != 2 {
                (self.each)(&rest[..end], object);
            }
        }
        Ok(())
    }

    fn count(&mut self) -> Result<(), Error> {
        self.seen += 1;
        Error::check_limit("links of a group in the HDF5 file", MAX_LINKS, self.seen)
    }
}
