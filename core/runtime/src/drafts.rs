//! Drafts of reports, and words that are added later.

use siaga_engine::ids::IncidentId;
use siaga_engine::{Answer, Event, Report};

use crate::error::Error;
use crate::previews;
use crate::siaga::{Siaga, made};

impl Siaga {
    /// Keeps a report that is not finished. It stays until it is submitted or discarded, over every death of the process, and
    /// nothing of it leaves the phone. Files can be attached to it, and go with it. At most four are kept.
    ///
    /// # Errors
    /// [`Error::Report`], [`Error::Store`], [`Error::Closed`].
    pub fn draft(&self, report: Report) -> Result<IncidentId, Error> {
        made(self.core.step(Event::Drafted(report))?)
    }

    /// What a draft says, for the screen that edits it.
    ///
    /// # Errors
    /// As for [`Siaga::draft`].
    pub fn drafted(&self, draft: IncidentId) -> Result<Report, Error> {
        self.core.drafted(draft)
    }

    /// A draft says this from now on.
    ///
    /// # Errors
    /// As for [`Siaga::draft`].
    pub fn edit(&self, draft: IncidentId, report: Report) -> Result<(), Error> {
        noted(self.core.step(Event::DraftEdited { incident: draft, report })?)
    }

    /// Queues a draft as the report that it is now, with its files. Its id stays.
    ///
    /// # Errors
    /// As for [`Siaga::draft`].
    pub fn submit_draft(&self, draft: IncidentId) -> Result<IncidentId, Error> {
        let report = made(self.core.step(Event::DraftSubmitted(draft))?)?;
        let snapshot = self.snapshot();
        let files = snapshot.incident(report).into_iter().flat_map(|incident| &incident.files);
        files.for_each(|file| previews::ask(&self.core, file.id));
        Ok(report)
    }

    /// Throws a draft away, with our copies of its files.
    ///
    /// # Errors
    /// As for [`Siaga::draft`].
    pub fn discard(&self, draft: IncidentId) -> Result<(), Error> {
        noted(self.core.step(Event::DraftDiscarded(draft))?)?;
        self.core.sweep_soon();
        Ok(())
    }

    /// Adds words to an incident that the snapshot shows and that is no draft: 1–4,000 characters, an event of its own.
    ///
    /// # Errors
    /// [`Error::Report`], [`Error::Closed`].
    pub fn add_note(&self, incident: IncidentId, text: &str) -> Result<(), Error> {
        noted(self.core.step(Event::NoteAdded { incident, text: text.to_owned() })?)
    }
}

fn noted(answer: Answer) -> Result<(), Error> {
    if let Answer::Declined(declined) = answer { Err(declined.into()) } else { Ok(()) }
}
