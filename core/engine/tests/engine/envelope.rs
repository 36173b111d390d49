//! What goes over the wire: the envelope of each kind, field by field, and the headers around it.

use serde_json::{Value, json};
use siaga_engine::ids::IncidentId;
use siaga_engine::outbox::Lane;
use siaga_engine::wire::{MEDIA_TYPE, Method, Route};
use siaga_vault::Digest;

use crate::world::{Flight, WALL_MS, World};

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

/// What every envelope has. `prev` is left out where there is none.
const FIELDS: [&str; 11] =
    ["body", "content_type", "drill", "event", "incident", "kind", "seq", "timing", "to", "urgency", "v"];

#[test]
fn an_sos_says_all_that_the_protocol_names_and_nothing_else() {
    let mut world = World::with(|config| config.incident.message = Some("I am diabetic".to_owned()));
    let id = world.sos().to_string();
    let envelope = world.flight().json();
    let secret_sha256 = Digest::of(&world.flight().secret()).to_string();
    let body = &envelope["body"];
    let boot = body["clock"]["boot"].as_str().unwrap();
    assert_eq!(boot.parse::<IncidentId>().unwrap().to_string(), boot, "a random UUID names the boot");
    let expected = json!({
        "v": 1, "incident": id, "event": id, "seq": 0, "kind": "sos", "to": ["centre"], "timing": "live",
        "drill": false, "urgency": 3, "content_type": "application/vnd.siaga.sos.v1+json",
        "body": {
            "trigger": { "source": "screen", "presses": 3, "span_ms": 600 },
            "message": "I am diabetic",
            "position": { "no_fix": { "reason": "no_signal" } },
            "clock": { "wall_ms": WALL_MS + 900, "boot": boot, "since_trigger_ms": 0 },
            "secret_sha256": secret_sha256,
        },
    });
    assert_eq!(envelope, expected);
}

#[test]
fn a_drill_has_no_trigger_and_no_urgency() {
    let mut world = World::new();
    let _ = world.drill();
    let envelope = world.flight().json();
    assert_eq!(
        (&envelope["drill"], &envelope["urgency"], envelope["body"].get("trigger")),
        (&json!(true), &json!(0), None)
    );
    assert_eq!(keys(&envelope), FIELDS);
}

#[test]
fn a_report_says_what_the_citizen_wrote() {
    let mut world = World::new();
    let id = world.report().to_string();
    let envelope = world.flight().json();
    assert_eq!(keys(&envelope), FIELDS);
    assert_eq!((&envelope["kind"], &envelope["event"]), (&json!("report"), &json!(id)));
    assert_eq!(envelope["content_type"], "application/vnd.siaga.report.v1+json");
    assert_eq!(keys(&envelope["body"]), ["category", "clock", "position", "secret_sha256", "text"]);
    assert_eq!(envelope["body"]["text"], "Smoke behind the market");
}

#[test]
fn later_events_say_what_the_protocol_names_and_nothing_else() {
    let mut world = World::new();
    let _ = world.sos();
    let _ = world.presses(1);
    world.fix(-6.2, 106.8);
    world.deliver_all();
    let _ = world.cancel();
    let of_kind = |kind: &str| world.sent.iter().find(|f| f.is_put() && f.kind() == kind).unwrap().json();
    for kind in ["escalation", "fix", "cancel"] {
        let mut fields = keys(&of_kind(kind)).into_iter().map(str::to_owned).collect::<Vec<_>>();
        fields.retain(|field| field != "prev");
        assert_eq!(fields, FIELDS, "{kind}");
        assert_eq!(of_kind(kind)["content_type"], format!("application/vnd.siaga.{kind}.v1+json"));
    }
    assert_eq!(keys(&of_kind("escalation")["body"]), ["clock", "presses", "presses_total", "records"]);
    assert_eq!(keys(&of_kind("fix")["body"]), ["clock", "fixes"]);
    assert_eq!(keys(&of_kind("cancel")["body"]), ["auth", "clock", "phase"]);
    assert_eq!(of_kind("escalation")["body"]["clock"]["since_trigger_ms"], 300);
}

