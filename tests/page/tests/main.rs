//! The centre's page in a real browser: what a dispatcher sees and does.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test ends by a panic"
)]

mod city;
mod http;
mod webdriver;

use city::City;
use webdriver::Browser;

const SOS: &str = "0190a5d0-7b1e-7cc3-9a55-000000000001";
const DRILL: &str = "0190a5d0-7b1e-7cc3-9a55-000000000002";

/// The card of an incident, in a section.
fn card(section: &str, incident: &str) -> String {
    format!("section.{section} article[id='i-{incident}']")
}

#[test]
fn an_sos_and_a_drill_are_shown_apart_and_a_drill_is_called_one() {
    let city = City::new();
    city.put_sos(SOS, false, "help");
    city.put_sos(DRILL, true, "only a drill");
    let browser = Browser::start();
    browser.open(&city.page());
    assert_eq!(browser.count(&card("emergencies", SOS)), 1);
    assert_eq!(browser.count(&card("drills", DRILL)), 1);
    assert_eq!(browser.count("article"), 2, "each stands in one section only");
    assert!(!browser.text(&format!("{} h3", card("emergencies", SOS))).contains("DRILL"));
    assert!(browser.text(&format!("{} h3", card("drills", DRILL))).contains("DRILL"));
    assert_eq!(browser.text("#status"), "1 open emergency", "a drill is none");
}

#[test]
fn opened_becomes_a_step_of_the_incident_that_was_pressed_and_of_no_other() {
    let city = City::new();
    city.put_sos(SOS, false, "help");
    city.put_sos(DRILL, true, "only a drill");
    let browser = Browser::start();
    browser.open(&city.page());
    assert_eq!(city.steps(SOS), ["received"]);
    browser.press(&format!("b-opened-{SOS}"));
    browser.wait_for(&format!("//article[@id='i-{SOS}']//ol/li[strong='Opened']"));
    assert_eq!(city.steps(SOS), ["received", "opened"]);
    assert_eq!(city.steps(DRILL), ["received"]);
    assert_eq!(browser.count(&format!("[id='b-opened-{SOS}']")), 0, "what is done cannot be done again");
}

#[test]
fn an_sos_that_comes_in_appears_without_a_reload() {
    let city = City::new();
    let browser = Browser::start();
    browser.open(&city.page());
    let _ = browser.run("window.kept = arguments[0]", "since the beginning");
    city.put_sos(SOS, false, "help");
    browser.wait_for(&format!("//section[@id='emergencies']/article[@id='i-{SOS}']"));
    assert_eq!(browser.run("return window.kept", ""), "since the beginning");
}

#[test]
fn hostile_text_stays_text() {
    let hostile =
        r#"</p><script>document.title="owned"</script><img src="x" onerror="document.title='owned'">{{ 7*7 }}"#;
    let city = City::new();
    city.put_sos(SOS, false, hostile);
    let browser = Browser::start();
    browser.open(&city.page());
    assert_eq!(browser.text(&format!("{} .said", card("emergencies", SOS))), hostile);
    assert_eq!(browser.count("main script, main img"), 0);
    assert_ne!(browser.run("return document.title", ""), "owned");
}
