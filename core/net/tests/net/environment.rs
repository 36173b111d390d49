//! The environment of the host app changes nothing.

use std::process::Command;

use crate::calls::{call, config, net, sos};
use crate::certificates::{Authority, When};
use crate::site::{Site, ok};

/// Set in the process that this test starts of itself.
const INSIDE: &str = "SIAGA_TEST_INSIDE";

#[test]
fn proxies_of_the_environment_are_ignored() {
    if std::env::var_os(INSIDE).is_some() {
        let authority = Authority::new();
        let secure = Site::secure(authority.server("127.0.0.1", When::Now), ok);
        assert!(call(&net(&secure.origin(), &authority), sos()).is_ok());
        let plain = Site::plain(ok);
        assert!(call(&siaga_net::Net::start(config(&plain.origin()), None, None).unwrap(), sos()).is_ok());
        return;
    }
    // Nobody listens there: whoever asks the proxy fails.
    let proxy = "http://127.0.0.1:1";
    let mut inside = Command::new(std::env::current_exe().unwrap());
    inside.args(["--exact", "environment::proxies_of_the_environment_are_ignored"]).env(INSIDE, "1");
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
        inside.env(name, proxy).env(name.to_lowercase(), proxy);
    }
    let output = inside.env_remove("NO_PROXY").env_remove("no_proxy").output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
}
