//! Drafts of reports, and words that are added later.

use siaga::{Error, IncidentId, Report};

use crate::guard::guarded;
use crate::siaga::Siaga;

#[uniffi::export]
impl Siaga {
    /// Keeps a report that is not finished, over every death of the process. Nothing of it leaves the phone before it is
    /// submitted. Files can be attached to it, and go with it. At most four are kept.
    ///
    /// # Errors
    /// `Report`, `Store`, `Closed`.
    pub fn draft(&self, report: Report) -> Result<IncidentId, Error> {
        guarded("draft", || self.core.draft(report))
    }

    /// What a draft says, for the screen that edits it.
    ///
    /// # Errors
    /// `Report`, `Store`, `Closed`.
    pub fn drafted(&self, draft: IncidentId) -> Result<Report, Error> {
        guarded("drafted", || self.core.drafted(draft))
    }

    /// A draft says this from now on.
    ///
    /// # Errors
    /// `Report`, `Store`, `Closed`.
    pub fn edit(&self, draft: IncidentId, report: Report) -> Result<(), Error> {
        guarded("edit", || self.core.edit(draft, report))
    }

    /// Queues a draft as the report that it is now, with its files. Its id stays.
    ///
    /// # Errors
    /// `Report`, `Store`, `Closed`.
    pub fn submit_draft(&self, draft: IncidentId) -> Result<IncidentId, Error> {
        guarded("submit_draft", || self.core.submit_draft(draft))
    }

    /// Throws a draft away, with our copies of its files.
    ///
    /// # Errors
    /// `Report`, `Store`, `Closed`.
    pub fn discard(&self, draft: IncidentId) -> Result<(), Error> {
        guarded("discard", || self.core.discard(draft))
    }

    /// Adds words to an incident that the snapshot shows and that is no draft: 1–4,000 characters, an event of its own.
    ///
    /// # Errors
    /// `Report`, `Closed`.
    pub fn add_note(&self, incident: IncidentId, text: String) -> Result<(), Error> {
        guarded("add_note", || self.core.add_note(incident, &text))
    }
}
