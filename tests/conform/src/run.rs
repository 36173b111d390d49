//! One run: the rules in their order, and what they know of each other.

use std::collections::{BTreeMap, BTreeSet};

use tokio::task::JoinHandle;

use crate::client::Clients;
use crate::keys::Keys;
use crate::phone::Phone;
use crate::receipt::{Aspect, Fault, faults, file_faults};
use crate::reply::Reply;
use crate::rule::{Account, Level, Verdict};
use crate::tus::{File, Tus};
use crate::write::Write;
use crate::{ConformError, Judged, Report, Rule, Target, rules};

/// The state of a run.
pub(crate) struct Run {
    pub(crate) target: Target,
    pub(crate) clients: Clients,
    pub(crate) phone: Phone,
    /// The answer to the very first request.
    pub(crate) keys_reply: Reply,
    pub(crate) keys: Option<Keys>,
    /// The writes by which receipts are judged in general, with what was answered, or why nothing was.
    pub(crate) samples: Vec<(Write, Result<Reply, String>)>,
    /// What a rule of its own has found broken.
    pub(crate) known: BTreeSet<Aspect>,
    /// Whether a write over HTTP/1.1 was taken.
    pub(crate) takes_http1: bool,
    /// Whether a body without a stated length was taken.
    pub(crate) takes_pieces: bool,
    /// The first refusal of each kind, by the slug that belongs to it.
    pub(crate) refusals: BTreeMap<&'static str, (Write, Reply)>,
    /// The `Retry-After` of every 503 and 429.
    pub(crate) overloads: Vec<Option<String>>,
    /// What the capabilities name.
    pub(crate) offers: BTreeSet<String>,
    /// Whether parts of files are taken with a checksum.
    pub(crate) takes_checksums: bool,
    /// The most bytes of a file that the server says it takes.
    pub(crate) max_size: Option<usize>,
    /// The first request about media whose answer did not say which tus it speaks, and that answer.
    pub(crate) without_tus: Option<(String, String)>,
    /// The long poll that takes as long as one may.
    pub(crate) longest: Option<JoinHandle<Result<(Reply, std::time::Duration), String>>>,
    /// The incidents that are left on the server.
    pub(crate) left: BTreeMap<String, Left>,
}

/// What a server can know of an incident that is left there.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Left {
    /// What its create says, when there is one.
    created_as_drill: Option<bool>,
    /// Whether anything in it says that it is none.
    has_other: bool,
}

impl Left {
    pub(crate) fn add(&mut self, write: &Write) {
        if write.event == write.incident {
            self.created_as_drill = Some(write.drill);
        }
        self.has_other |= !write.drill;
    }

    pub(crate) fn is_drill(self) -> bool {
        self.created_as_drill.unwrap_or(!self.has_other)
    }
}

/// Checks a centre. Rules do not stop each other.
///
/// # Errors
/// [`ConformError::Unreachable`] when the first request has no answer.
pub async fn check(target: &Target) -> Result<Report, ConformError> {
    let mut run = Run::begin(target).await?;
    let mut judged: Vec<Judged> = Vec::new();
    for rule in rules().iter().filter(|rule| rule.profile <= target.profile) {
        let missing = rule.needs.iter().find_map(|id| {
            let judged = judged.iter().find(|judged| judged.rule.id == *id)?;
            match &judged.verdict {
                Verdict::Fail(_) => Some(format!("{id} is broken, and nothing can be said without it")),
                Verdict::Skipped { .. } => Some(format!("{id} was skipped, and nothing can be said without it")),
                Verdict::Pass | Verdict::Warning(_) => None,
            }
        });
        let verdict = match missing {
            Some(reason) => Verdict::Skipped { reason },
            None => run.judge_rule(rule).await,
        };
        judged.push(Judged { rule, verdict });
    }
    if let Some(unasked) = run.longest.take() {
        unasked.abort();
    }
    Ok(Report::new(target, judged, &run.left))
}

