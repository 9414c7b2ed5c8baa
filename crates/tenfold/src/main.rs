//! The `tenfold` program: trains, evaluates and runs networks that read handwritten digits.

#![forbid(unsafe_code)]

mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}
