//! Replies that are no receipt: portals, firewalls, overload, and the centre's own refusals.

use siaga_engine::outbox::Lane;
use siaga_engine::wire::{ProblemType, Reply};
use siaga_engine::{IncidentState, Trouble};

use crate::world::centre::{ok_json, page, problem, signed, status};
use crate::world::{Ending, World, delivers};

fn all_refusals() -> Vec<(Reply, &'static str)> {
    let after = |ms, reply: Reply| Reply { retry_after_ms: Some(ms), ..reply };
    vec![
        (page(200), "a captive portal's page, F76"),
        (status(201), "a bare success"),
        (ok_json(&serde_json::json!({ "status": "ok" })), "JSON of somebody else"),
        (page(302), "a redirect"),
        (page(307), "a redirect that keeps the method"),
        (page(401), "a proxy asks for a password"),
        (page(403), "a web application firewall"),
        (page(404), "a web server"),
        (page(413), "a proxy finds it too large"),
        (page(451), "censorship"),
        (problem(401, "needs-identity"), "the centre asks who this is"),
        (problem(422, "refused"), "the centre refuses"),
        (problem(413, "too-large"), "the centre finds it too large"),
        (problem(400, "bad-id"), "the centre knows no such id"),
        (problem(400, "digest-mismatch"), "damaged on the way"),
        (problem(400, "a-later-slug"), "a problem of a later version"),
        (after(86_400_000, status(503)), "overload for a day, F22"),
        (after(3_600_000, problem(429, "overloaded")), "too many requests"),
        (status(500), "broken"),
        (status(408), "slow"),
        (signed(200, "page.of.portal"), "a receipt that is none"),
        (Reply { truncated: true, ..page(200) }, "a page without an end"),
    ]
}

#[test]
fn an_sos_is_tried_again_within_a_minute_whatever_refuses_it_inv_2_inv_6() {
    for (reply, what) in all_refusals() {
        let mut world = World::new();
        let sos = world.sos();
        world.run_for(600_000, |_, _| Ending::Reply(50, reply.clone()));
        let times: Vec<_> = world.sent_in(Lane::Sos).iter().map(|flight| flight.at).collect();
        assert!(times.windows(2).all(|pair| pair[1].since(pair[0]) <= 60_050), "{what}: {times:?}");
        assert!(times.len() >= 10, "{what}: {} attempts in ten minutes", times.len());
        assert_eq!(world.incident(sos).state, IncidentState::Recorded, "{what} proves nothing");
        assert!(world.incident(sos).trouble.is_some(), "{what} is shown");
        world.run_until_quiet(61_000);
        assert_eq!(world.incident(sos).state, IncidentState::Active, "{what}");
    }
}

#[test]
fn a_cancel_and_an_escalation_are_never_parked_either_inv_2() {
    for (reply, what) in all_refusals() {
        let mut world = World::new();
        let _ = world.sos();
        let _ = world.land();
        let _ = world.presses(1);
        let _ = world.cancel();
        world.run_for(120_000, |_, _| Ending::Reply(50, reply.clone()));
        assert_eq!(world.rows(Lane::Urgent).len(), 2, "{what}");
        world.run_until_quiet(122_000);
        assert_eq!(world.centre.stored.len(), 3, "{what}");
    }
}

#[test]
fn an_ordinary_report_is_parked_only_on_a_problem_of_the_protocol_f17() {
    for (reply, what) in all_refusals() {
        let mut world = World::new();
        let _ = world.report();
        let _ = world.answer(reply.clone());
        let parks =
            matches!(ProblemType::of(&reply), Some(ProblemType::Refused | ProblemType::TooLarge | ProblemType::BadId));
        assert_eq!(world.parked().len(), usize::from(parks), "{what}");
        assert_eq!(world.rows(Lane::Report).len(), usize::from(!parks), "{what}");
    }
}

#[test]
fn a_parked_report_is_kept_and_does_not_delay_the_next_one_f17() {
    let mut world = World::new();
    let bad = world.report();
    let good = world.report();
    let flight = world.flight();
    assert_eq!(flight.ids().0, bad.to_string());
    world.reply(&flight, problem(422, "refused"));
    assert_eq!(world.flight().ids().0, good.to_string(), "in the same step");
    let _ = world.land();
    assert_eq!(world.snapshot().parked, 1);
    assert_eq!(world.incident(bad).pending, 0);
    assert_eq!(world.incident(bad).trouble, Some(Trouble::Refused { status: 422, problem: ProblemType::Refused }));
    assert_eq!(world.wake.map(|wake| wake.reason), Some(siaga_engine::WakeReason::Timeline), "nothing tries it again");
}

#[test]
fn a_row_whose_bytes_were_damaged_on_the_way_gives_way_and_comes_again() {
    let mut world = World::new();
    let first = world.report();
    let second = world.report();
    let _ = world.answer(problem(400, "digest-mismatch"));
    assert_eq!(world.flight().ids().0, second.to_string());
    world.run_for(60_000, delivers);
    assert!(world.centre.has(&first.to_string()));
}

#[test]
fn an_ordinary_row_respects_a_pause_that_the_centre_asks_for_and_an_sos_cuts_it_f22() {
    let busy = Reply { retry_after_ms: Some(1_800_000), ..problem(503, "overloaded") };
    let mut world = World::new();
    let _ = world.report();
    let _ = world.answer(busy.clone());
    world.run_for(1_795_000, delivers);
    assert_eq!(world.sent_in(Lane::Report).len(), 1, "half an hour is half an hour");
    // An SOS that fails meanwhile does not shorten the pause.
    let _ = world.sos();
    let _ = world.answer(status(500));
    world.run_for(4_000, |flight, centre| {
        if flight.lane() == Some(Lane::Sos) { Ending::Reply(50, status(500)) } else { delivers(flight, centre) }
    });
    assert_eq!(world.sent_in(Lane::Report).len(), 1);
    assert!(world.sent_in(Lane::Sos).len() >= 2);
    world.run_until_quiet(120_000);
}

#[test]
fn a_pause_of_a_day_is_cut_to_an_hour_for_an_ordinary_row() {
    let mut world = World::new();
    let _ = world.report();
    let _ = world.answer(Reply { retry_after_ms: Some(86_400_000), ..status(503) });
    world.run_for(3_700_000, delivers);
    assert!(world.outbox.is_empty());
}

#[test]
fn an_error_that_all_rows_share_is_hit_a_handful_of_times_f29() {
    let mut world = World::new();
    for _ in 0..200 {
        let _ = world.report();
    }
    world.run_for(3_600_000, |_, _| Ending::Reply(50, status(503)));
    let attempts = world.sent_in(Lane::Report).len();
    assert!(attempts <= 30, "{attempts} attempts in an hour");
    assert_eq!(world.rows(Lane::Report).len(), 200);
    let _ = world.step(siaga_engine::Event::NetworkChanged);
    world.run_for(120_000, delivers);
    assert!(world.outbox.is_empty(), "all 200 go within two minutes");
}
