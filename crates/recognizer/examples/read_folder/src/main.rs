//! Reads every picture in a folder: `cargo run --release -- FOLDER`.

use std::path::PathBuf;
use std::{env, fs, io, thread};

use tenfold_recognizer::{ErrorKind, Recognizer};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = env::args_os().nth(1).ok_or("expected a folder of pictures")?;
    let paths: io::Result<Vec<PathBuf>> = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect();
    let mut paths = paths?;
    paths.retain(|path| path.is_file());
    paths.sort();

    let threads = thread::available_parallelism().map_or(1, usize::from);
    let recognizer = Recognizer::builder().threads(threads).build()?;
    // Some at a time: a folder may hold more than the memory does.
    for paths in paths.chunks(64) {
        let pictures: Vec<Vec<u8>> = paths.iter().map(fs::read).collect::<io::Result<_>>()?;
        for (path, result) in paths.iter().zip(recognizer.predict_batch(&pictures)) {
            let name = path.display();
            match result {
                Ok(prediction) => {
                    println!("{name}: {} ({:.2} %)", prediction.label, 100.0 * prediction.probability);
                }
                Err(error) if error.kind() == ErrorKind::Refused => println!("{name}: no digit: {error}"),
                Err(error) => println!("{name}: {error}"),
            }
        }
    }
    Ok(())
}
