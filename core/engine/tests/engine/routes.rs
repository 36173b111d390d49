//! Two routes to the centre, and changes of the network.

use siaga_engine::outbox::Lane;
use siaga_engine::wire::{Failure, Route};
use siaga_engine::{Event, IncidentState};

use crate::world::centre::page;
use crate::world::{Ending, World, delivers, fails};

fn routes(world: &World) -> Vec<Route> {
    world.sent_in(Lane::Sos).iter().map(|flight| flight.request.route).collect()
}

#[test]
fn an_sos_tries_the_other_route_in_the_same_step_f25() {
    for failure in [Failure::Dns, Failure::Tls, Failure::Connect, Failure::Offline, Failure::Unavailable] {
        let mut world = World::with_two_routes();
        let _ = world.sos();
        let _ = world.fail(failure);
        assert_eq!(routes(&world), [Route::Primary, Route::Second], "{failure:?}");
        assert_eq!(world.sent_in(Lane::Sos)[1].at, world.t(), "at once");
    }
}

#[test]
fn a_portal_on_one_route_does_not_stop_the_other() {
    let mut world = World::with_two_routes();
    let sos = world.sos();
    world.run_for(2_000, |flight, centre| match flight.request.route {
        Route::Primary => Ending::Reply(100, page(200)),
        Route::Second => delivers(flight, centre),
    });
    assert_eq!(world.incident(sos).state, IncidentState::Active);
}

#[test]
fn every_pair_of_attempts_uses_both_routes() {
    for failure in [Failure::Dns, Failure::Offline] {
        let mut world = World::with_two_routes();
        let _ = world.sos();
        world.run_for(600_000, fails(failure));
        let routes = routes(&world);
        assert!(routes.len() > 20);
        assert!(routes.chunks_exact(2).all(|pair| pair[0] != pair[1]), "{failure:?}: {routes:?}");
    }
}

#[test]
fn two_sos_at_once_use_both_routes_each() {
    let mut world = World::with_two_routes();
    let first = world.sos();
    let _ = world.cancel();
    let second = world.sos();
    world.run_for(600_000, |_, _| Ending::Fails(700, Failure::Dns));
    for sos in [first, second] {
        let own: Vec<Route> = world
            .sent_in(Lane::Sos)
            .iter()
            .filter(|flight| flight.ids().0 == sos.to_string())
            .map(|flight| flight.request.route)
            .collect();
        let second = own.iter().filter(|route| **route == Route::Second).count();
        assert!(own.len() > 10 && second * 3 > own.len() && second * 3 < own.len() * 2, "{own:?}");
        assert_ne!(own[0], own[1]);
    }
}

#[test]
fn a_new_sos_begins_with_the_healthier_route() {
    let mut world = World::with_two_routes();
    let _ = world.report();
    world.run_for(120_000, |flight, centre| match flight.request.route {
        Route::Primary => Ending::Fails(100, Failure::Tls),
        Route::Second => delivers(flight, centre),
    });
    assert!(world.outbox.is_empty(), "the report took the second route");
    let _ = world.sos();
    assert_eq!(routes(&world), [Route::Second]);
    let _ = world.fail(Failure::Connect);
    assert_eq!(routes(&world), [Route::Second, Route::Primary]);
}

#[test]
fn with_one_route_there_is_only_the_primary() {
    let mut world = World::new();
    let _ = world.sos();
    world.run_for(60_000, fails(Failure::Dns));
    assert!(routes(&world).iter().all(|route| *route == Route::Primary));
}

#[test]
fn a_new_network_sends_an_sos_at_once_f23() {
    for failure in [Failure::Offline, Failure::Dns, Failure::Tls] {
        let mut world = World::new();
        let _ = world.sos();
        world.run_for(600_000, fails(failure));
        world.flights.clear();
        world.advance(40_000);
        let _ = world.step(Event::Woke);
        let _ = world.puts().first().map(|flight| world.end(flight, Err(failure)));
        assert!(world.puts().is_empty(), "it backs off");
        let _ = world.step(Event::NetworkChanged);
        assert_eq!(world.flight().at, world.t(), "{failure:?}");
    }
}

#[test]
fn an_attempt_on_the_old_network_that_fails_after_the_change_is_repeated_at_once() {
    let mut world = World::new();
    let _ = world.sos();
    world.run_for(300_000, fails(Failure::Connect));
    while world.puts().is_empty() {
        world.wake();
    }
    let old = world.flight();
    let _ = world.step(Event::NetworkChanged);
    assert_eq!(world.puts().len(), 1, "it is not doubled while it flies");
    world.end(&old, Err(Failure::Broken));
    assert_eq!(world.flight().at, world.t());
}

#[test]
fn a_new_network_opens_the_gates_for_ordinary_rows_within_a_minute_f23() {
    let mut world = World::new();
    for _ in 0..5 {
        let _ = world.report();
    }
    world.run_for(7_200_000, fails(Failure::Offline));
    let _ = world.step(Event::NetworkChanged);
    world.run_for(62_000, delivers);
    assert!(world.outbox.is_empty(), "{:?}", world.snapshot().waiting);
}

#[test]
fn an_ordinary_row_goes_over_the_second_route_when_the_primary_is_closed() {
    let mut world = World::with_two_routes();
    for _ in 0..3 {
        let _ = world.report();
    }
    world.run_for(120_000, |flight, centre| match flight.request.route {
        Route::Primary => Ending::Fails(100, Failure::Dns),
        Route::Second => delivers(flight, centre),
    });
    assert!(world.outbox.is_empty());
}
