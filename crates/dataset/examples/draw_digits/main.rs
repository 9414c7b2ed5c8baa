//! Draws digits by pen, as pictures of a size and on paper of their own: something to try a folder of pictures with.
//!
//! ```sh
//! cargo run --release -p tenfold-dataset --example draw_digits -- FOLDER [PICTURES] [SEED]
//! ```
//!
//! FOLDER gets a folder for each digit, with PNGs in it, 200 in all unless said. The same seed (1) gives the same bytes.

mod strokes;

use std::path::PathBuf;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let mut arguments = env::args_os().skip(1);
    let folder = arguments.next().map(PathBuf::from);
    let folder = folder.ok_or_else(|| io::Error::other("expected a folder, found nothing"))?;
    let mut number = |default: u32| match arguments.next().map(|text| text.to_string_lossy().parse()) {
        None => Ok(default),
        Some(number) => number.map_err(io::Error::other),
    };
    let (pictures, seed) = (number(200)?, number(1)?);
    for index in 0..pictures {
        let digit = index as usize % strokes::DIGITS;
        let class = folder.join(digit.to_string());
        fs::create_dir_all(&class)?;
        fs::write(class.join(format!("{index:04}.png")), strokes::picture(digit, u64::from(seed), index))?;
    }
    Ok(())
}
