//! Later events of a phone that was cloned or rewound: the centre has other bytes under the id of an escalation or a cancel.

use siaga_engine::Trouble;
use siaga_engine::outbox::Lane;

use crate::rewound::other_bytes;
use crate::world::{Ending, Flight, World, delivers};

/// Makes one event of an SOS whose create the centre has.
type Make = fn(&mut World);

/// What must pass after the create.
const LATER: [(&str, Make); 2] = [("escalation", |world| _ = world.presses(1)), ("cancel", |world| _ = world.cancel())];

/// An SOS that the centre has, and its next event in flight.
fn in_flight(make: Make) -> (World, Flight) {
    let mut world = World::new();
    let _ = world.sos();
    let _ = world.land();
    make(&mut world);
    let flight = world.flight();
    (world, flight)
}

#[test]
fn an_escalation_or_a_cancel_goes_on_under_a_new_event_id_that_names_the_old_one() {
    for (kind, make) in LATER {
        let (mut world, first) = in_flight(make);
        let _ = world.answer(other_bytes());
        let renewed = world.flight();
        let ((incident, old), (same, new)) = (first.ids(), renewed.ids());
        assert_eq!(same, incident, "{kind}");
        assert_ne!(new, old, "{kind}");
        let (mut before, after) = (first.json(), renewed.json());
        assert_eq!(after["kind"], kind);
        before["event"] = new.as_str().into();
        before["body"]["replaces"] = old.into();
        assert_eq!(before, after, "everything else is as it was");
        assert_eq!(renewed.header("siaga-secret"), first.header("siaga-secret"));
        assert!(renewed.request.must_pass);
        let _ = world.land();
        assert!(world.outbox.is_empty(), "{kind}");
        assert_eq!(world.centre.envelopes(&incident).len(), 2, "{kind}: delivered once");
    }
}

#[test]
fn the_second_conflict_of_a_later_event_is_a_refusal_that_is_shown_and_tried_again_f35() {
    for (kind, make) in LATER {
        let (mut world, first) = in_flight(make);
        world.run_for(600_000, |flight, centre| {
            if flight.is_put() { Ending::Reply(50, other_bytes()) } else { delivers(flight, centre) }
        });
        let waiting = world.snapshot().waiting;
        let shown = waiting.iter().find(|view| view.lane == Lane::Urgent).and_then(|view| view.trouble.clone());
        assert!(matches!(shown, Some(Trouble::Refused { status: 409, .. })), "{kind}: {shown:?}");
        let sent = world.sent_in(Lane::Urgent);
        assert!((10..100).contains(&sent.len()), "{kind}: {} attempts in ten minutes", sent.len());
        let mut bodies: Vec<&[u8]> = sent.iter().map(|flight| flight.request.body.bytes()).collect();
        bodies.dedup();
        assert_eq!(bodies.len(), 2, "{kind}: the old bytes, then the new ones for ever");
        world.run_until_quiet(61_000);
        let last = world.centre.envelopes(&first.ids().0).pop().unwrap();
        assert_eq!(last["body"]["replaces"], first.ids().1, "{kind}");
    }
}

#[test]
fn the_new_event_of_a_process_that_dies_is_sent_by_the_next_one_inv_13() {
    for (kind, make) in LATER {
        let (mut world, first) = in_flight(make);
        let _ = world.answer(other_bytes());
        let renewed = world.flight();
        let _ = world.kill_and_restart();
        world.run_until_quiet(60_000);
        let stored = world.centre.envelopes(&first.ids().0);
        assert_eq!(stored.last(), Some(&renewed.json()), "{kind}");
        assert_eq!(stored.len(), 2, "{kind}");
    }
}

#[test]
fn the_chain_goes_on_from_the_renewed_bytes_f28() {
    let (mut world, _) = in_flight(|world| _ = world.presses(1));
    let _ = world.answer(other_bytes());
    let renewed = world.land();
    let _ = world.cancel();
    assert_eq!(world.flight().json()["prev"], renewed.sha256().to_string());
}
