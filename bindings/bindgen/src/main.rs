//! Writes the Kotlin and Swift of the library, and lists its surface.

mod surface;

use camino::Utf8PathBuf;
use clap::{Parser, Subcommand};
use uniffi_bindgen::bindings::{
    GenerateOptions, SwiftBindingsOptions, TargetLanguage, generate, generate_swift_bindings,
};

/// Writes the Kotlin and Swift of the library, and lists its surface.
#[derive(Parser)]
#[command(name = "siaga-bindgen", version)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// One Kotlin file a crate.
    Kotlin {
        /// The library, not stripped: its symbols tell what it exports.
        library: Utf8PathBuf,
        /// Where to write.
        folder: Utf8PathBuf,
    },
    /// One Swift file and one C header a crate, and one module map for all.
    Swift {
        /// The library, not stripped.
        library: Utf8PathBuf,
        /// Where to write.
        folder: Utf8PathBuf,
    },
    /// Everything that a shell can see, one line each, in no language: for the golden file.
    Surface {
        /// The library, not stripped.
        library: Utf8PathBuf,
    },
}

/// The name of the C module that the Swift sources import.
const SWIFT_C_MODULE: &str = "SiagaFFI";

fn main() -> anyhow::Result<()> {
    match Cli::parse().verb {
        Verb::Kotlin { library, folder } => generate(GenerateOptions {
            languages: vec![TargetLanguage::Kotlin],
            source: library,
            out_dir: folder,
            ..GenerateOptions::default()
        }),
        Verb::Swift { library, folder } => generate_swift_bindings(SwiftBindingsOptions {
            generate_swift_sources: true,
            generate_headers: true,
            generate_modulemap: true,
            source: library,
            out_dir: folder,
            module_name: Some(SWIFT_C_MODULE.to_owned()),
            modulemap_filename: Some("module.modulemap".to_owned()),
            ..SwiftBindingsOptions::default()
        }),
        Verb::Surface { library } => {
            print!("{}", surface::of(&library)?);
            Ok(())
        }
    }
}
