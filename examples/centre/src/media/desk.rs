//! The desk's part in media: looking up, judging, and the order in which file and receipt become durable.
//!
//! Two results lie in each other: the outer one is the store's or the disk's failure (503), the inner one a refusal.

use siaga_vault::Digest;

use super::atwork::Hold;
use super::judge::{
    CreationDecision, KEPT_MS, KnownUpload, PatchDecision, judge_deletion, judge_patch, judge_secret, judge_whole,
};
use super::{MediaRefusal, Outcome, Patch, Session, UploadId};
use crate::CentreError;
use crate::desk::{Desk, now_ms};
use crate::store::{Created, Record, UploadRow};

/// How often the time of the last byte is written down at most: it is one commit, and a week is long.
const TOUCH_EVERY_MS: i64 = 60 * 60 * 1000;

/// A refusal, unless the store fails.
type Judged<T> = Result<Result<T, MediaRefusal>, CentreError>;

/// What a PATCH may do now.
pub(crate) enum Begun {
    /// Bring its bytes.
    Take(Box<Session>),
    /// Nothing is missing.
    Finished { receipt: String, bytes: u64 },
}

impl Desk {
    /// Makes an upload, or finds it: the row, and whether it is new.
    pub(crate) fn create_upload(&self, created: &Created) -> Judged<(UploadRow, bool)> {
        self.forget_expired()?;
        let upload = UploadId::of(&created.creation.incident, &created.creation.sha256);
        // Nobody may write to it between the row and the empty file.
        let hold = self.media().hold(&upload)?;
        let is_new = match self.store().create_upload(created, now_ms())? {
            CreationDecision::Create => true,
            CreationDecision::Continue => false,
            CreationDecision::Refuse(refusal) => return Ok(Err(refusal)),
        };
        if is_new {
            let Some(hold) = &hold else { return Ok(Err(MediaRefusal::Busy)) };
            hold.storage().create(&upload)?;
            self.tell(&created.creation.incident);
        }
        drop(hold);
        let standing = self.standing(&upload, created.presented.as_ref())?;
        Ok(standing.map(|row| (row, is_new)))
    }

    /// An upload as it stands. One of which all bytes are there without a receipt (the centre was killed between the last
    /// byte and the receipt) is judged now: a phone must never see a whole file without the centre's word on it.
    pub(crate) fn standing(&self, upload: &UploadId, presented: Option<&Digest>) -> Judged<UploadRow> {
        let mut row = match self.opened(upload, presented)? {
            Ok(row) => row,
            Err(refusal) => return Ok(Err(refusal)),
        };
        if row.known.receipt.is_some() || row.received < row.known.bytes {
            return Ok(Ok(row));
        }
        let Some(hold) = self.media().hold(upload)? else { return Ok(Err(MediaRefusal::Busy)) };
        let Some(found) = self.store().upload(upload)? else { return Ok(Err(MediaRefusal::NotFound)) };
        if found.known.receipt.is_none() {
            let digest = hold.hash(row.known.bytes)?.digest();
            match self.settle(&hold, &found.known, &digest)? {
                Ok(receipt) => row.known.receipt = Some(receipt),
                Err(refusal) => return Ok(Err(refusal)),
            }
        } else {
            row.known.receipt = found.known.receipt;
        }
        Ok(Ok(row))
    }

    /// Begins a piece.
    pub(crate) fn begin(&self, upload: &UploadId, patch: &Patch, presented: Option<&Digest>) -> Judged<Begun> {
        let row = match self.opened(upload, presented)? {
            Ok(row) => row,
            Err(refusal) => return Ok(Err(refusal)),
        };
        if row.known.receipt.is_some() {
            return Ok(decided(judge_patch(patch, &row.known, row.known.bytes), row.known.bytes));
        }
        let Some(hold) = self.media().hold(upload)? else { return Ok(Err(MediaRefusal::Locked)) };
        // Whoever wrote a moment ago may have completed or removed it.
        let Some(row) = self.store().upload(upload)? else { return Ok(Err(MediaRefusal::NotFound)) };
        let received = if row.known.receipt.is_some() { row.known.bytes } else { hold.received() };
        match judge_patch(patch, &row.known, received) {
            PatchDecision::Take { limit_bytes: _ } => {
                Ok(Ok(Begun::Take(Box::new(Session::open(hold, row.known, patch.checksum)?))))
            }
            decision @ (PatchDecision::Finished { .. } | PatchDecision::Refuse(_)) => {
                Ok(decided(decision, row.known.bytes))
            }
        }
    }

