//! Snapshot → lines, by golden texts.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use serde_json::{Value, json};
use siaga::{Failure, NextWake, ProblemType, Snapshot, Trouble, WakeReason};
use siaga_citizen::draw::{self, Line, Scene, Tone};
use siaga_citizen::words;

const ID: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

fn empty() -> Value {
    json!({
        "revision": 1, "store": "durable", "button": { "presses": 0, "needed": 3, "window_left_ms": 0 },
        "position": { "unknown": "not_asked" }, "incidents": [], "waiting": [], "parked": 0, "offers": null
    })
}

fn sos(state: &str, receipt: bool, steps: &[&str]) -> Value {
    let mut timeline = vec![json!({ "what": "recorded", "at_wall_ms": 3_661_000, "proof": "own_record" })];
    if receipt {
        timeline.push(json!({ "what": "centre_has_it", "at_wall_ms": 3_662_000, "proof": "signed" }));
    }
    for (index, step) in steps.iter().enumerate() {
        let what = json!({ "step": { "n": index + 1, "step": step, "note": null } });
        timeline.push(json!({ "what": what, "at_wall_ms": 3_663_000, "proof": "signed" }));
    }
    json!({
        "id": ID, "kind": "sos", "drill": false, "state": state, "presses": 3, "timeline": timeline,
        "pending": u8::from(!receipt), "trouble": null, "timeline_gap": false, "clock_clamped": false,
        "receipt": receipt.then_some("a.b.c"), "age_ms": 5_000
    })
}

fn snapshot(value: Value) -> Snapshot {
    serde_json::from_value(value).unwrap()
}

fn draw(snapshot: &Snapshot, columns: usize) -> Vec<String> {
    let scene = Scene { snapshot, next_wake: None, note: None };
    draw::lines(&scene, columns).into_iter().map(|line| line.text).collect()
}

#[test]
fn a_quiet_screen() {
    assert_eq!(
        draw(&snapshot(empty()), 80),
        ["[ SOS ] 0/3", "Position: not known (not asked for yet)", "Disk: everything is on it"]
    );
}

#[test]
fn an_sos_that_waits_says_why_and_for_what() {
    let mut value = empty();
    value["button"] = json!({ "presses": 2, "needed": 3, "window_left_ms": 2_400 });
    let mut sos = sos("recorded", false, &[]);
    sos["trouble"] = json!({ "no_reply": { "failure": "offline" } });
    value["incidents"] = json!([sos]);
    value["waiting"] = json!([
        { "lane": "sos", "rows": 1, "in_flight": 1, "waits": "for_reply", "next_in_ms": 9_000, "trouble": null },
        { "lane": "backfill", "rows": 4, "in_flight": 0, "waits": "gate", "next_in_ms": 12_400,
          "trouble": { "server_error": { "status": 503 } } }
    ]);
    value["position"] = json!({ "known": { "lat": -6.9932, "lon": 110.4203, "radius": null, "age_ms": 130_000,
                                           "source": "recording", "trusted": false } });
    let snapshot = snapshot(value);
    let next_wake = Some(NextWake { in_ms: 12_400, reason: WakeReason::SosUnreceipted });
    let drawn = draw::lines(&Scene { snapshot: &snapshot, next_wake, note: Some("counted") }, 80);
    let text: Vec<&str> = drawn.iter().map(|line| line.text.as_str()).collect();
    assert_eq!(
        text,
        [
            "[ SOS ] 2/3 - 1 more within 2 s",
            "> counted",
            "SOS: RECORDED HERE - THE CENTRE HAS NOT SIGNED YET",
            "  01890a5d-ac96-774b-bcce-b302099a8057, 3 presses, 5 s ago",
            "  - 01:01:01Z recorded [own record]",
            "  ! there is no network",
            "  without the centre's signature so far: 1",
            "Position: -6.99320 110.42030, radius unknown, 2 min old, from a recording, NOT",
            "BELIEVED",
            "Waiting: 1 × the SOS, an answer is awaited",
            "Waiting: 4 × older positions, tried again within 12 s (the centre is overloaded",
            "or broken (503))",
            "Next: in 12 s, the SOS has no receipt",
            "Disk: everything is on it",
        ]
    );
    assert_eq!(drawn[2].tone, Tone::Alarm);
}

