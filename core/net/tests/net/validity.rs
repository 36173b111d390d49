//! The phone's clock against the certificate's validity (INV-8).

use axum::http::Version;
use siaga_engine::wire::{Failure, Outcome, Request, Route};

use crate::calls::{call, net, put, sos, trusting};
use crate::certificates::{Authority, When};
use crate::site::{Seen, Site, ok, with};

const WRONG_TIMES: [When; 2] = [When::YearAgo, When::InTenYears];

fn is_flagged(outcome: &Outcome) -> bool {
    outcome.as_ref().is_ok_and(|reply| reply.clock_clamped)
}

#[test]
fn validity_alone_stops_an_ordinary_request_and_says_so() {
    let authority = Authority::new();
    for when in WRONG_TIMES {
        let site = Site::secure(authority.server("127.0.0.1", when), ok);
        assert_eq!(call(&net(&site.origin(), &authority), put(b"x")), Err(Failure::TlsValidity));
        assert_eq!((site.accepted(), site.seen().len()), (1, 0));
    }
}

#[test]
fn validity_alone_does_not_stop_an_sos_and_the_centre_is_told() {
    let authority = Authority::new();
    for when in WRONG_TIMES {
        let site = Site::secure(authority.server("127.0.0.1", when), ok);
        assert!(is_flagged(&call(&net(&site.origin(), &authority), sos())));
        let seen = site.only();
        assert_eq!(seen.header("siaga-clock"), Some("clamped"));
        assert_eq!((seen.body.as_slice(), seen.version), (b"sos".as_slice(), Version::HTTP_2));
    }
}

#[test]
fn a_valid_certificate_is_not_said_to_be_clamped() {
    let authority = Authority::new();
    let site = Site::secure(authority.server("127.0.0.1", When::Now), ok);
    let reply = call(&net(&site.origin(), &authority), sos()).unwrap();
    assert!(!reply.clock_clamped);
    assert_eq!(site.only().header("siaga-clock"), None);
}

#[test]
fn an_intermediate_of_another_time_does_not_stop_an_sos() {
    let authority = Authority::new();
    // No time suits the last chain as a whole.
    let cases = [
        (When::YearAgo, When::YearAgo, true),
        (When::YearAndMonthAgo, When::YearAgo, true),
        (When::YearAgo, When::YearAndMonthAgo, true),
        (When::InTenYears, When::Now, false),
    ];
    for (above, leaf, passes) in cases {
        let site = Site::secure(authority.intermediate(above).server_below("127.0.0.1", leaf), ok);
        let outcome = call(&net(&site.origin(), &authority), sos());
        assert_eq!(is_flagged(&outcome), passes);
        if !passes {
            assert_eq!(outcome, Err(Failure::TlsValidity));
        }
    }
}

#[test]
fn a_wrong_name_or_authority_is_refused_at_any_time() {
    let (authority, stranger) = (Authority::new(), Authority::new());
    for when in WRONG_TIMES {
        for tls in [
            authority.server("other.example", when),
            stranger.server("127.0.0.1", when),
            stranger.intermediate(when).server_below("127.0.0.1", when),
        ] {
            let site = Site::secure(tls, ok);
            let net = net(&site.origin(), &authority);
            assert_eq!(call(&net, sos()), Err(Failure::Tls));
            assert_eq!(call(&net, put(b"x")), Err(Failure::Tls), "validity is not all that is wrong");
            assert_eq!(site.seen().len(), 0);
        }
    }
}

#[test]
fn what_was_found_about_the_clock_is_kept_for_requests_that_must_pass_alone() {
    let authority = Authority::new();
    let site = Site::secure(authority.server("127.0.0.1", When::YearAgo), ok);
    let net = net(&site.origin(), &authority);
    assert!(is_flagged(&call(&net, sos())));
    assert_eq!((site.accepted(), site.connections()), (2, 1), "the ordinary client first, then the clamped one");
    assert!(is_flagged(&call(&net, sos())));
    assert_eq!(site.accepted(), 2, "over the warm connection, without failing first");
    assert_eq!(call(&net, put(b"x")), Err(Failure::TlsValidity), "an ordinary request never uses it");
    assert_eq!((site.accepted(), site.connections()), (3, 1));
    net.network_changed();
    assert!(is_flagged(&call(&net, sos())));
    assert_eq!((site.accepted(), site.connections()), (5, 2), "forgotten with the network");
}

#[test]
fn what_was_found_about_the_clock_belongs_to_one_route() {
    let authority = Authority::new();
    let primary = Site::secure(authority.server("127.0.0.1", When::YearAgo), ok);
    let second = Site::secure(authority.server("127.0.0.1", When::Now), ok);
    let mut config = trusting(&primary.origin(), &authority);
    config.second = Some(second.origin());
    let net = siaga_net::Net::start(config, None, None).unwrap();
    assert!(is_flagged(&call(&net, sos())));
    let outcome = call(&net, Request { route: Route::Second, ..sos() });
    assert!(outcome.is_ok() && !is_flagged(&outcome));
    assert_eq!(second.accepted(), 1, "the ordinary client at once");
}

#[test]
fn a_clock_that_is_right_again_is_not_said_to_be_wrong() {
    fn hang_up(_: Seen) -> axum::response::Response {
        with(&[("connection", "close")], "")
    }
    let authority = Authority::new();
    let site = Site::secure(authority.http1_server("127.0.0.1", When::YearAgo), hang_up);
    let net = net(&site.origin(), &authority);
    assert!(is_flagged(&call(&net, sos())));
    site.show(authority.http1_server("127.0.0.1", When::Now));
    // Each request needs a connection of its own here; the clamped client is tried once more, then never again.
    for accepted in [4, 5] {
        let outcome = call(&net, sos());
        assert!(outcome.is_ok() && !is_flagged(&outcome));
        assert_eq!(site.accepted(), accepted);
    }
    let clocks: Vec<_> = site.seen().iter().map(|seen| seen.header("siaga-clock").is_some()).collect();
    assert_eq!(clocks, [true, false, false]);
}
