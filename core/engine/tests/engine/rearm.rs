//! The n-th SOS behaves like the first (F7).

use siaga_engine::{Effect, IncidentState, PressAnswer, Source};

use crate::world::World;

/// How one round ends.
#[derive(Clone, Copy, Debug)]
enum End {
    ReceiptThenCancel,
    CancelThenReceipt,
    ClosedByCentre,
    ClosedByAge,
}

fn round(world: &mut World, end: End) {
    let before = world.sent.len();
    for presses in 1..=2 {
        world.advance(300);
        assert_eq!(world.press(Source::Screen), PressAnswer::Counted { presses, needed: 3 }, "{end:?}");
    }
    world.advance(300);
    let PressAnswer::Triggered { incident } = world.press(Source::Screen) else { panic!("{end:?}: no SOS") };
    assert_eq!(world.sent.len(), before + 1, "{end:?}: the SOS leaves at once");
    assert_eq!(world.flight().attempt(), 1);
    assert_eq!(world.flight().json()["seq"], 0);
    match end {
        End::ReceiptThenCancel => {
            let _ = world.land();
            assert_eq!(world.incident(incident).state, IncidentState::Active);
            let _ = world.cancel();
            let _ = world.land();
        }
        End::CancelThenReceipt => {
            let _ = world.cancel();
            world.deliver_all();
        }
        End::ClosedByCentre => {
            let _ = world.land();
            world.centre.publish(&incident.to_string(), "closed", None);
            let poll = world.flights.iter().find(|flight| flight.is_poll()).unwrap().clone();
            world.deliver(&poll);
        }
        End::ClosedByAge => {
            let _ = world.land();
            world.flights.clear();
            world.advance(25 * 3_600_000);
            let _ = world.step(siaga_engine::Event::Woke);
        }
    }
    world.flights.clear();
    assert!(world.centre.has(&incident.to_string()), "{end:?}");
    assert!(world.outbox.is_empty(), "{end:?}");
    assert_eq!(world.effects.last(), Some(&Effect::StopLocation), "F49: {end:?}");
    assert_eq!(world.snapshot().button.presses, 0);
}

#[test]
fn the_nth_sos_behaves_like_the_first_f7() {
    let mut world = World::new();
    let ends = [End::ReceiptThenCancel, End::CancelThenReceipt, End::ClosedByCentre, End::ClosedByAge];
    for end in ends.into_iter().cycle().take(32) {
        round(&mut world, end);
        world.advance(7_000);
    }
    assert_eq!(world.centre.stored.len(), 32 + 16, "32 SOS and 16 cancels");
    assert!(world.archived.len() >= 24, "ended incidents leave the state");
}

#[test]
fn an_sos_right_after_a_cancel_needs_all_its_presses_again() {
    let mut world = World::new();
    let first = world.sos();
    let _ = world.cancel();
    assert_eq!(world.presses(2), PressAnswer::Counted { presses: 2, needed: 3 });
    let PressAnswer::Triggered { incident } = world.presses(1) else { panic!("no SOS") };
    assert_ne!(incident, first);
}