impl Run {
    async fn begin(target: &Target) -> Result<Run, ConformError> {
        let clients = Clients::new(target)?;
        let mut run = Run {
            target: target.clone(),
            clients,
            phone: Phone::new(),
            keys_reply: Reply::none(),
            keys: None,
            samples: Vec::new(),
            known: BTreeSet::new(),
            takes_http1: false,
            takes_pieces: false,
            refusals: BTreeMap::new(),
            overloads: Vec::new(),
            offers: BTreeSet::new(),
            takes_checksums: false,
            max_size: None,
            without_tus: None,
            longest: None,
            left: BTreeMap::new(),
        };
        let first = run.try_get("/v1/keys", &[]).await;
        run.keys_reply =
            first.map_err(|why| ConformError::Unreachable { url: target.at("/v1/keys"), why: with_advice(why) })?;
        Ok(run)
    }

    async fn judge_rule(&mut self, rule: &'static Rule) -> Verdict {
        let verdict = match (rule.check)(self).await {
            Ok(()) => Verdict::Pass,
            Err(Verdict::Fail(account)) if rule.level == Level::Should => Verdict::Warning(account),
            Err(verdict) => verdict,
        };
        if let Verdict::Fail(_) = verdict {
            self.known.extend(Aspect::ALL.into_iter().filter(|aspect| aspect.owner() == rule.id));
        }
        verdict
    }

    /// All faults of the first answer to a write.
    pub(crate) fn faults(&self, write: &Write, reply: &Reply) -> Vec<Fault> {
        faults(write, reply, self.keys.as_ref(), &self.target.centre)
    }

    /// Judges one aspect of a write's first answer.
    pub(crate) fn judge_aspect(&self, aspect: Aspect, write: &Write, reply: &Reply) -> Result<(), Verdict> {
        let fault = self.faults(write, reply).into_iter().find(|fault| fault.aspect == aspect);
        fault.map_or(Ok(()), |fault| fault.account.fails())
    }

    /// Judges the receipt of a whole file in all that no other rule has found broken already.
    pub(crate) fn judge_file_receipt(&self, sent: &Tus, file: &File, reply: &Reply) -> Result<(), Verdict> {
        let is_known = |fault: &Fault| self.known.contains(&fault.aspect);
        let faults = file_faults(sent.shown(), file, reply, self.keys.as_ref(), &self.target.centre);
        faults.into_iter().find(|fault| !is_known(fault)).map_or(Ok(()), |fault| fault.account.fails())
    }

    /// Sends a write that has to be stored, and judges the answer in all that no other rule has found broken already.
    pub(crate) async fn stored(&mut self, write: &Write) -> Result<Reply, Verdict> {
        let reply = self.put(write).await?;
        let fault = self.faults(write, &reply).into_iter().find(|fault| !self.known.contains(&fault.aspect));
        fault.map_or(Ok(reply), |fault| fault.account.fails())
    }

    /// Sends a write again that is stored already: 200 and the very same receipt.
    pub(crate) async fn repeated(&mut self, write: &Write, first: &Reply) -> Result<(), Verdict> {
        let again = write.again(write.what);
        let reply = self.put(&again).await?;
        let sent = format!("{}, the second time", again.shown());
        let remedy = "look the pair of ids up first; when the hash is the same, answer 200 with the receipt that was stored with the bytes";
        if reply.status != 200 {
            return Account::new(sent, reply.shown(), "200 with the receipt of the first time", remedy).fails();
        }
        if reply.receipt() != first.receipt() {
            let came = format!("{}: another receipt than the first time", reply.shown());
            return Account::new(sent, came, "the receipt of the first time, byte for byte", remedy).fails();
        }
        Ok(())
    }

    /// Sends a write that has to be refused with this status, and keeps the answer for the rule about problems.
    pub(crate) async fn refused(
        &mut self,
        write: &Write,
        (status, slug): (u16, &'static str),
        remedy: &str,
    ) -> Result<(), Verdict> {
        let reply = self.put(write).await?;
        if reply.status != status {
            return Account::new(write.shown(), reply.shown(), status.to_string(), remedy).fails();
        }
        self.refusals.entry(slug).or_insert_with(|| (write.clone(), reply));
        Ok(())
    }
}

/// What to try when nothing is there at all.
fn with_advice(why: String) -> String {
    if why.contains("UnknownIssuer") || why.contains("certificate") {
        return format!("{why} (a private authority is given by --ca FILE)");
    }
    why
}
