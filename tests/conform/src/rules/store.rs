//! What is new is stored and signed for.

use crate::phone::{bytes, fresh_id};
use crate::receipt::Aspect;
use crate::reply::Reply;
use crate::rule::{Account, Profile, Rule, Verdict};
use crate::run::Run;
use crate::write::Write;

const SECTION: &str = "The basic profile";

pub(super) static RULES: &[Rule] = &[
    Rule::must(
        "B01",
        SECTION,
        &["H01"],
        "A create and an event are stored and answered with a receipt; a 2xx never comes without one",
        |run| Box::pin(stored(run)),
    ),
    Rule::must("B02", SECTION, &["B01"], "What is stored for the first time is answered 201", |run| {
        Box::pin(created(run))
    }),
];

async fn stored(run: &mut Run) -> Result<(), Verdict> {
    if let Some((create, Ok(_))) = run.samples.first().cloned() {
        let event = fresh_id();
        let body = bytes(&run.phone.envelope(&create.incident, &event, "escalation"));
        let write = Write::event("an event", &create.incident, &event, body, true);
        let answer = run.try_put(&write).await;
        run.took(&write, &answer);
        run.samples.push((write, answer));
    }
    for (write, answer) in run.samples.clone() {
        match answer {
            Ok(reply) => run.judge_aspect(Aspect::Refused, &write, &reply)?,
            Err(why) => {
                let remedy = "answer in the time that a phone's first attempt has";
                return Account::new(write.shown(), format!("no answer: {why}"), "201 with Siaga-Receipt", remedy)
                    .fails();
            }
        }
    }
    if run.target.profile == Profile::All && !run.target.is_quick {
        super::timeline::begin_longest(run);
    }
    Ok(())
}

async fn created(run: &mut Run) -> Result<(), Verdict> {
    sampled(run, Aspect::FirstStatus)
}

/// The samples with their answers; only rules that need B01 ask for them.
pub(super) fn samples(run: &Run) -> Vec<(Write, Reply)> {
    run.samples.iter().filter_map(|(write, answer)| Some((write.clone(), answer.clone().ok()?))).collect()
}

/// Judges one aspect by the samples.
pub(super) fn sampled(run: &Run, aspect: Aspect) -> Result<(), Verdict> {
    samples(run).iter().try_for_each(|(write, reply)| run.judge_aspect(aspect, write, reply))
}

/// The incident that is stored with its create.
pub(super) fn incident(run: &Run) -> String {
    run.samples.first().map(|(write, _)| write.incident.clone()).unwrap_or_default()
}
