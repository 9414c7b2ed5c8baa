//! One payload: a run of images followed by their labels, or all writers, compressed as one xz file. Checked, then decoded
//! in place.

use std::io::{self, Read};
use std::sync::{Mutex, PoisonError};
use std::thread;

use lzma_rust2::XzReader;
use sha2::{Digest, Sha256};

use crate::{Error, PIXELS_PER_IMAGE, Split};

pub(crate) struct Payload {
    pub(crate) name: &'static str,
    pub(crate) xz: &'static [u8],
    /// Of `xz`. The decoded bytes need no digest of their own: xz carries their CRC-64, and a test compares them with
    /// the published files. Hashing 47 MB at every start would cost as much as a quarter of the decoding.
    pub(crate) sha256: &'static str,
}

/// Decodes payloads that hold `len` images between them, equally divided, as many at a time as the machine has cores: a
/// decoder takes as much memory as its payload has bytes.
pub(crate) fn decode_all(payloads: &[Payload], len: usize) -> Result<Split, Error> {
    let mut split = Split { images: vec![0; len * PIXELS_PER_IMAGE], labels: vec![0; len] };
    let per_payload = len / payloads.len();
    let images = split.images.chunks_exact_mut(per_payload * PIXELS_PER_IMAGE);
    let labels = split.labels.chunks_exact_mut(per_payload);
    let parts = Mutex::new(payloads.iter().zip(images.zip(labels)));
    // The guard of a temporary lives to the end of its statement, so the next part is taken before it is decoded.
    let next = || parts.lock().unwrap_or_else(PoisonError::into_inner).next();
    let decode = || -> Result<(), Error> {
        while let Some((payload, (images, labels))) = next() {
            payload.decode(images, labels)?;
        }
        Ok(())
    };
    thread::scope(|scope| {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let workers: Vec<_> = (1..cores.min(payloads.len())).map(|_| scope.spawn(decode)).collect();
        // This thread decodes too: what an allocator keeps for a thread that is gone serves nobody.
        let own = decode();
        workers.into_iter().try_for_each(|worker| worker.join().expect("decoding does not panic")).and(own)
    })?;
    Ok(split)
}

/// Decodes a payload of `len` numbers of 16 bits, lowest byte first.
pub(crate) fn decode_writers(payload: &Payload, len: usize) -> Result<Vec<u32>, Error> {
    let mut bytes = vec![0; 2 * len];
    payload.read_verified([&mut bytes], "writers", len)?;
    let (pairs, _) = bytes.as_chunks();
    Ok(pairs.iter().map(|&pair| u16::from_le_bytes(pair).into()).collect())
}

impl Payload {
    /// Fills `images` and `labels`, which together must be exactly what the payload holds.
    fn decode(&self, images: &mut [u8], labels: &mut [u8]) -> Result<(), Error> {
        let len = labels.len();
        self.read_verified([images, labels], "images and labels", len)
    }

    /// Fills `targets` with the payload, which holds `len` of `what`.
    fn read_verified<const N: usize>(
        &self,
        targets: [&mut [u8]; N],
        what: &'static str,
        len: usize,
    ) -> Result<(), Error> {
        let found = hex(&Sha256::digest(self.xz));
        if found != self.sha256 {
            return Err(Error::Digest { name: self.name, expected: self.sha256, found });
        }
        self.read_exactly(targets).map_err(|error| Error::Decode {
            name: self.name,
            what,
            expected: len,
            reason: error.to_string(),
        })
    }

    fn read_exactly<const N: usize>(&self, targets: [&mut [u8]; N]) -> io::Result<()> {
        let mut reader = XzReader::new(self.xz, false);
        for target in targets {
            reader.read_exact(target)?;
        }
        // Reading to the end is also what makes the decoder compare its checksum.
        match reader.read(&mut [0])? {
            0 => Ok(()),
            _ => Err(io::Error::other("more bytes follow")),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;
