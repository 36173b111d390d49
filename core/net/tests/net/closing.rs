//! A call-back comes exactly once, also at the end.

use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};

use futures_util::FutureExt;
use siaga_engine::wire::Failure;
use siaga_net::Net;

use crate::calls::{await_one, begin, call, config, net, sos};
use crate::certificates::{Authority, When};
use crate::site::{Site, ok};

#[test]
fn closing_calls_back_what_is_under_way_exactly_once_before_it_returns() {
    let authority = Authority::new();
    let (arrived, arrivals) = channel();
    let arrived = Mutex::new(arrived);
    let site = Site::slow(authority.server("127.0.0.1", When::Now), move |_| {
        arrived.lock().unwrap().send(()).unwrap();
        futures_util::future::pending().boxed()
    });
    let net = net(&site.origin(), &authority);
    let (sender, outcomes) = channel();
    for _ in 0..20 {
        let sender = sender.clone();
        net.perform(sos(), Box::new(move |outcome| sender.send(outcome).unwrap()));
    }
    drop(sender);
    await_one(&arrivals);
    // Some are at the server by now, some connecting, and one more is still an order.
    let last = begin(&net, sos());
    net.close();
    let outcomes: Vec<_> = outcomes.try_iter().collect();
    assert_eq!(outcomes, vec![Err(Failure::Unavailable); 20]);
    assert_eq!(last.try_iter().collect::<Vec<_>>(), [Err(Failure::Unavailable)]);
}

#[test]
fn a_network_dropped_inside_a_call_back_does_not_wait_for_itself() {
    let site = Site::plain(ok);
    let net = Arc::new(Mutex::new(Some(Net::start(config(&site.origin()), None, None).unwrap())));
    let (sender, ended) = channel();
    let inside = Arc::clone(&net);
    let guard = net.lock().unwrap();
    guard.as_ref().unwrap().perform(
        sos(),
        Box::new(move |outcome| {
            drop(inside.lock().unwrap().take());
            sender.send(outcome).unwrap();
        }),
    );
    drop(guard);
    assert!(await_one(&ended).is_ok());
}

#[test]
fn a_call_back_that_panics_harms_no_other_request() {
    let site = Site::plain(ok);
    let net = Net::start(config(&site.origin()), None, None).unwrap();
    net.perform(sos(), Box::new(|_| panic!("planned by the test")));
    assert!(call(&net, sos()).is_ok(), "INV-11");
}
