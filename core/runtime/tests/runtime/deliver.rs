//! From the press to the receipt, whatever stands between.

use std::sync::Arc;

use siaga::{
    CancelAuth, Credentials, CredentialsUnavailable, Failure, Happening, IncidentState, Ports, Proof, Trouble,
};
use siaga_centre::Mark;
use siaga_vault::sign::SigningKey;
use siaga_vault::{Digest, ReceiptClaims};

use crate::field::{Field, Phone};
use crate::front::Act;

const PORTAL: Act = Act::Answer("200 OK\r\ncontent-type: text/html", "<h1>Welcome to our Wi-Fi</h1>");
const REDIRECT: Act = Act::Answer("302 Found\r\nlocation: http://127.0.0.1:1/login", "");
const FIREWALL: Act = Act::Answer("403 Forbidden\r\ncontent-type: text/html", "blocked");

#[test]
fn three_presses_are_signed_for_and_the_dispatcher_s_steps_come_back() {
    let field = Field::new([]);
    let phone = field.phone();
    let sos = phone.sos();
    let snapshot = phone.until_receipted(sos);
    assert_eq!(snapshot.incident(sos).unwrap().state, IncidentState::Active);
    field.centre.mark(&sos.to_string(), Mark::Opened).unwrap();
    let snapshot = phone.until("opened", |snapshot| {
        snapshot.incident(sos).is_some_and(|i| {
            i.timeline.iter().any(|entry| {
                matches!(&entry.what, Happening::Step { step, .. } if step == "opened") && entry.proof == Proof::Signed
            })
        })
    });
    assert!(!snapshot.incident(sos).unwrap().timeline_gap);
    field.centre.mark(&sos.to_string(), Mark::Closed).unwrap();
    let closed = |s: &siaga::Snapshot| s.incident(sos).is_some_and(|i| i.state == IncidentState::ClosedByCentre);
    let _ = phone.until("closed by the centre", closed);
    let next = phone.sos();
    assert_ne!(next, sos, "F7: the button is armed anew");
    let _ = phone.until_receipted(next);
    assert_eq!(field.incidents(), 2);
}

#[test]
fn a_portal_a_redirect_and_a_firewall_neither_end_nor_park_an_sos_f76() {
    let field = Field::new([PORTAL, REDIRECT, FIREWALL]);
    let phone = field.phone();
    let sos = phone.sos();
    let snapshot = phone.until_receipted(sos);
    assert_eq!(snapshot.parked, 0);
    assert_eq!(field.incidents(), 1);
    let puts = field.front.puts();
    assert!(puts.len() >= 4, "{}", puts.len());
    assert!(puts.iter().all(|put| put.body == puts[0].body), "INV-4: the same bytes each time");
}

#[test]
fn the_trouble_with_a_portal_is_shown_while_it_lasts_f32() {
    let field = Field::new(std::iter::repeat_n(PORTAL, 200));
    let phone = field.phone();
    let sos = phone.sos();
    let snapshot = phone.until("in trouble", |s| s.incident(sos).is_some_and(|i| i.trouble.is_some()));
    let incident = snapshot.incident(sos).unwrap();
    assert_eq!(incident.trouble, Some(Trouble::NoReceipt { status: 200 }));
    assert_eq!((incident.state, &incident.receipt), (IncidentState::Recorded, &None), "INV-7");
    assert!(phone.siaga.next_wake().is_some_and(|wake| wake.in_ms <= 60_000), "INV-6");
    assert_eq!(field.incidents(), 0);
}

#[test]
fn a_reply_lost_after_the_centre_stored_it_gives_one_incident_f33() {
    let field = Field::new([Act::LoseReply, Act::LoseReply]);
    let phone = field.phone();
    let sos = phone.sos();
    let _ = phone.until_receipted(sos);
    assert_eq!(field.incidents(), 1);
    assert_eq!(field.centre.incidents().unwrap()[0].events.len(), 1);
}