    /// Ends a piece. `is_whole`: its body did not break off.
    pub(crate) fn end(&self, mut session: Session, is_whole: bool) -> Result<Outcome, CentreError> {
        let ended = session.end(is_whole)?;
        let upload = session.upload();
        self.tell(&upload.incident);
        let now = now_ms();
        let mut expires_ms = upload.expires_ms();
        if now.saturating_sub(upload.touched_ms) > TOUCH_EVERY_MS {
            self.store().touch_upload(session.hold().upload(), now)?;
            expires_ms = Some(now.saturating_add(KEPT_MS));
        }
        // The last byte may come and its connection break all the same; then the next HEAD has the receipt.
        let is_all_there = session.received() == upload.bytes && !matches!(ended, Err(Some(_)));
        if is_all_there {
            return Ok(match self.settle(session.hold(), upload, &session.digest())? {
                Ok(receipt) => Outcome::Confirmed { receipt },
                Err(refusal) => Outcome::Refused(refusal),
            });
        }
        let received = session.received();
        session.keep();
        Ok(match ended {
            Ok(()) => Outcome::Partial { received, expires_ms },
            Err(None) => Outcome::Cut,
            Err(Some(refusal)) => Outcome::Refused(refusal),
        })
    }

    /// Forgets an upload because its citizen took it back.
    pub(crate) fn delete_upload(&self, upload: &UploadId, presented: Option<&Digest>) -> Judged<()> {
        if let Err(refusal) = self.opened(upload, presented)? {
            return Ok(Err(refusal));
        }
        let Some(hold) = self.media().hold(upload)? else { return Ok(Err(MediaRefusal::Locked)) };
        let Some(row) = self.store().upload(upload)? else { return Ok(Err(MediaRefusal::NotFound)) };
        if let Err(refusal) = judge_deletion(&row.known) {
            return Ok(Err(refusal));
        }
        self.forget(&hold)?;
        self.tell(&row.known.incident);
        Ok(Ok(()))
    }

    /// Removes what nobody came back for.
    pub(crate) fn forget_expired(&self) -> Result<(), CentreError> {
        let now = now_ms();
        let expired = self.store().uploads_untouched_since(now.saturating_sub(KEPT_MS))?;
        for row in expired {
            // One that somebody writes to right now has not expired.
            let Some(hold) = self.media().hold(&row.upload)? else { continue };
            // Nor has one that somebody completed since the list was made.
            let found = self.store().upload(&row.upload)?;
            if found.is_some_and(|row| row.known.is_expired(now)) {
                self.forget(&hold)?;
            }
        }
        Ok(())
    }

    /// Fills in how much of each upload is there.
    pub(crate) fn measured(&self, mut records: Vec<Record>) -> Result<Vec<Record>, CentreError> {
        for row in records.iter_mut().flat_map(|record| &mut record.uploads) {
            row.received = self.received(row)?;
        }
        Ok(records)
    }

    fn received(&self, row: &UploadRow) -> Result<u64, CentreError> {
        let is_complete = row.known.receipt.is_some();
        Ok(if is_complete { row.known.bytes } else { self.media().received(&row.upload)? })
    }

    /// An upload for whoever has the incident's secret.
    fn opened(&self, upload: &UploadId, presented: Option<&Digest>) -> Judged<UploadRow> {
        let found = self.store().upload(upload)?;
        let Some(mut row) = found.filter(|row| !row.known.is_expired(now_ms())) else {
            return Ok(Err(MediaRefusal::NotFound));
        };
        let incident = self.incident(&row.known.incident)?;
        if let Err(refusal) = judge_secret(incident.as_ref(), presented) {
            return Ok(Err(refusal));
        }
        row.received = self.received(&row)?;
        Ok(Ok(row))
    }

    /// All bytes are there: right or wrong? The file is on the disk before the receipt is, and both before anybody hears of it.
    fn settle(&self, hold: &Hold, upload: &KnownUpload, found: &Digest) -> Judged<String> {
        if *found == upload.sha256 {
            hold.storage().finish(hold.upload())?;
        }
        let judged = self.signing(|store, signer| {
            let judged = judge_whole(upload, found, signer);
            if let Ok(receipt) = &judged {
                store.confirm_upload(hold.upload(), receipt, signer.at_ms)?;
            }
            Ok(judged)
        })?;
        if judged.is_err() {
            self.forget(hold)?;
        }
        self.tell(&upload.incident);
        Ok(judged)
    }

    /// The bytes first: a row without bytes is an upload that begins, bytes without a row would stay for ever.
    fn forget(&self, hold: &Hold) -> Result<(), CentreError> {
        hold.remove()?;
        self.store().forget_upload(hold.upload())
    }
}

fn decided(decision: PatchDecision, bytes: u64) -> Result<Begun, MediaRefusal> {
    match decision {
        PatchDecision::Finished { receipt } => Ok(Begun::Finished { receipt, bytes }),
        PatchDecision::Refuse(refusal) => Err(refusal),
        // Only what is incomplete is taken, and that is asked elsewhere.
        PatchDecision::Take { .. } => Err(MediaRefusal::Busy),
    }
}
