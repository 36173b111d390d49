//! The weather: what becomes of a request on its way.

use siaga::{Failure, Method, Outcome, Reply, Request, Route};

use crate::centre::Centre;
use crate::centre::media;
use crate::centre::reads::{problem, reply};
use crate::coverage::Fault;
use crate::dice::Dice;
use crate::envelope::Envelope;

/// What becomes of a request.
#[derive(Debug)]
pub(crate) enum Fate {
    /// It reaches the centre after some time; perhaps its reply is lost, perhaps it arrives a second time.
    Passes { after_ms: u64, reply_is_lost: bool, again_after_ms: Option<u64> },
    /// It waits on its way until somebody releases it.
    Held,
    /// Its sender hears this after some time; the centre hears nothing.
    Ends { after_ms: u64, outcome: Box<Outcome> },
}

/// What the network is like.
#[derive(Debug, Default)]
pub(crate) struct Weather {
    /// Faults that strike single requests, each with its chance in percent.
    odds: Vec<(Fault, u32)>,
    pub(crate) holding: bool,
    pub(crate) primary_down: bool,
    pub(crate) second_down: bool,
}

/// A day: what a broken server may ask for, and must not get from an SOS (F22).
const DAY_MS: u64 = 86_400_000;

/// Faults that strike single requests.
const SINGLE: [Fault; 19] = [
    Fault::LoseRequest,
    Fault::LoseReply,
    Fault::Duplicate,
    Fault::Lie200,
    Fault::Portal,
    Fault::Waf403,
    Fault::ServerError,
    Fault::TooManyRequests,
    Fault::NeedsIdentity,
    Fault::RefusedReport,
    Fault::ForeignReceipt,
    Fault::StrangersKey,
    Fault::OtherBytes,
    Fault::CutUpload,
    Fault::ForgottenUpload,
    Fault::DamagedUpload,
    Fault::DamagedPart,
    Fault::LyingOffset,
    Fault::Hold,
];

impl Weather {
    /// Weather of a run: some of the faults, each in its own strength, so that two runs are unlike (swarm testing; Groce et
    /// al., "Swarm Testing", ISSTA 2012).
    pub(crate) fn drawn(dice: &mut Dice) -> Self {
        let mut odds = Vec::new();
        for fault in SINGLE {
            if dice.percent(35) {
                let strength = if dice.percent(20) { 60 } else { 12 };
                odds.push((fault, u32::try_from(dice.between(2, strength)).unwrap_or(2)));
            }
        }
        Self { odds, ..Self::default() }
    }

    /// Nothing goes wrong any more.
    pub(crate) fn clear_up(&mut self) {
        *self = Self::default();
    }

    /// Decides about one request; says which faults struck it.
    pub(crate) fn fate(
        &self,
        request: &Request,
        centre: &mut Centre,
        wall_ms: i64,
        dice: &mut Dice,
    ) -> (Fate, Vec<Fault>) {
        let down = match request.route {
            Route::Primary => self.primary_down,
            Route::Second => self.second_down,
        };
        if down {
            return (no_connection(request, dice), vec![Fault::Partition]);
        }
        if self.holding {
            return (Fate::Held, vec![Fault::Hold]);
        }
        let mut struck = Vec::new();
        let (mut reply_is_lost, mut again_after_ms) = (false, None);
        for (fault, percent) in &self.odds {
            if !dice.percent(*percent) {
                continue;
            }
            if *fault == Fault::LoseReply {
                reply_is_lost = true;
                struck.push(*fault);
            } else if *fault == Fault::Duplicate && request.method == Method::Put {
                again_after_ms = Some(dice.between(1, 90_000));
                struck.push(*fault);
            } else if let Some(fate) = single(*fault, request, centre, wall_ms, dice) {
                return (fate, vec![*fault]);
            }
        }
        (Fate::Passes { after_ms: latency_ms(dice), reply_is_lost, again_after_ms }, struck)
    }
}

