//! The dispatcher's page: hostile words stay words, drills stay apart, and other web sites stay out.

// What these helpers cannot find should end the test.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod fixture;

use fixture::*;
use serde_json::json;

/// The part of the page between two marks.
fn between<'a>(page: &'a str, from: &str, to: &str) -> &'a str {
    let start = page.find(from).unwrap();
    let rest = &page[start..];
    &rest[..rest.find(to).unwrap()]
}

fn section<'a>(page: &'a str, class: &str) -> &'a str {
    between(page, &format!("class=\"{class}\""), "</section>")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostile_text_is_shown_as_text() {
    let centre = start();
    let hostile = "</p><script>alert(1)</script>\" onmouseover=\"alert(2)";
    let mut body = sos(INCIDENT);
    body["body"]["message"] = hostile.into();
    body["body"]["position"] = json!({ "no_fix": { "reason": hostile } });
    body["kind"] = hostile.into();
    centre.create(INCIDENT, &bytes(&body)).await;
    let page = centre.page().await;
    assert!(!page.contains("<script>alert"));
    assert!(!page.contains("\" onmouseover"));
    // The kind twice, the reason, the message, and all three once more in the raw text.
    assert_eq!(page.matches("&#60;script&#62;alert(1)").count(), 7, "{page}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_script_or_style_but_the_pages_own_files_may_run() {
    let centre = start();
    for path in ["/", "/page.css", "/page.js", "/nothing"] {
        let reply = centre.client.get(centre.page_url(path)).send().await.unwrap();
        let policy = reply.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.starts_with("default-src 'none';"), "{path}");
        assert!(!policy.contains("unsafe"));
        assert_eq!(reply.headers()["x-content-type-options"], "nosniff");
    }
    let page = centre.page().await;
    assert!(!page.contains("style=") && !page.contains("onclick="), "the policy would block them");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn drills_and_reports_are_apart_from_emergencies() {
    let centre = start();
    let mut drill = sos(OTHER);
    drill["drill"] = true.into();
    centre.create(INCIDENT, &sos_bytes()).await;
    centre.create(OTHER, &bytes(&drill)).await;
    let report = bytes(&envelope(EVENT, EVENT, 0, "report", json!({ "category": "fire", "text": "Asap di pasar" })));
    centre.create(EVENT, &report).await;
    let page = centre.page().await;
    let card = |id: &str| format!("id=\"i-{id}\"");
    for (class, own) in [("emergencies", INCIDENT), ("reports", EVENT), ("drills", OTHER)] {
        let section = section(&page, class);
        for id in [INCIDENT, EVENT, OTHER] {
            assert_eq!(section.contains(&card(id)), id == own, "{id} in {class}");
        }
    }
    assert!(section(&page, "drills").contains(">DRILL<"));
    assert!(!section(&page, "emergencies").contains(">DRILL<"));
    assert!(page.contains("1 open emergency<"), "drills and reports are not counted");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_position_is_never_shown_without_its_radius_and_age() {
    // F42.
    let centre = start();
    let mut known = sos(INCIDENT);
    known["body"]["position"]["fix"]["age_ms"] = 2_580_000.into();
    let sent_at = 1_793_000_000_000_i64 + 3_600_000;
    let request = centre.put(&create_path(INCIDENT), &bytes(&known)).header("siaga-sent-at", sent_at);
    request.send().await.unwrap();
    let page = centre.page().await;
    assert!(page.contains("-6.96667, 110.41667"));
    // 43 minutes on the phone before the press, an hour in the queue.
    assert!(page.contains("within 12 m (68 %), 103 min old"), "{page}");

    let mut unknown = sos(OTHER);
    unknown["body"]["position"]["fix"]["radius"] = json!(null);
    centre.create(OTHER, &bytes(&unknown)).await;
    let page = centre.page().await;
    assert!(page.contains("radius unknown, at least 1 s old") || page.contains("radius unknown, at least 2 s old"));

    let mut none = sos(EVENT);
    none["body"]["position"] = json!({ "no_fix": { "reason": "location_off" } });
    centre.create(EVENT, &bytes(&none)).await;
    assert!(centre.page().await.contains("the phone&#39;s location switch is off"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_newest_position_is_the_phones_newest_whatever_arrives_last() {
    // F26, F27, F28, F43, and a position from somebody without the secret.
    let centre = start();
    centre.create(INCIDENT, &sos_bytes()).await;
    let moved = |event: &str, seq: u32, timing: &str, lat: f64| {
        let mut moved = envelope(INCIDENT, event, seq, "fix", json!({ "fixes": [fix(1.0, 1.0), fix(lat, 110.0)] }));
        moved["timing"] = timing.into();
        bytes(&moved)
    };
    let ids: Vec<String> = (1..=4).map(|n| format!("0190a5d0-{n}b1e-7cc3-9a55-0123456789ab")).collect();
    centre.event(INCIDENT, &ids[0], &moved(&ids[0], 3, "live", -7.3)).await;
    centre.event(INCIDENT, &ids[1], &moved(&ids[1], 2, "live", -7.2)).await;
    centre.event(INCIDENT, &ids[2], &moved(&ids[2], 4, "backfill", -7.4)).await;
    let forged = centre.client.put(centre.url(&event_path(INCIDENT, &ids[3]))).body(moved(&ids[3], 9, "live", -7.9));
    assert_eq!(forged.send().await.unwrap().status(), 201);
    let page = centre.page().await;
    assert!(page.contains("class=\"coordinates\">-7.30000, 110.00000<"), "{page}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn buttons_sign_steps_once_and_go_when_they_cannot_be_pressed() {
    let centre = start();
    centre.create(INCIDENT, &sos_bytes()).await;
    assert_eq!(centre.page().await.matches("<button").count(), 4);
    for _ in 0..2 {
        let reply = centre.button(INCIDENT, "assigned").send().await.unwrap();
        assert_eq!(reply.status(), 303);
        assert_eq!(reply.headers()["location"], format!("/#i-{INCIDENT}"));
    }
    assert_eq!(centre.handle.incidents().unwrap()[0].steps, ["received", "assigned"]);
    let page = centre.page().await;
    assert!(page.contains("value=\"on_scene\"") && page.contains("value=\"closed\""));
    assert_eq!(page.matches("<button").count(), 2);
    assert_eq!(centre.button(INCIDENT, "opened").send().await.unwrap().status(), 409);
    assert_eq!(centre.button(INCIDENT, "vanished").send().await.unwrap().status(), 400);
    assert_eq!(centre.button(OTHER, "opened").send().await.unwrap().status(), 404);
    centre.button(INCIDENT, "closed").send().await.unwrap();
    assert_eq!(centre.page().await.matches("<button").count(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancelled_incident_says_so_and_stays() {
    let centre = start();
    centre.create(INCIDENT, &sos_bytes()).await;
    assert!(!centre.page().await.contains("Cancelled by the citizen"));
    centre.event(INCIDENT, EVENT, &cancel(EVENT)).await;
    let page = centre.page().await;
    assert!(page.contains("Cancelled by the citizen"));
    assert_eq!(page.matches("<button").count(), 4, "a person still looks at it: a cancel may be made under duress");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_web_site_cannot_press_a_button() {
    let centre = start();
    centre.create(INCIDENT, &sos_bytes()).await;
    let url = centre.page_url(&format!("/incidents/{INCIDENT}/steps"));
    let port = centre.handle.page_addr().unwrap().port();
    let forged = [
        ("origin", "https://evil.example".to_owned()),
        ("origin", "null".to_owned()),
        ("origin", format!("http://127.0.0.1:{}", port ^ 1)),
        ("origin", format!("https://127.0.0.1:{port}")),
        ("origin", format!("http://localhost:{port}")),
        ("sec-fetch-site", "cross-site".to_owned()),
        ("sec-fetch-site", "same-site".to_owned()),
    ];
    for (name, value) in forged {
        let form = centre.client.post(&url).header("content-type", "application/x-www-form-urlencoded");
        let reply = form.header(name, &value).body("step=closed").send().await.unwrap();
        assert_eq!(reply.status(), 403, "{name}: {value}");
    }
    assert_eq!(centre.handle.incidents().unwrap()[0].steps, ["received"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_that_was_rebound_to_this_machine_reads_nothing() {
    let centre = start();
    let port = centre.handle.page_addr().unwrap().port();
    for host in [format!("evil.example:{port}"), "evil.example".to_owned(), "127.0.0.1.evil.example".to_owned()] {
        let reply = centre.client.get(centre.page_url("/")).header("host", &host).send().await.unwrap();
        assert_eq!(reply.status(), 403, "{host}");
    }
    for host in [format!("localhost:{port}"), "LOCALHOST".to_owned(), format!("[::1]:{port}")] {
        let reply = centre.client.get(centre.page_url("/")).header("host", &host).send().await.unwrap();
        assert_eq!(reply.status(), 200, "{host}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn phones_do_not_reach_the_page_and_the_page_does_not_serve_phones() {
    let centre = start();
    assert_eq!(centre.client.get(centre.url("/")).send().await.unwrap().status(), 404);
    assert_eq!(centre.client.get(centre.page_url("/v1/health")).send().await.unwrap().status(), 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn news_reach_the_page_as_they_happen() {
    let centre = start();
    let mut news = centre.client.get(centre.page_url("/news")).send().await.unwrap();
    assert_eq!(news.headers()["content-type"], "text/event-stream");
    centre.create(INCIDENT, &sos_bytes()).await;
    let first = news.chunk().await.unwrap().unwrap();
    assert_eq!(&first[..], b"data: changed\n\n");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_says_where_it_happened_whom_it_concerns_whom_it_is_for_and_what_was_added() {
    let centre = start();
    let hostile = "<script>alert(1)</script>";
    let mut body = json!({ "category": "fire", "text": "Asap", "secret_sha256": siaga_vault::Digest::of(&SECRET),
        "place": { "lat": -6.99, "lon": 110.42, "radius_m": 50, "words": hostile }, "subject": "witness",
        "agencies": ["police", hostile] });
    centre.create(INCIDENT, &bytes(&envelope(INCIDENT, INCIDENT, 0, "report", body.clone()))).await;
    let note = |text: &str| bytes(&envelope(INCIDENT, EVENT, 1, "note", json!({ "text": text })));
    centre.event(INCIDENT, EVENT, &note("A second car")).await;
    // A place that is none takes nothing with it, and a note for nobody's incident is only among the messages.
    body["place"] = json!({ "lat": "here", "lon": 1 });
    centre.create(OTHER, &bytes(&envelope(OTHER, OTHER, 0, "report", body))).await;
    let page = centre.page().await;
    assert!(!page.contains("<script>alert"));
    let card = between(&page, &format!("id=\"i-{INCIDENT}\""), "</article>");
    for said in
        ["-6.99000, 110.42000, within 50 m, as the citizen says: &#60;script", "seen by chance", "police, &#60;script"]
    {
        assert!(card.contains(said), "{said} is not in {card}");
    }
    assert!(
        between(card, "class=\"said\"", "<dl>").contains("A second car</bdi> <span class=\"aside\">added"),
        "{card}"
    );
    let other = between(&page, &format!("id=\"i-{OTHER}\""), "</article>");
    assert!(other.contains("seen by chance") && !other.contains("Happened at"), "{other}");
}
