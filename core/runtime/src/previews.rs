//! Small pictures of what is attached: made by the platform, after the copy is ours, and never waited for.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use siaga_engine::Event;
use siaga_engine::ids::FileId;
use siaga_engine::media::MediaType;

use crate::core::Core;
use crate::ports::Previews;

/// Pictures that wait for their turn behind one that takes long. As many files as an incident can have; of what comes on top of
/// them the dispatcher sees the file itself.
const MOST_WANTED: usize = 16;

/// Asks the platform for one picture after the other.
pub(crate) struct PreviewMaker {
    port: Option<Arc<dyn Previews>>,
    /// Whether a thread of ours asks; else the one that attaches.
    apart: bool,
    line: Mutex<Line>,
}

#[derive(Default)]
struct Line {
    wanted: VecDeque<Wanted>,
    /// A thread asks for those that are wanted.
    at_work: bool,
}

struct Wanted {
    file: FileId,
    path: PathBuf,
    media_type: MediaType,
}

impl PreviewMaker {
    pub(crate) fn new(port: Option<Arc<dyn Previews>>, apart: bool) -> Self {
        Self { port, apart, line: Mutex::default() }
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        // A thread that panicked left a whole line.
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next(&self) -> Option<Wanted> {
        let mut line = self.line();
        let next = line.wanted.pop_front();
        line.at_work = next.is_some();
        next
    }

    /// What the platform gives, when it is a small picture indeed.
    fn event(&self, wanted: &Wanted) -> Option<Event> {
        let Wanted { file, path, media_type } = wanted;
        let port = self.port.as_ref()?;
        // A decoder that panics is one without a picture (INV-11).
        let bytes = catch_unwind(AssertUnwindSafe(|| port.preview(path, *media_type))).ok().flatten()?;
        Some(Event::PreviewMade { file: *file, preview: siaga_media::preview(bytes)? })
    }
}

/// A file is announced: its picture is asked for, when there can be one. A process that dies before it is there has none
/// made later: by the time of the next one the file itself is on its way.
pub(crate) fn ask(core: &Arc<Core>, file: FileId) {
    let maker = &core.previews;
    // A file that a draft holds is announced with its report.
    let Some((sha256, media_type)) = core.announced_copy(file) else { return };
    if maker.port.is_none() || !media_type.is_visible() {
        return;
    }
    {
        let mut line = maker.line();
        if line.wanted.len() >= MOST_WANTED {
            return;
        }
        line.wanted.push_back(Wanted { file, path: core.media().path(sha256), media_type });
        if std::mem::replace(&mut line.at_work, true) {
            return;
        }
    }
    let weak = Arc::downgrade(core);
    if !maker.apart {
        return make(&weak);
    }
    if std::thread::Builder::new().name("siaga-preview".to_owned()).spawn(move || make(&weak)).is_err() {
        *maker.line() = Line::default();
    }
}

/// A picture that takes long keeps no core alive.
fn make(core: &Weak<Core>) {
    while let Some(wanted) = core.upgrade().and_then(|core| core.previews.next()) {
        let Some(maker) = core.upgrade().map(|core| Arc::clone(&core.previews)) else { return };
        let made = maker.event(&wanted);
        if let (Some(core), Some(event)) = (core.upgrade(), made) {
            // A step that fails leaves the dispatcher without the picture, and nobody else without anything.
            let _ = core.step(event);
        }
    }
}