#[test]
fn a_receipt_for_another_incident_or_by_another_key_proves_nothing_inv_3() {
    let stranger = SigningKey::from_seed([9; 32]).unwrap();
    let claims = ReceiptClaims {
        incident: "0198c0de-0000-7000-8000-000000000000".to_owned(),
        event: "0198c0de-0000-7000-8000-000000000000".to_owned(),
        sha256: Digest::of(b"other bytes"),
        centre: "kota-uji".to_owned(),
        drill: false,
    };
    let foreign = stranger.sign_receipt(&claims, 1_790_000_000_000);
    let field = Field::new([Act::SwapReceipt(foreign), Act::SwapReceipt("not.a.receipt".to_owned())]);
    let phone = field.phone();
    let sos = phone.sos();
    let _ = phone.until_receipted(sos);
    assert!(field.front.puts().len() >= 3, "neither of the first two ended it");
    assert_eq!(field.incidents(), 1);
}

#[test]
fn a_receipt_of_the_incident_before_does_not_end_the_next_one() {
    let field = Field::new([]);
    let phone = field.phone();
    let first = phone.sos();
    let receipt = phone.until_receipted(first).incident(first).unwrap().receipt.clone().unwrap();
    let _ = phone.siaga.cancel(CancelAuth::None).unwrap();
    let _ = phone.until("all delivered", |s| s.waiting.is_empty());
    drop(phone);
    let replayed = field.behind([Act::SwapReceipt(receipt)]);
    let phone = replayed.phone();
    let second = phone.sos();
    let _ = phone.until_receipted(second);
    let puts: Vec<_> = replayed.front.puts().into_iter().filter(|put| put.line.contains(&second.to_string())).collect();
    assert!(puts.len() >= 2, "the replayed receipt ended it");
}

struct NoToken;

impl Credentials for NoToken {
    fn headers(&self) -> Result<Vec<(String, String)>, CredentialsUnavailable> {
        Err(CredentialsUnavailable)
    }
}

#[test]
fn a_third_press_without_permission_fix_token_or_network_is_recorded_and_later_delivered_inv_2() {
    let field = Field::new([]);
    let nowhere = {
        // A port that was just free: nobody listens there.
        let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        socket.local_addr().unwrap()
    };
    let ports = || Ports { credentials: Some(Arc::new(NoToken)), ..Ports::system().unwrap() };
    let offline = Phone::open(field.folder.path(), &crate::field::config(&field.centre, nowhere), ports());
    let denied = siaga::LocationReport::Unable(siaga::NoFix::PermissionDenied);
    offline.siaga.location(denied).unwrap();
    let sos = offline.sos();
    let refused = Some(Trouble::NoReply(Failure::Connect));
    let _ = offline.until("refused", |s| s.incident(sos).is_some_and(|i| i.trouble == refused));
    drop(offline);
    // F3: another address redirects the waiting row.
    let online = Phone::open(field.folder.path(), &field.config(), ports());
    let _ = online.until_receipted(sos);
    let put = &field.front.puts()[0];
    let envelope: serde_json::Value = serde_json::from_slice(&put.body).unwrap();
    assert_eq!(envelope["body"]["position"]["no_fix"]["reason"], "permission_denied", "F46");
    assert_eq!(field.incidents(), 1);
}

#[test]
fn a_drill_goes_the_whole_way_and_is_no_emergency() {
    let field = Field::new([]);
    let phone = field.phone();
    let drill = phone.siaga.drill().unwrap();
    let done = |s: &siaga::Snapshot| s.incident(drill).is_some_and(|i| i.state == IncidentState::DrillDone);
    let _ = phone.until("done", done);
    assert_eq!(field.incidents(), 0);
    assert!(field.centre.incidents().unwrap()[0].drill);
    let _ = phone.sos();
}

#[test]
fn a_cancel_is_an_event_that_the_centre_gets_after_the_sos() {
    let field = Field::new([]);
    let phone = field.phone();
    let sos = phone.sos();
    assert_eq!(phone.siaga.cancel(CancelAuth::Code("2468".to_owned())).unwrap(), sos);
    assert!(phone.siaga.cancel(CancelAuth::None).is_err(), "nothing else is open");
    let _ = phone.until("all delivered", |s| s.waiting.is_empty());
    let incidents = field.centre.incidents().unwrap();
    assert!(incidents[0].cancelled, "proven by the incident's secret");
    assert_eq!(incidents[0].creates, 1);
}