#[test]
fn a_radius_is_never_a_bare_number() {
    let mut value = empty();
    value["position"] = json!({ "known": { "lat": 1.0, "lon": 2.0, "radius": { "m": 12.4, "confidence": 0.68 },
                                           "age_ms": 200, "source": "gnss", "trusted": true } });
    assert_eq!(
        draw(&snapshot(value), 80)[1],
        "Position: 1.00000 2.00000, within 12 m at 68 %, under 1 s old, by satellites"
    );
}

#[test]
fn the_big_words_follow_the_furthest_signed_step() {
    for (steps, words) in [
        (&["received"][..], "SOS: THE CENTRE HAS IT"),
        (&["received", "opened"], "SOS: A PERSON HAS OPENED IT"),
        (&["received", "opened", "assigned"], "SOS: A UNIT IS ASSIGNED"),
        (&["received", "assigned", "on_scene"], "SOS: HELP IS ON THE SCENE"),
        (&["received", "rerouted"], "SOS: THE CENTRE HAS IT"),
    ] {
        let mut value = empty();
        value["incidents"] = json!([sos("active", true, steps)]);
        assert_eq!(draw(&snapshot(value), 80)[1], words);
    }
}

#[test]
fn each_state_and_a_store_that_takes_nothing_have_their_words() {
    let head = |state: &str, store: &str, pending: u8, drill: bool| {
        let mut value = empty();
        let mut incident = sos(state, false, &[]);
        incident["pending"] = json!(pending);
        incident["drill"] = json!(drill);
        value["incidents"] = json!([incident]);
        value["store"] = json!(store);
        draw(&snapshot(value), 80)
            .into_iter()
            .find(|line| {
                line.contains(": ") && line.contains('-') && line.contains("SOS:")
                    || line.contains("DRILL:")
                    || line.contains("SOS: ")
            })
            .unwrap()
    };
    assert_eq!(head("recorded", "in_memory_only", 1, false), "SOS: IN MEMORY ONLY - NOT ON THE DISK");
    assert_eq!(head("recorded", "salvaging", 1, false), "SOS: RECORDED HERE - THE CENTRE HAS NOT SIGNED YET");
    assert_eq!(head("cancelled", "durable", 2, false), "SOS: CALLED OFF - NOT ALL OF IT IS AT THE CENTRE YET");
    assert_eq!(head("cancelled", "durable", 0, false), "SOS: CALLED OFF - THE CENTRE KNOWS");
    assert_eq!(head("closed_by_centre", "durable", 0, false), "SOS: CLOSED BY THE CENTRE");
    assert_eq!(head("closed_by_age", "durable", 0, false), "SOS: OVER BY ITS AGE");
    assert_eq!(head("drill_done", "durable", 0, true), "DRILL: DRILL DONE - THE WHOLE WAY WORKS");
    assert_eq!(head("ended_by_sos", "durable", 0, true), "DRILL: DRILL ENDED BY A REAL SOS");
}

fn every_failure() -> [Failure; 10] {
    [
        Failure::Offline,
        Failure::Dns,
        Failure::Connect,
        Failure::TlsValidity,
        Failure::Tls,
        Failure::TimedOut,
        Failure::Broken,
        Failure::Unreadable,
        Failure::NoRoute,
        Failure::Unavailable,
    ]
}

fn every_trouble() -> Vec<Trouble> {
    let mut all: Vec<Trouble> = every_failure().into_iter().map(Trouble::NoReply).collect();
    let problems = [
        ProblemType::OtherBytes,
        ProblemType::TooLarge,
        ProblemType::DigestMismatch,
        ProblemType::BadId,
        ProblemType::Overloaded,
        ProblemType::NotFound,
        ProblemType::SecretNeeded,
        ProblemType::NeedsIdentity,
        ProblemType::Refused,
    ];
    all.extend(problems.into_iter().map(|problem| Trouble::Refused { status: 422, problem }));
    all.extend([
        Trouble::NoReceipt { status: 200 },
        Trouble::BadReceipt { fault: "signed by nobody".to_owned() },
        Trouble::UnknownKey { key_id: String::new() },
        Trouble::UnknownKey { key_id: "k7".to_owned() },
        Trouble::Redirected { status: 302 },
        Trouble::NeedsIdentity { status: 401 },
        Trouble::ServerError { status: 503 },
        Trouble::Blocked { status: 403 },
    ]);
    all
}

