//! The timeline: signed steps, the long poll, and who may read it.

// What these helpers cannot find should end the test.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod fixture;

use std::collections::BTreeSet;
use std::time::Duration;

use fixture::*;
use futures_util::future::{Either, select};
use serde_json::Value;
use siaga_centre::{CentreError, Limits, Mark};
use siaga_vault::{Step, verify_step};
use tempfile::TempDir;

/// The steps of a reply, each judged as a phone judges it.
async fn steps_of(centre: &Running, reply: reqwest::Response, drill: bool) -> Vec<Step> {
    assert_eq!(reply.status(), 200);
    let keys = centre.keys().await;
    let timeline = json_of(reply).await;
    assert_eq!(timeline["incident"], INCIDENT);
    let judge = |jws: &Value| verify_step(jws.as_str().unwrap(), &keys, INCIDENT, CENTRE, drill).unwrap();
    timeline["steps"].as_array().unwrap().iter().map(judge).collect()
}

fn names(steps: &[Step]) -> Vec<(u32, &str)> {
    steps.iter().map(|step| (step.n, step.step.as_str())).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_timeline_shows_each_step_signed_and_numbered() {
    let centre = start();
    centre.create(INCIDENT, &sos_bytes()).await;
    centre.handle.mark(INCIDENT, Mark::Opened).unwrap();
    centre.handle.mark(INCIDENT, Mark::OnScene).unwrap();
    let reply = centre.timeline(INCIDENT, "").await;
    assert_eq!(reply.headers()["etag"], "\"3\"");
    let steps = steps_of(&centre, reply, false).await;
    assert_eq!(names(&steps), [(1, "received"), (2, "opened"), (3, "on_scene")]);
    assert!(steps.windows(2).all(|pair| pair[0].at_ms <= pair[1].at_ms));
    let later = steps_of(&centre, centre.timeline(INCIDENT, "?after=2").await, false).await;
    assert_eq!(names(&later), [(3, "on_scene")]);
    assert_eq!(steps_of(&centre, centre.timeline(INCIDENT, "?after=3").await, false).await, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_drills_steps_say_that_they_are_a_drills() {
    let centre = start();
    let mut drill = sos(INCIDENT);
    drill["drill"] = true.into();
    centre.create(INCIDENT, &bytes(&drill)).await;
    centre.handle.mark(INCIDENT, Mark::Opened).unwrap();
    let steps = steps_of(&centre, centre.timeline(INCIDENT, "").await, true).await;
    assert_eq!(names(&steps), [(1, "received"), (2, "opened")]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_step_stands_once_never_goes_back_and_nothing_follows_closed() {
    let centre = start();
    centre.create(INCIDENT, &sos_bytes()).await;
    for mark in [Mark::Assigned, Mark::Assigned, Mark::Closed, Mark::Closed, Mark::Assigned] {
        centre.handle.mark(INCIDENT, mark).unwrap();
    }
    for mark in [Mark::Opened, Mark::OnScene] {
        assert!(matches!(centre.handle.mark(INCIDENT, mark), Err(CentreError::StepTooLate(_))));
    }
    assert!(matches!(centre.handle.mark(OTHER, Mark::Opened), Err(CentreError::NoIncident)));
    assert_eq!(centre.handle.incidents().unwrap()[0].steps, ["received", "assigned", "closed"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_timeline_is_for_who_has_the_secret() {
    let centre = start();
    centre.create(INCIDENT, &sos_bytes()).await;
    for secret in [None, Some(secret_text(&WRONG_SECRET)), Some(String::new()), Some("x".repeat(43))] {
        let mut request = centre.client.get(centre.url(&create_path(INCIDENT)));
        if let Some(secret) = secret {
            request = request.header("siaga-secret", secret);
        }
        let reply = request.send().await.unwrap();
        assert_eq!(reply.status(), 403);
        assert_eq!(problem_of(reply).await, "secret-needed");
    }
    let reply = centre.timeline(OTHER, "").await;
    assert_eq!(reply.status(), 404);
    assert_eq!(problem_of(reply).await, "not-found");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_incident_whose_create_states_no_secret_can_be_read_by_nobody() {
    let centre = start();
    centre.create(INCIDENT, b"not JSON").await;
    assert_eq!(centre.timeline(INCIDENT, "").await.status(), 403);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_timeline_that_was_seen_is_not_sent_again() {
    let centre = start();
    centre.create(INCIDENT, &sos_bytes()).await;
    let ask = |tag: &'static str| {
        let request = centre.client.get(centre.url(&create_path(INCIDENT)));
        request.header("siaga-secret", secret_text(&SECRET)).header("if-none-match", tag).send()
    };
    for seen in ["\"1\"", "W/\"1\"", "\"0\", \"1\"", "*"] {
        let reply = ask(seen).await.unwrap();
        assert_eq!(reply.status(), 304, "{seen}");
        assert_eq!(reply.headers()["etag"], "\"1\"");
    }
    for other in ["\"0\"", "\"11\"", "1"] {
        assert_eq!(ask(other).await.unwrap().status(), 200, "{other}");
    }
    centre.handle.mark(INCIDENT, Mark::Opened).unwrap();
    assert_eq!(ask("\"1\"").await.unwrap().status(), 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_poll_wakes_when_a_dispatcher_presses_a_button() {
    // One read at a time: of two polls one is turned away at once, which proves that the other one waits.
    let limits = Limits { reads_at_once: 1, ..Limits::default() };
    let centre = start_in(TempDir::new().unwrap(), limits);
    centre.create(INCIDENT, &sos_bytes()).await;
    let poll = || Box::pin(centre.timeline(INCIDENT, "?after=1&wait_s=25"));
    let (turned_away, waiting) = match select(poll(), poll()).await {
        Either::Left(one) => one,
        Either::Right(one) => one,
    };
    assert_eq!(turned_away.status(), 503);
    assert_eq!(centre.button(INCIDENT, "opened").send().await.unwrap().status(), 303);
    // By itself the poll would end after 25 s, with the step as well: only an earlier answer is a wake-up.
    let woken = tokio::time::timeout(Duration::from_secs(20), waiting).await.expect("woken by the button");
    assert_eq!(names(&steps_of(&centre, woken, false).await), [(2, "opened")]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_poll_ends_unchanged_when_nothing_happens_and_when_the_centre_stops() {
    let centre = start();
    centre.create(INCIDENT, &sos_bytes()).await;
    let reply = centre.timeline(INCIDENT, "?after=1&wait_s=1").await;
    assert_eq!(reply.status(), 304);
    let url = centre.url(&format!("{}?after=1&wait_s=25", create_path(INCIDENT)));
    let poll = centre.client.get(url).header("siaga-secret", secret_text(&SECRET)).send();
    let polls = tokio::spawn(poll);
    let Running { handle, .. } = centre;
    tokio::task::spawn_blocking(move || handle.stop()).await.unwrap();
    // Answered, or never connected because the stop came first; in no case left hanging.
    if let Ok(reply) = polls.await.unwrap() {
        assert_eq!(reply.status(), 304);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_query_that_cannot_be_read_counts_as_absent() {
    let centre = start();
    centre.create(INCIDENT, &sos_bytes()).await;
    for query in ["?after=x", "?after=-1", "?after", "?wait_s=soon&after=0", "?unknown=1"] {
        assert_eq!(steps_of(&centre, centre.timeline(INCIDENT, query).await, false).await.len(), 1, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_key_that_ever_signed_a_step_stays_listed() {
    let centre = start();
    centre.create(INCIDENT, &sos_bytes()).await;
    let mut read = Vec::new();
    for mark in Mark::ALL {
        let timeline = json_of(centre.timeline(INCIDENT, "").await).await;
        read.extend(timeline["steps"].as_array().unwrap().last().cloned());
        centre.handle.rotate_key().unwrap();
        centre.handle.mark(INCIDENT, mark).unwrap();
    }
    let keys = centre.keys().await;
    let judged = |jws: &Value| verify_step(jws.as_str().unwrap(), &keys, INCIDENT, CENTRE, false).unwrap();
    let signed_by: BTreeSet<String> = read.iter().map(|jws| judged(jws).key_id).collect();
    assert_eq!(signed_by.len(), 4, "a phone may judge what it read before a rotation");
    assert_eq!(steps_of(&centre, centre.timeline(INCIDENT, "").await, false).await.len(), 5);
}
