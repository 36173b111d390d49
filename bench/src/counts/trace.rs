//! Reads what strace wrote.

use std::collections::BTreeMap;

use super::{END, MARK};

/// What happened between the marks of one kind of step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counted {
    pub(super) steps: usize,
    /// Syncs of the log that made frames durable.
    commits: u64,
    log_bytes: u64,
}

/// A page of the database; the log's own headers are smaller.
const PAGE_BYTES: u64 = 4096;

/// A trace, read.
#[derive(Debug, Default)]
pub(super) struct Trace {
    kinds: BTreeMap<String, Counted>,
    /// Everything that was written to the log, in measured steps or not.
    log_bytes: u64,
    /// Every sync that made no frames durable: those of checkpoints and of starting the log over.
    housekeeping: u64,
    /// Frames were written and not yet synced.
    unsynced: bool,
}

impl Trace {
    pub(super) fn read(text: &str) -> Self {
        let mut trace = Self::default();
        let mut within: Option<String> = None;
        for call in text.lines().filter_map(Call::read) {
            match call {
                Call::Mark(END) => within = None,
                Call::Mark(word) => {
                    trace.kinds.entry(word.to_owned()).or_default().steps += 1;
                    within = Some(word.to_owned());
                }
                Call::Sync => trace.sync(within.as_ref()),
                Call::LogWrite(bytes) => {
                    trace.unsynced |= bytes >= PAGE_BYTES;
                    trace.log_bytes += bytes;
                    trace.note(within.as_ref(), |counted| counted.log_bytes += bytes);
                }
            }
        }
        trace
    }

    fn sync(&mut self, within: Option<&String>) {
        if std::mem::take(&mut self.unsynced) {
            self.note(within, |counted| counted.commits += 1);
        } else {
            self.housekeeping += 1;
        }
    }

    fn note(&mut self, within: Option<&String>, change: impl FnOnce(&mut Counted)) {
        if let Some(word) = within {
            change(self.kinds.entry(word.clone()).or_default());
        }
    }

    /// What was counted in the steps that are marked so.
    pub(super) fn of(&self, word: &str) -> Counted {
        self.kinds.get(word).copied().unwrap_or_default()
    }

    /// Syncs of one step, and its share of housekeeping's: checkpoints come with the bytes in the log, so each step bears
    /// them by what it wrote there.
    pub(super) fn syncs_a_step(&self, counted: Counted) -> f64 {
        let share = ratio(counted.log_bytes, self.log_bytes);
        (number(counted.commits) + number(self.housekeeping) * share) / number(counted.steps as u64)
    }

    /// Bytes that one step wrote to the log.
    pub(super) fn log_bytes_a_step(counted: Counted) -> f64 {
        ratio(counted.log_bytes, counted.steps as u64)
    }
}

fn ratio(part: u64, whole: u64) -> f64 {
    number(part) / number(whole)
}

#[allow(clippy::cast_precision_loss, reason = "counts far below 2 to the power of 52")]
fn number(count: u64) -> f64 {
    count as f64
}

/// A line that counts.
enum Call<'a> {
    Mark(&'a str),
    Sync,
    LogWrite(u64),
}

impl<'a> Call<'a> {
    /// `123 pwrite64(5</x/siaga.db-wal>, ""..., 4096, 32) = 4096`
    fn read(line: &'a str) -> Option<Self> {
        let call = line.split_once(' ').map_or(line, |(_, call)| call.trim_start());
        if let Some((_, rest)) = call.split_once(MARK) {
            return rest.split_once('"').map(|(word, _)| Self::Mark(word));
        }
        let (name, rest) = call.split_once('(')?;
        match name {
            "fsync" | "fdatasync" | "sync_file_range" | "sync" | "syncfs" | "msync" => Some(Self::Sync),
            "write" | "writev" | "pwrite64" | "pwritev" | "pwritev2" if rest.contains("-wal>") => {
                call.rsplit_once("= ").and_then(|(_, written)| written.trim().parse().ok()).map(Self::LogWrite)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A checkpoint, a step of one frame, another of two with a log that starts over.
    const TEXT: &str = "\
7 fdatasync(5</x/siaga.db-wal>) = 0
7 fdatasync(4</x/siaga.db>) = 0
7 statx(AT_FDCWD, \"/siaga-bench-mark/press\", AT_STATX_SYNC_AS_STAT, STATX_ALL, 0x7f) = -1 ENOENT (No such file)
7 pwrite64(5</x/siaga.db-wal>, \"\"..., 24, 32) = 24
7 pwrite64(5</x/siaga.db-wal>, \"\"..., 4096, 56) = 4096
7 pwrite64(4</x/siaga.db>, \"\"..., 4096, 0) = 4096
7 fdatasync(5</x/siaga.db-wal>) = 0
7 statx(AT_FDCWD, \"/siaga-bench-mark/end\", AT_STATX_SYNC_AS_STAT, STATX_ALL, 0x7f) = -1 ENOENT (No such file)
7 pwrite64(5</x/siaga.db-wal>, \"\"..., 32, 0) = 32
7 fdatasync(5</x/siaga.db-wal>) = 0
7 pwrite64(5</x/siaga.db-wal>, \"\"..., 4096, 56) = 4096
7 pwrite64(5</x/siaga.db-wal>, \"\"..., 4096, 4176) = 4096
7 fdatasync(5</x/siaga.db-wal>) = 0
";

    #[test]
    fn only_what_stands_between_the_marks_counts_and_only_the_log_s_bytes() {
        let trace = Trace::read(TEXT);
        assert_eq!(trace.of("press"), Counted { steps: 1, commits: 1, log_bytes: 4120 });
        assert_eq!(trace.of("ack"), Counted::default());
        assert_eq!((trace.housekeeping, trace.log_bytes), (3, 4120 + 32 + 8192));
        assert_eq!(Trace::read(&TEXT.repeat(4)).of("press").steps, 4);
    }

    #[test]
    fn a_step_bears_its_share_of_the_checkpoints() {
        let trace = Trace::read(TEXT);
        let share = 4120.0 / 12_344.0;
        assert!((trace.syncs_a_step(trace.of("press")) - (1.0 + 3.0 * share)).abs() < 1e-9);
    }
}
