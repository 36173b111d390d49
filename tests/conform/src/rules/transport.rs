//! How requests and answers travel.

use std::time::Duration;

use reqwest::Version;

use crate::client::Spoken;
use crate::phone::{bytes, fresh_id};
use crate::rule::{Account, Rule, Verdict};
use crate::run::Run;
use crate::write::{Sending, Stated, Write};

/// Before all others: a redirect would break every other rule.
pub(super) static FIRST: &[Rule] =
    &[Rule::must("H01", "TLS", &[], "Nothing is answered with a redirect", |run| Box::pin(no_redirect(run)))];

pub(super) static RULES: &[Rule] = &[
    Rule::must("H02", "TLS", &["B01"], "A write over HTTP/1.1 is stored and receipted", |run| Box::pin(http1(run))),
    Rule::must("H03", "TLS", &["B01"], "A write over HTTP/2 is stored and receipted", |run| Box::pin(http2(run))),
    Rule::must(
        "H04",
        "The basic profile",
        &["B01"],
        "A body that comes slowly, in pieces and without a stated length, is stored and receipted",
        |run| Box::pin(slow(run)),
    ),
    Rule::must(
        "H05",
        "The basic profile",
        &["H04"],
        "A body that breaks off is not stored: the whole one is, later",
        |run| Box::pin(broken(run)),
    ),
];

/// Pieces of a slow body, and the pause between them: each comes alone, long after the head.
const PIECES: usize = 8;
const PAUSE: Duration = Duration::from_millis(20);

/// After this a request is given up, its first half long sent.
const GIVEN_UP: Duration = Duration::from_millis(100);

async fn no_redirect(run: &mut Run) -> Result<(), Verdict> {
    let remedy =
        "answer under the address that was asked: phones follow no redirect, because a portal's looks the same";
    if run.keys_reply.is_redirect() {
        return Account::new("GET /v1/keys", run.keys_reply.shown(), "no redirect", remedy).fails();
    }
    let incident = fresh_id();
    let body = bytes(&run.phone.envelope(&incident, &incident, "sos"));
    let write = Write::create("a create", &incident, body, true);
    let answer = run.try_put(&write).await;
    run.took(&write, &answer);
    run.samples.push((write.clone(), answer.clone()));
    match answer {
        Ok(reply) if reply.is_redirect() => Account::new(write.shown(), reply.shown(), "no redirect", remedy).fails(),
        // Every other answer has its own rules, and so has none.
        Ok(_) | Err(_) => Ok(()),
    }
}

fn create(run: &Run, what: &'static str) -> Write {
    let incident = fresh_id();
    Write::create(what, &incident, bytes(&run.phone.envelope(&incident, &incident, "sos")), true)
}

async fn http1(run: &mut Run) -> Result<(), Verdict> {
    spoken(run, Spoken::Http1, Version::HTTP_11, "HTTP/1.1").await?;
    run.takes_http1 = true;
    Ok(())
}

async fn http2(run: &mut Run) -> Result<(), Verdict> {
    if run.target.is_plain() {
        return Verdict::skip("without TLS there is no agreement on HTTP/2");
    }
    spoken(run, Spoken::Http2, Version::HTTP_2, "HTTP/2").await
}

async fn spoken(run: &mut Run, spoken: Spoken, version: Version, name: &str) -> Result<(), Verdict> {
    let write = Write { spoken, ..create(run, "a create over one version of HTTP") };
    let sent = format!("{}, offering {name} alone", write.shown());
    let missing = |came: String| {
        let remedy = "offer both by ALPN: HTTP/2 saves phones on bad links a connection for each request";
        Err(Verdict::Warning(Account::new(sent.clone(), came, format!("an answer over {name}"), remedy)))
    };
    // Whether the version is offered is one question, what is answered over it another.
    if let Err(why) = run.try_get_over(spoken, "/v1/keys").await {
        return missing(format!("no answer: {why}"));
    }
    let reply = run.stored(&write).await?;
    if reply.version != version { missing(format!("{:?}", reply.version)) } else { Ok(()) }
}

async fn slow(run: &mut Run) -> Result<(), Verdict> {
    let write = create(run, "a slow create");
    run.stored(&Write { sending: Sending::Pieces { count: PIECES, pause: PAUSE }, ..write }).await?;
    run.takes_pieces = true;
    Ok(())
}

async fn broken(run: &mut Run) -> Result<(), Verdict> {
    let spoken = if run.takes_http1 { vec![Spoken::Either, Spoken::Http1] } else { vec![Spoken::Either] };
    for spoken in spoken {
        for is_given_up in [false, true] {
            let whole = create(run, "a create whose body broke off the first time");
            // Without a digest, which would give the half away.
            let half = Write { sending: Sending::Half, digest: Stated::Nothing, spoken, ..whole.clone() };
            // It cannot be answered in a way that counts; what it left behind shows in the next answer.
            if is_given_up {
                let halves = whole.body.len() / 2;
                let body = whole.body.get(..halves).unwrap_or_default().to_vec();
                let waiting = Write { sending: Sending::Endless, body, ..half.clone() };
                // As a phone does whose time is up.
                let _ = tokio::time::timeout(GIVEN_UP, run.try_put(&waiting)).await;
            } else {
                let _ = run.try_put(&half).await;
            }
            // A round trip, in which the server can see the break.
            let _ = run.try_get("/v1/keys", &[]).await;
            let reply = run.put(&whole).await?;
            if matches!(reply.status, 400..=499) {
                let sent = format!("{}, and before that {}", whole.shown(), half.shown());
                let remedy = "store nothing before the end of the body is there; a connection that closes or a stream that is reset is no end";
                return Account::new(sent, reply.shown(), "201 with Siaga-Receipt", remedy).fails();
            }
        }
    }
    Ok(())
}
