//! A browser steered by `WebDriver` (W3C recommendation "WebDriver", June 2018): the few commands that a page's test needs, as
//! JSON over HTTP to a driver on loopback.

use std::env;
use std::io::{self, BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::http;

/// How long the browser looks for an element before it says that there is none. A bound for a broken page, never a pause: an
/// element that is there is given at once.
const FIND_LIMIT_MS: u64 = 15_000;

/// A browser with one window, its own profile and its own driver. All of it ends with this value.
pub(crate) struct Browser {
    driver: Child,
    port: u16,
    session: String,
    profile: TempDir,
}

impl Browser {
    /// Starts a driver on a port of its own choice, and a headless browser.
    pub(crate) fn start() -> Self {
        let (driver, port) = start_driver();
        let profile = TempDir::new().unwrap();
        let mut browser = Self { driver, port, session: String::new(), profile };
        let folder = browser.profile.path().display().to_string();
        let flags = [
            "--headless".to_owned(),
            // Continuous integration runs as root, where Chromium's sandbox does not start.
            "--no-sandbox".to_owned(),
            "--disable-gpu".to_owned(),
            // A small /dev/shm in a container ends the browser.
            "--disable-dev-shm-usage".to_owned(),
            "--disable-background-networking".to_owned(),
            "--disable-component-update".to_owned(),
            "--disable-sync".to_owned(),
            "--no-first-run".to_owned(),
            format!("--user-data-dir={folder}"),
        ];
        let mut options = json!({ "args": flags });
        // Without it the driver looks in the usual places.
        if let Ok(chromium) = env::var("SIAGA_CHROMIUM") {
            options["binary"] = chromium.into();
        }
        let wanted = json!({ "capabilities": { "alwaysMatch": { "goog:chromeOptions": options } } });
        let session = browser.call("POST", "/session", &wanted);
        browser.session = session["sessionId"].as_str().unwrap().to_owned();
        browser.command("/timeouts", &json!({ "implicit": FIND_LIMIT_MS }));
        browser
    }

    /// Opens an address, and returns when the page is loaded.
    pub(crate) fn open(&self, address: &str) {
        self.command("/url", &json!({ "url": address }));
    }

    /// Waits until an XPath expression finds something.
    pub(crate) fn wait_for(&self, xpath: &str) {
        self.command("/element", &json!({ "using": "xpath", "value": xpath }));
    }

    /// The text of the one element with this selector, as a person sees it. In one command, since the page replaces its
    /// elements when there is news.
    pub(crate) fn text(&self, selector: &str) -> String {
        let found = self.run(
            "const found = document.querySelectorAll(arguments[0]); return found.length === 1 ? found[0].innerText : null",
            selector,
        );
        found.as_str().unwrap_or_else(|| panic!("{selector} is not there exactly once")).to_owned()
    }

    /// How many elements a selector finds now.
    pub(crate) fn count(&self, selector: &str) -> u64 {
        self.run("return document.querySelectorAll(arguments[0]).length", selector).as_u64().unwrap()
    }

    /// Presses a button as a person with a keyboard does: goes to it, and presses Enter. The page keeps the focus when it
    /// replaces its elements, so nothing can come in between.
    pub(crate) fn press(&self, id: &str) {
        let focused = "document.getElementById(arguments[0]).focus(); return document.activeElement.id";
        assert_eq!(self.run(focused, id), id, "the button takes no focus");
        let enter = "\u{E007}";
        let keys = json!([{ "type": "keyDown", "value": enter }, { "type": "keyUp", "value": enter }]);
        self.command("/actions", &json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": keys }] }));
    }

    /// What a script in the page returns for one argument.
    pub(crate) fn run(&self, script: &str, argument: &str) -> Value {
        self.command("/execute/sync", &json!({ "script": script, "args": [argument] }))
    }

    fn command(&self, path: &str, body: &Value) -> Value {
        self.call("POST", &format!("/session/{}{path}", self.session), body)
    }

    /// One command; gives the `value` of the answer, and ends the test when the driver says that it failed.
    fn call(&self, method: &str, path: &str, body: &Value) -> Value {
        let (status, value) = exchange(self.port, method, path, body).unwrap();
        assert_eq!(status, 200, "{method} {path} {body}: {value}");
        value
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Ends the browser; killing the driver alone would leave it.
        let _ = exchange(self.port, "DELETE", &format!("/session/{}", self.session), &Value::Null);
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// Starts the driver and reads from its output which port it took.
fn start_driver() -> (Child, u16) {
    // `cargo xtask test` says where it found it.
    let program = env::var("SIAGA_CHROMEDRIVER").unwrap_or_else(|_| "chromedriver".to_owned());
    let mut driver = Command::new(&program).arg("--port=0").stdout(Stdio::piped()).spawn().unwrap_or_else(|error| {
        panic!("{program} did not start: {error}. `cargo xtask doctor` says how to install it");
    });
    let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines().map_while(Result::ok);
    let port = lines.find_map(|line| {
        let (_, port) = line.split_once("started successfully on port ")?;
        port.trim_end_matches('.').parse().ok()
    });
    (driver, port.expect("the driver ended without naming its port"))
}

/// One command and its answer: the status, and what stands under `value`.
fn exchange(port: u16, method: &str, path: &str, body: &Value) -> io::Result<(u16, Value)> {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let json = [("Content-Type", "application/json".to_owned())];
    let (status, answer) =
        http::exchange(SocketAddr::from(([127, 0, 0, 1], port)), method, path, &json, body.as_bytes())?;
    let answer: Value = serde_json::from_slice(&answer).unwrap_or(Value::Null);
    Ok((status, answer["value"].clone()))
}