/// What one fault makes of a request; `None` when it does not concern it.
#[expect(clippy::wildcard_enum_match_arm, reason = "only faults of single requests come here")]
fn single(fault: Fault, request: &Request, centre: &mut Centre, wall_ms: i64, dice: &mut Dice) -> Option<Fate> {
    let put = request.method == Method::Put;
    let page = || b"<html>Welcome to the network</html>".to_vec();
    let html = Some("text/html");
    let answer = match fault {
        Fault::LoseRequest => return Some(lost(request, dice)),
        Fault::Hold => return Some(Fate::Held),
        Fault::Lie200 => reply(200, html, page()),
        Fault::Portal => reply(302, html, page()),
        Fault::Waf403 => reply(403, html, page()),
        Fault::ServerError if dice.percent(50) => reply(500, None, Vec::new()),
        Fault::ServerError => Reply { retry_after_ms: Some(dice.between(0, DAY_MS)), ..problem(503, "overloaded") },
        Fault::TooManyRequests => Reply { retry_after_ms: Some(DAY_MS), ..problem(429, "overloaded") },
        Fault::NeedsIdentity if put => problem(403, "needs-identity"),
        Fault::RefusedReport if is_report(request) => problem(422, "refused"),
        Fault::ForeignReceipt if put => {
            Reply { receipt: Some(centre.foreign_receipt(request)?), ..reply(200, None, Vec::new()) }
        }
        Fault::StrangersKey if put => {
            Reply { receipt: Some(centre.strangers_receipt(request, wall_ms)?), ..reply(201, None, Vec::new()) }
        }
        Fault::CutUpload if request.body.length() > 0 && request.apart => {
            let kept = dice.between(0, request.body.length());
            let _ = centre.serve(&media::beginning(request, usize::try_from(kept).unwrap_or(0)), wall_ms);
            return Some(Fate::Ends { after_ms: latency_ms(dice), outcome: Box::new(Err(Failure::Broken)) });
        }
        Fault::ForgottenUpload if centre.uploads_mut().forget(&request.path) => centre.serve(request, wall_ms),
        // Three times, and a phone gives it up: that shall be rare.
        Fault::DamagedUpload if dice.percent(40) && centre.uploads_mut().damage(&request.path) => {
            centre.serve(request, wall_ms)
        }
        Fault::DamagedPart => centre.serve(&media::damaged(request)?, wall_ms),
        Fault::LyingOffset if request.apart && request.method != Method::Post => {
            let all = centre.uploads().length(&request.path);
            media::lie(dice.pick(&[all, all / 2, all + 1, u64::MAX]).copied().unwrap_or(all))
        }
        // A twin is rare: once in ten of the other faults. Only an SOS goes on under another id; other creates are parked.
        Fault::OtherBytes
            if put
                && request.must_pass
                && dice.percent(10)
                && is_first_create(request)
                && centre.take_twin(request, wall_ms) =>
        {
            problem(409, "other-bytes")
        }
        _ => return None,
    };
    Some(Fate::Ends { after_ms: latency_ms(dice), outcome: Box::new(Ok(answer)) })
}

fn no_connection(request: &Request, dice: &mut Dice) -> Fate {
    let failures = [Failure::Offline, Failure::Dns, Failure::Connect, Failure::Tls, Failure::TlsValidity];
    match dice.pick(&failures) {
        Some(failure) if dice.percent(80) => {
            Fate::Ends { after_ms: dice.between(0, 3_000), outcome: Box::new(Err(*failure)) }
        }
        _ => lost(request, dice),
    }
}

fn lost(request: &Request, dice: &mut Dice) -> Fate {
    if dice.percent(50) {
        return Fate::Ends { after_ms: request.timeout_ms.into(), outcome: Box::new(Err(Failure::TimedOut)) };
    }
    Fate::Ends { after_ms: dice.between(1, 5_000), outcome: Box::new(Err(Failure::Broken)) }
}

/// A round trip's half: from a good Wi-Fi to a bad mobile network.
fn latency_ms(dice: &mut Dice) -> u64 {
    if dice.percent(10) { dice.between(200, 9_000) } else { dice.between(2, 200) }
}

/// A create that stands for no other one: nobody meets two twins.
fn is_first_create(request: &Request) -> bool {
    !request.path.contains("/events/") && Envelope::of(request.body.bytes()).replaces().is_none()
}

fn is_report(request: &Request) -> bool {
    request.method == Method::Put && Envelope::of(request.body.bytes()).kind() == "report"
}