#[test]
fn events_are_numbered_and_each_names_the_hash_of_the_one_before_f28() {
    let mut world = World::new();
    let sos = world.sos();
    world.deliver_all();
    for n in 0..4 {
        let _ = world.presses(1);
        world.fix(-6.0 - f64::from(n) / 1_000.0, 106.8);
        world.deliver_all();
        world.advance(6_000);
    }
    let _ = world.cancel();
    world.deliver_all();
    let mut before: Option<Flight> = None;
    for (seq, flight) in world.sent.iter().filter(|flight| flight.is_put()).enumerate() {
        let envelope = flight.json();
        assert_eq!(envelope["incident"], sos.to_string());
        assert_eq!(envelope["seq"], seq);
        assert_eq!(envelope["prev"].as_str().map(str::to_owned), before.map(|flight| flight.sha256().to_string()));
        before = Some(flight.clone());
    }
    assert_eq!(world.incident(sos).pending, 0);
}

#[test]
fn no_moment_of_the_phones_own_clocks_leaves_it_inv_8() {
    let mut world = World::new();
    world.since_boot_ms = 987_654_321;
    let _ = world.sos();
    world.fix(-6.2, 106.8);
    let _ = world.presses(1);
    let _ = world.cancel();
    world.deliver_all();
    for flight in world.sent.iter().filter(|flight| flight.is_put()) {
        let text = String::from_utf8(flight.request.body.bytes().to_vec()).unwrap();
        for number in text.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse::<u64>().ok()) {
            let near = |moment: u64| moment.abs_diff(number) < 10_000;
            assert!(!near(world.since_boot_ms) && !near(world.t().0), "{text}");
        }
        assert!(!text.contains("boot-0"), "the platform's own name of the boot stays here");
    }
}

#[test]
fn a_request_has_the_headers_of_the_protocol() {
    let mut world = World::new();
    let sos = world.sos();
    let flight = world.flight();
    assert_eq!((flight.request.method, flight.request.route), (Method::Put, Route::Primary));
    assert_eq!(flight.request.path, format!("/v1/incidents/{sos}"));
    assert_eq!(flight.header("content-type"), Some(MEDIA_TYPE));
    assert_eq!(flight.header("content-digest"), Some(flight.sha256().content_digest().as_str()));
    assert_eq!(flight.header("siaga-sent-at"), Some(world.wall_ms.to_string().as_str()));
    assert_eq!(flight.header("siaga-attempt"), Some("1"));
    assert_eq!(flight.request.headers.len(), 5, "and the secret; no credential (F40)");
    assert!(flight.request.headers.iter().all(|(name, _)| *name == name.to_lowercase()));
    let _ = world.land();
    let _ = world.presses(1);
    let later = world.flight();
    let event = later.json()["event"].as_str().unwrap().to_owned();
    assert_eq!(later.request.path, format!("/v1/incidents/{sos}/events/{event}"));
    assert_ne!(event, sos.to_string());
    assert_eq!(later.header("siaga-secret"), flight.header("siaga-secret"));
}

#[test]
fn what_belongs_to_an_sos_must_pass_and_its_timeline_too_inv_8() {
    let mut world = World::new();
    let _ = world.sos();
    let _ = world.presses(1);
    world.fix(-6.2, 106.8);
    let _ = world.report();
    world.deliver_all();
    let ordinary = |flight: &crate::world::Flight| {
        flight.lane() == Some(Lane::Report) || flight.request.path == "/v1/capabilities"
    };
    let of_report: Vec<_> =
        world.sent.iter().filter(|f| f.lane() == Some(Lane::Report)).map(|f| f.request.path.clone()).collect();
    for flight in &world.sent {
        let follows_report = of_report.iter().any(|path| flight.request.path.starts_with(path.as_str()));
        assert_eq!(flight.request.must_pass, !ordinary(flight) && !follows_report, "{flight:?}");
    }
}

#[test]
fn the_longest_message_and_the_longest_report_fit_into_what_a_centre_accepts() {
    let mut world = World::with(|config| config.incident.message = Some("\u{1}".repeat(500)));
    let _ = world.sos();
    let report =
        siaga_engine::Report { category: "fire".to_owned(), text: "\u{1}".repeat(4_000), ..Default::default() };
    let _ = world.step(siaga_engine::Event::Reported(report));
    world.deliver_all();
    let largest = world.sent.iter().map(|flight| flight.request.body.bytes().len()).max().unwrap();
    assert!((24_000..=32 * 1024).contains(&largest), "{largest} bytes");
}
