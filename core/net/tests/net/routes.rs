//! Two ways to the centre, and changing them.

use siaga_engine::wire::{Failure, Request, Route};
use siaga_net::{Net, NetError};

use crate::calls::{call, config, get, sos};
use crate::site::{Site, ok};

#[test]
fn each_route_leads_to_its_own_address() {
    let (primary, second) = (Site::plain(ok), Site::plain(ok));
    let mut both = config(&primary.origin());
    both.second = Some(second.origin());
    let net = Net::start(both, None, None).unwrap();
    assert!(call(&net, get("/v1/primary")).is_ok());
    assert!(call(&net, Request { route: Route::Second, ..get("/v1/second") }).is_ok());
    assert_eq!((primary.only().path.as_str(), second.only().path.as_str()), ("/v1/primary", "/v1/second"));
}

#[test]
fn a_route_without_an_address_says_so() {
    let site = Site::plain(ok);
    let net = Net::start(config(&site.origin()), None, None).unwrap();
    assert_eq!(call(&net, Request { route: Route::Second, ..sos() }), Err(Failure::NoRoute));
    assert_eq!(site.accepted(), 0);
}

#[test]
fn another_configuration_redirects_what_is_sent_afterwards() {
    let (before, after) = (Site::plain(ok), Site::plain(ok));
    let net = Net::start(config(&before.origin()), None, None).unwrap();
    assert!(call(&net, get("/v1/1")).is_ok());
    net.reconfigure(config(&after.origin())).unwrap();
    assert!(call(&net, get("/v1/2")).is_ok());
    net.network_changed();
    assert!(call(&net, get("/v1/3")).is_ok(), "also on another network");
    assert_eq!((before.seen().len(), after.seen().len()), (1, 2), "F3");
}

#[test]
fn a_configuration_that_cannot_be_used_leaves_the_old_one_in_force() {
    let site = Site::plain(ok);
    let net = Net::start(config(&site.origin()), None, None).unwrap();
    let Err(NetError::Config(fault)) = net.reconfigure(config("http://centre.example")) else { panic!("refused") };
    assert_eq!(fault.field, "primary");
    assert!(call(&net, sos()).is_ok());
}
