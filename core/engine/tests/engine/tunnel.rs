//! Many SOS one after the other without a network: each keeps its secret until its last row has gone.

use siaga_engine::ids::IncidentId;
use siaga_engine::outbox::Lane;
use siaga_engine::wire::Failure;

use crate::world::{World, fails};

/// SOS that were made, escalated and cancelled while nothing arrived.
fn cancelled_in_a_tunnel(world: &mut World, count: u32) -> Vec<IncidentId> {
    let mut all = Vec::new();
    for _ in 0..count {
        all.push(world.sos());
        let _ = world.presses(2);
        let _ = world.cancel();
        world.run_for(20_000, fails(Failure::Offline));
    }
    assert_eq!(world.rows(Lane::Sos).len(), all.len());
    all
}

#[test]
fn twelve_sos_that_were_cancelled_without_a_network_deliver_all_their_events_and_get_their_receipts_inv_2() {
    let mut world = World::new();
    let all = cancelled_in_a_tunnel(&mut world, 12);
    assert_eq!(world.snapshot().incidents.len(), all.len(), "none has made room while its rows wait");
    world.run_until_quiet(10 * 60_000);
    for flight in world.sent.iter().filter(|flight| flight.is_put()) {
        assert!(flight.header("siaga-secret").is_some(), "the centre would refuse {:?}", flight.request.path);
    }
    for sos in all {
        let envelopes = world.centre.envelopes(&sos.to_string());
        let of = |kind: &str| envelopes.iter().filter(|envelope| envelope["kind"] == kind).count();
        assert_eq!((of("sos"), of("cancel")), (1, 1));
        let presses: u64 = envelopes.iter().filter_map(|envelope| envelope["body"]["presses"].as_u64()).sum();
        assert_eq!(presses, 2);
        assert!(world.incident(sos).receipt.is_some());
        assert_eq!(world.incident(sos).pending, 0);
    }
}

#[test]
fn of_more_sos_than_the_state_holds_the_oldest_leaves_it_and_still_arrives_inv_10() {
    let mut world = World::new();
    let all = cancelled_in_a_tunnel(&mut world, 40);
    let shown = world.snapshot().incidents;
    assert_eq!(shown.len(), 32);
    assert_eq!(shown.iter().map(|incident| incident.id).collect::<Vec<_>>(), all[8..], "the oldest went");
    world.run_until_quiet(30 * 60_000);
    assert!(all.iter().all(|sos| world.centre.has(&sos.to_string())));
    let _ = world.sos();
    world.run_until_quiet(60_000);
    assert!(world.snapshot().incidents.len() <= 8, "what is done makes room");
}
