//! What can be typed.

use std::path::PathBuf;

use clap::Parser;

const AFTER_HELP: &str = "\
Nothing has to be installed: centre, certificate (90 days), ports and folder are made on the spot, and everything is removed
in the end.

What --json prints is one object. `bytes_per_sos` counts the TCP payload, both ways, TLS records included, of one create and
its receipt on a warm connection; it is measured on the drill, which takes the same way. `bytes_with_handshake` is what the
SOS itself cost: everything from the network's return until its receipt was verified, TLS handshake and the centre's keys
included. `press_to_receipt_ms` has the outage in it, `network_back_to_receipt_ms` has not.

Exit codes:
  0  every promise was checked and held
  1  one did not, or the demo could not run
  2  the command line is wrong";

/// The main job of Siaga as a story: three presses with no network, the process killed, the network back, a signed receipt.
#[derive(Debug, Parser)]
#[command(name = "siaga-demo", version, after_help = AFTER_HELP)]
pub(crate) struct Arguments {
    /// Take the position from this GPX 1.1 recording (its first two seconds) instead of a short one of our own
    #[arg(long, value_name = "FILE")]
    pub(crate) track: Option<PathBuf>,

    /// Attach this photo, video or sound recording instead of a photo of our own making
    #[arg(long, value_name = "FILE")]
    pub(crate) photo: Option<PathBuf>,

    /// Print one JSON object instead of the story
    #[arg(long)]
    pub(crate) json: bool,

    /// Leave the centre up afterwards, with its page, until Ctrl-C
    #[arg(long)]
    pub(crate) serve: bool,

    /// The part of the citizen's process, which is killed.
    #[arg(long, hide = true, value_name = "FOLDER")]
    pub(crate) as_citizen: Option<PathBuf>,
}