#[test]
fn every_trouble_has_its_own_words_and_none_says_that_the_centre_has_it_inv_7() {
    let all = every_trouble();
    let mut said: Vec<String> = all.iter().map(words::trouble).collect();
    for words in &said {
        for claim in ["received", "delivered", "has it", "opened", "help is"] {
            assert!(!words.contains(claim), "{words:?} claims {claim:?} without a receipt");
        }
    }
    said.sort();
    said.dedup();
    assert_eq!(said.len(), all.len(), "two troubles have the same words");
    assert_eq!(
        words::trouble(&Trouble::NoReceipt { status: 200 }),
        "something answered 200 without the centre's signature, perhaps the sign-in page of a Wi-Fi"
    );
}

#[test]
fn without_a_receipt_no_line_claims_that_the_centre_has_anything_inv_7() {
    for trouble in every_trouble() {
        let mut value = empty();
        let mut incident = sos("recorded", false, &[]);
        incident["trouble"] = json!(trouble);
        incident["timeline"]
            .as_array_mut()
            .unwrap()
            .push(json!({ "what": "left_the_phone", "at_wall_ms": 1, "proof": "own_record" }));
        value["incidents"] = json!([incident]);
        let drawn = draw(&snapshot(value), 200).join("\n");
        for claim in
            ["received", "delivered", "THE CENTRE HAS IT", "the centre has it", "opened", "signed by the centre"]
        {
            assert!(!drawn.contains(claim), "{claim:?} in\n{drawn}");
        }
    }
}

#[test]
fn what_the_centre_does_not_offer_is_said() {
    let mut value = empty();
    value["offers"] = json!(["keys"]);
    let basic = draw(&snapshot(value.clone()), 140);
    assert_eq!(
        basic.last().unwrap(),
        "This centre does not offer: a timeline, so nothing after the receipt is shown here; files, so what is attached stays here"
    );
    value["offers"] = json!(["keys", "media"]);
    assert!(draw(&snapshot(value.clone()), 100).last().unwrap().ends_with("is shown here"));
    value["offers"] = json!(["keys", "timeline", "media"]);
    assert_eq!(draw(&snapshot(value), 100).len(), basic.len() - 1);
}

#[test]
fn a_note_over_the_network_cannot_move_the_cursor() {
    let mut value = empty();
    let mut incident = sos("active", true, &["opened"]);
    incident["timeline"][2]["what"]["step"]["note"] = json!("a car\u{1b}[2J\u{7} comes\r\n");
    value["incidents"] = json!([incident]);
    let drawn = draw(&snapshot(value), 200).join("");
    assert!(drawn.contains("a car\u{fffd}[2J\u{fffd} comes") && !drawn.contains(char::is_control), "{drawn}");
}

#[test]
fn no_line_is_wider_than_the_screen_and_no_page_higher() {
    let mut value = empty();
    value["incidents"] = json!([sos("active", true, &["received", "opened"]), sos("recorded", false, &[])]);
    let snapshot = snapshot(value);
    let scene = Scene { snapshot: &snapshot, next_wake: None, note: None };
    for columns in 1..120 {
        for rows in 0..30 {
            let footer = draw::paragraph(Tone::Quiet, "SPACE SOS  d drill  c cancel  r report  q quit", columns);
            let page = draw::fit(draw::lines(&scene, columns), footer, rows);
            assert_eq!(page.len(), rows, "{columns}x{rows}");
            // Only the count of what was left out may be cut off by a narrow screen.
            let fits = |line: &Line| line.text.chars().count() <= columns || line.text.starts_with('…');
            assert!(page.iter().all(fits), "{columns}x{rows}");
        }
    }
}

#[test]
fn what_does_not_fit_is_counted() {
    let lines: Vec<Line> = (0..10).map(|n| Line { text: n.to_string(), tone: Tone::Plain }).collect();
    let footer = vec![Line { text: "keys".to_owned(), tone: Tone::Quiet }];
    let page: Vec<String> = draw::fit(lines, footer, 5).into_iter().map(|line| line.text).collect();
    assert_eq!(page, ["0", "1", "2", "… 7 more lines", "keys"]);
}

#[test]
fn what_is_over_stands_below_what_is_waited_for() {
    let mut value = empty();
    value["incidents"] = json!([sos("recorded", false, &[]), sos("closed_by_centre", true, &["closed"])]);
    let drawn = draw(&snapshot(value), 80);
    let at = |words: &str| drawn.iter().position(|line| line.starts_with(words)).unwrap();
    assert!(at("SOS: RECORDED") < at("Position") && at("Position") < at("SOS: CLOSED"), "{drawn:#?}");
}
