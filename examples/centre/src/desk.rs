//! The desk: store, keys and news in one place, shared by the server, the page and the handle.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{SystemTime, UNIX_EPOCH};

use siaga_vault::{Digest, PublicKey};
use tokio::sync::broadcast;

use crate::accept::{Arrival, KnownIncident, SignedStep, Signer, sign_step};
use crate::evidence::export;
use crate::keyring::Keyring;
use crate::media::{DiskStorage, Media, Storage};
use crate::step::Mark;
use crate::store::{Answer, Record, Section, Store};
use crate::{CentreError, IncidentSummary};

/// How many news a slow listener may be behind before it is told to look for itself.
const NEWS_KEPT: usize = 256;

/// Something changed about this incident.
#[derive(Debug, Clone)]
pub(crate) struct News {
    pub(crate) incident: String,
}

/// All calls block (SQLite), so async code calls them by [`tokio::task::spawn_blocking`].
pub(crate) struct Desk {
    centre: String,
    store: Mutex<Store>,
    media: Arc<Media>,
    keys: RwLock<Keyring>,
    news: broadcast::Sender<News>,
}

impl Desk {
    pub(crate) fn open(folder: &Path, centre: &str) -> Result<Desk, CentreError> {
        let path = folder.join("media");
        Desk::open_with(folder, centre, || match DiskStorage::open(&path) {
            Ok(storage) => Ok(Box::new(storage)),
            Err(source) => Err(CentreError::File { path: path.clone(), source }),
        })
    }

    /// The same with another place for the bytes of uploads. It is made last, when the folder is known to be ours.
    pub(crate) fn open_with(
        folder: &Path,
        centre: &str,
        storage: impl FnOnce() -> Result<Box<dyn Storage>, CentreError>,
    ) -> Result<Desk, CentreError> {
        std::fs::create_dir_all(folder).map_err(|source| CentreError::File { path: folder.to_owned(), source })?;
        let keys = Keyring::open(folder, centre, now_ms())?;
        let store = Mutex::new(Store::open(&folder.join("centre.db"))?);
        let media = Arc::new(Media::new(storage()?));
        let (news, _) = broadcast::channel(NEWS_KEPT);
        let desk = Desk { centre: centre.to_owned(), store, media, keys: RwLock::new(keys), news };
        desk.forget_expired()?;
        Ok(desk)
    }

    pub(crate) fn centre(&self) -> &str {
        &self.centre
    }

    pub(crate) fn accept(&self, arrival: &Arrival<'_>) -> Result<Answer, CentreError> {
        let answer = self.signing(|store, signer| store.accept(arrival, signer))?;
        if let Answer::Stored { .. } = answer {
            self.tell(arrival.incident);
        }
        Ok(answer)
    }

    pub(crate) fn mark(&self, incident: &str, mark: Mark) -> Result<(), CentreError> {
        if self.signing(|store, signer| store.mark(incident, mark, signer.at_ms))? {
            self.tell(incident);
        }
        Ok(())
    }

    pub(crate) fn incident(&self, id: &str) -> Result<Option<KnownIncident>, CentreError> {
        self.store().incident(id)
    }

    /// The steps with a number above `after`. They are signed here and not when they are set: a phone waits for a receipt, and
    /// the same step under the same key has the same signature each time.
    pub(crate) fn steps_after(
        &self,
        id: &str,
        incident: &KnownIncident,
        after: u32,
    ) -> Result<Vec<SignedStep>, CentreError> {
        let steps = self.store().steps_after(id, after)?;
        let keys = self.keys();
        let signed = steps.into_iter().map(|step| {
            let signer = Signer { centre: &self.centre, key: keys.current(), at_ms: step.at_ms };
            sign_step(id, &KnownIncident { steps: step.n, ..incident.clone() }, &step.step, &signer)
        });
        Ok(signed.collect())
    }

    /// Whether the store can be read.
    pub(crate) fn check(&self) -> Result<(), CentreError> {
        self.store().newest(Section::Emergencies, 1).map(drop)
    }

    pub(crate) fn newest(&self, section: Section, limit: u32) -> Result<Vec<Record>, CentreError> {
        let records = self.store().newest(section, limit)?;
        self.measured(records)
    }

    /// One incident with all that is stored of it.
    pub(crate) fn record(&self, id: &str) -> Result<Record, CentreError> {
        let record = self.store().record(id.to_owned())?;
        self.measured(vec![record])?.pop().ok_or(CentreError::NoIncident)
    }

    /// The evidence of an incident, to be saved and judged elsewhere.
    pub(crate) fn evidence(&self, id: &str) -> Result<String, CentreError> {
        Ok(export(&self.record(id)?, self.centre(), &self.key_set()))
    }

    /// Everything that is stored, for tests and demonstrations.
    pub(crate) fn summaries(&self) -> Result<Vec<IncidentSummary>, CentreError> {
        let store = self.store();
        let mut records = Vec::new();
        for section in Section::ALL {
            records.extend(store.newest(section, u32::MAX)?);
        }
        drop(store);
        self.measured(records).map(|records| records.iter().map(IncidentSummary::of).collect())
    }

    pub(crate) fn rotate_key(&self) -> Result<(), CentreError> {
        self.keys.write().unwrap_or_else(PoisonError::into_inner).rotate(now_ms())
    }

    pub(crate) fn root_key(&self) -> PublicKey {
        self.keys().root().clone()
    }

    pub(crate) fn key_set(&self) -> String {
        self.keys().key_set().to_owned()
    }

    pub(crate) fn key_ids(&self) -> Vec<String> {
        self.keys().key_ids()
    }

    /// News from now on.
    pub(crate) fn listen(&self) -> broadcast::Receiver<News> {
        self.news.subscribe()
    }

    pub(crate) fn media(&self) -> &Arc<Media> {
        &self.media
    }

    pub(crate) fn signing<T>(
        &self,
        work: impl FnOnce(&mut Store, &Signer<'_>) -> Result<T, CentreError>,
    ) -> Result<T, CentreError> {
        let keys = self.keys();
        let mut store = self.store();
        // Read under the lock, so that the times of a timeline go up with its numbers.
        let signer = Signer { centre: &self.centre, key: keys.current(), at_ms: now_ms() };
        work(&mut store, &signer)
    }

    pub(crate) fn tell(&self, incident: &str) {
        // An error means that nobody listens.
        let _ = self.news.send(News { incident: incident.to_owned() });
    }

    /// A panic while the lock was held rolled its transaction back, so the store is as good as before.
    pub(crate) fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keys(&self) -> std::sync::RwLockReadGuard<'_, Keyring> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a presented secret opens this incident.
pub(crate) fn opens(incident: &KnownIncident, presented: Option<&Digest>) -> bool {
    match (presented, &incident.secret_sha256) {
        (Some(presented), Some(stated)) => crate::secret::equal_in_constant_time(presented, stated),
        (None, Some(_)) | (Some(_), None) | (None, None) => false,
    }
}

/// The centre's wall clock, in Unix milliseconds; at least 1, because a receipt needs a time.
pub(crate) fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX).max(1)
}
