//! One citizen's folder, one centre, and the program between them.

use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

use serde_json::{Value, json};
use siaga_centre::{Centre, CentreHandle, CentreOptions, IncidentSummary, make_test_certificate};
use tempfile::TempDir;

/// No port of this number listens on a machine that runs tests: connections are refused.
const NOWHERE: &str = "https://127.0.0.1:1";

/// A bench for one test.
pub(crate) struct Bench {
    pub(crate) centre: CentreHandle,
    authority_pem: String,
    folder: TempDir,
}

/// What a command printed and how it ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) object: Value,
}

impl Bench {
    /// A running centre, and a citizen who cannot reach it yet.
    pub(crate) fn offline() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (authority_pem, identity) = make_test_certificate(&["127.0.0.1"], 90).unwrap();
        let mut options = CentreOptions::new(folder.path().join("centre"), "bench-centre");
        options.tls = Some(identity);
        let bench = Self { centre: Centre::start(options).unwrap(), authority_pem, folder };
        bench.configure(NOWHERE);
        bench
    }

    /// The centre can be reached from now on: the configuration changed, and waiting rows follow it (F3).
    pub(crate) fn go_online(&self) {
        self.configure(&format!("https://{}", self.centre.api_addr()));
    }

    fn configure(&self, primary: &str) {
        // The widest window: a slow machine that runs many tests at once must not let presses fall out of it.
        let config = json!({
            "centre": { "id": "bench-centre", "root_key": self.centre.root_key(), "primary": primary,
                        "public_roots": false, "agency_cas_pem": [self.authority_pem] },
            "press": { "window_ms": 10_000 }
        });
        std::fs::write(self.config(), config.to_string()).unwrap();
    }

    pub(crate) fn config(&self) -> PathBuf {
        self.folder.path().join("citizen.json")
    }

    /// A file of this bench.
    pub(crate) fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// The program, ready for its arguments.
    pub(crate) fn citizen(&self, arguments: &[&str]) -> Command {
        let mut command = bare(arguments);
        command.env("SIAGA_CONFIG", self.config()).env("SIAGA_FOLDER", self.folder.path().join("citizen"));
        command
    }

    /// Runs it with `--json`.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        ended(&self.citizen(&[&["--json"], arguments].concat()).output().unwrap())
    }

    /// Starts it with both pipes and returns at once.
    pub(crate) fn start(&self, arguments: &[&str]) -> Child {
        self.citizen(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap()
    }

    /// Delivers what waits.
    pub(crate) fn drain(&self) -> Ended {
        self.run(&["drain", "--for", "60"])
    }

    /// What the centre has: real incidents and drills.
    pub(crate) fn at_centre(&self) -> (Vec<IncidentSummary>, Vec<IncidentSummary>) {
        self.centre.incidents().unwrap().into_iter().partition(|incident| !incident.drill)
    }
}

/// The program without a configuration.
pub(crate) fn bare(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_citizen"));
    command.args(arguments).env_remove("SIAGA_CONFIG").env_remove("SIAGA_FOLDER");
    command
}

/// The one object on standard output.
pub(crate) fn ended(output: &Output) -> Ended {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    let object: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text:?} {output:?}"));
    let code = output.status.code().unwrap();
    assert_eq!(object["exit_code"], code, "{object:#}");
    Ended { code, object }
}
