//! Playing a recording.

use std::sync::{Arc, Condvar, Mutex, PoisonError, Weak};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use siaga::{LocationReport, Siaga};

use crate::fault::Fault;
use crate::track::{Track, TrackPoint};

/// A recording that plays; dropping it stops it.
pub struct Playing {
    stop: Arc<Stop>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Stop {
    stopped: Mutex<bool>,
    bell: Condvar,
}

impl Track {
    /// Plays the recording `speed` times as fast as it was made. The first point is with the core when this returns, so that
    /// a press right after it has a position; the others follow from a thread.
    ///
    /// # Errors
    /// The core's, and [`Fault::System`] when there is no thread to be had.
    pub fn play(&self, siaga: &Arc<Siaga>, speed: f64) -> Result<Playing, Fault> {
        let begun = Instant::now();
        let stop = Arc::new(Stop::default());
        let Some((first, rest)) = self.points.split_first() else { return Ok(Playing { stop, thread: None }) };
        siaga.location(LocationReport::Fix(first.reading()))?;
        if rest.is_empty() {
            return Ok(Playing { stop, thread: None });
        }
        let (siaga, rest, bell) = (Arc::downgrade(siaga), rest.to_vec(), Arc::clone(&stop));
        let thread = std::thread::Builder::new()
            .name("track".to_owned())
            .spawn(move || follow(&siaga, &rest, begun, speed, &bell))
            .map_err(Fault::system("starting to play the track"))?;
        Ok(Playing { stop, thread: Some(thread) })
    }
}

/// Gives each point when its time has come, until the last, or until told to stop.
fn follow(siaga: &Weak<Siaga>, points: &[TrackPoint], begun: Instant, speed: f64, stop: &Stop) {
    for point in points {
        #[expect(clippy::cast_precision_loss, reason = "a recording is far shorter than 2^52 ms")]
        let after = Duration::try_from_secs_f64(point.offset_ms as f64 / 1_000.0 / speed).unwrap_or(Duration::MAX);
        if stop.comes_within(after.saturating_sub(begun.elapsed())) {
            return;
        }
        let Some(siaga) = siaga.upgrade() else { return };
        if siaga.location(LocationReport::Fix(point.reading())).is_err() {
            return;
        }
    }
}

impl Stop {
    /// Waits so long; says whether it is over before.
    fn comes_within(&self, wait: Duration) -> bool {
        let stopped = self.stopped.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.bell.wait_timeout_while(stopped, wait, |stopped| !*stopped);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

impl Drop for Playing {
    fn drop(&mut self) {
        *self.stop.stopped.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.stop.bell.notify_all();
        let Some(thread) = self.thread.take() else { return };
        // The core may be dropped by that very thread.
        if thread.thread().id() != std::thread::current().id() {
            // A thread that panicked has nothing left to play.
            let _ = thread.join();
        }
    }
}
