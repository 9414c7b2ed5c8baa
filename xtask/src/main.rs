//! The repository's own tasks: `cargo xtask COMMAND`.

#![forbid(unsafe_code)]
// A task talks to the person who runs it; the libraries must not.
#![allow(clippy::print_stdout)]

mod bombs;
mod degradations;
mod fuzz;
mod interop;
mod kills;
mod machine;
mod pack_mnist;
mod pages;
mod peers;
mod pictures;
mod presets;
mod process;
mod seeds;
mod segmenter;
mod strings;
mod trained;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The repository's own tasks")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Bombs(bombs::Arguments),
    Degradations(degradations::Arguments),
    Fuzz(fuzz::Arguments),
    Interop(interop::Arguments),
    Kills(kills::Arguments),
    /// Compress the four MNIST files into crates/mnist
    PackMnist(pack_mnist::Arguments),
    Pages(pages::Arguments),
    Peers(peers::Arguments),
    Pictures(pictures::Arguments),
    Presets(presets::Arguments),
    Seeds(seeds::Arguments),
    Segmenter(segmenter::Arguments),
    Strings(strings::Arguments),
}

fn main() -> anyhow::Result<()> {
    match Arguments::parse().command {
        Command::Bombs(arguments) => bombs::run(&arguments),
        Command::Degradations(arguments) => degradations::run(&arguments),
        Command::Fuzz(arguments) => fuzz::run(&arguments),
        Command::Interop(arguments) => interop::run(&arguments),
        Command::Kills(arguments) => kills::run(&arguments),
        Command::PackMnist(arguments) => pack_mnist::run(&arguments),
        Command::Pages(arguments) => pages::run(&arguments),
        Command::Peers(arguments) => peers::run(&arguments),
        Command::Pictures(arguments) => pictures::run(&arguments),
        Command::Presets(arguments) => presets::run(&arguments),
        Command::Seeds(arguments) => seeds::run(&arguments),
        Command::Segmenter(arguments) => segmenter::run(&arguments),
        Command::Strings(arguments) => strings::run(&arguments),
    }
}
