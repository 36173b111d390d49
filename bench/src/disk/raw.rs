//! The least that anybody can do: append to a file, and sync it.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;

use super::{Load, Queue, Turn};
use crate::pace::Pace;
use crate::row::Stop;

/// A tombstone: the number of the record that is gone, and a mark.
const TOMBSTONE: [u8; 17] = [0xFF; 17];

pub(super) struct Raw {
    file: File,
    payload: Vec<u8>,
}

impl Raw {
    pub(super) fn open(folder: &Path, load: &Load) -> Result<Self, Stop> {
        let file = OpenOptions::new().create(true).append(true).open(folder.join("log"))?;
        Ok(Self { file, payload: load.payload.clone() })
    }
}

impl Queue for Raw {
    fn turn(&mut self, samples: usize, pace: Pace) -> Result<Turn, Stop> {
        let Self { file, payload } = self;
        let mut append = |bytes: &[u8]| file.write_all(bytes).and_then(|()| file.sync_data());
        let mut turn = Turn::default();
        for _ in 0..samples {
            let (enqueue_us, appended) = pace.timed(|| append(payload));
            appended?;
            let (ack_us, appended) = pace.timed(|| append(&TOMBSTONE));
            appended?;
            turn.enqueues.push(enqueue_us);
            turn.acks.push(ack_us);
        }
        Ok(turn)
    }
}
