//! What one durable step costs: the third press and the ack, beside files, SQLite and the queues of others on the same disk.
//!
//! All sides take turns: in each round 10 times, 20 enqueues and 20 acks each, every one 6 ms after the one before.

mod bare;
pub(crate) mod ours;
mod peer;
mod raw;

use std::path::{Path, PathBuf};

use crate::pace::Pace;
use crate::phone::Centre;
use crate::row::{Group, Setting, Side, Spec, Stop, Value};
use bare::Bare;
pub(crate) use ours::Ours;
use peer::Peer;
use raw::Raw;

/// See the module.
pub(crate) const GROUP: Group = Group { name: "disk", rows: ROWS, run, children: &[] };

const ROWS: &[Spec] = &[
    row("press-raw", "third press : append of its payload + fdatasync", 0.65),
    row("press-stock", "third press : stock rusqlite, WAL/FULL, same tables", 0.55),
    row("press-bare", "third press : one-row insert with our settings", 1.15),
    row("ack-raw", "receipt, next claim : append of a tombstone + fdatasync", 0.70),
    row("ack-stock", "receipt, next claim : delete + update in stock rusqlite", 0.55),
    row("ack-bare", "receipt, next claim : one-row delete with our settings", 1.2),
    row("press-tape", "third press : Tape 2, add", 0.6),
    row("ack-tape", "receipt, next claim : Tape 2, remove", 1.0),
    row("press-persist-queue", "third press : SQLiteAckQueue, put", 1.0),
    row("ack-persist-queue", "receipt, next claim : SQLiteAckQueue, ack and get of the next", 0.6),
];

const fn row(name: &'static str, compares: &'static str, limit: f64) -> Spec {
    Spec { name, compares, unit: "us", limit }
}

/// Turns of a side in one round.
const TURNS: usize = 10;
/// Enqueues, and acks, in one turn.
const SAMPLES: usize = 20;

/// One side: a queue that does so many enqueues and as many acks, in turn, each after a pause.
pub(crate) trait Queue {
    fn turn(&mut self, samples: usize, pace: Pace) -> Result<Turn, Stop>;
}

/// What they took, in microseconds.
#[derive(Debug, Default)]
pub(crate) struct Turn {
    pub(crate) enqueues: Vec<f64>,
    pub(crate) acks: Vec<f64>,
}

/// A queue and what it took so far; or why it is not there.
struct Contender {
    queue: Result<Box<dyn Queue>, String>,
    enqueue: Side,
    ack: Side,
}

/// What every side stores.
pub(crate) struct Load {
    /// The bytes of a real SOS.
    payload: Vec<u8>,
    /// The engine's state, as a press commits it.
    state: Vec<u8>,
    /// How large that is after an ack, which keeps the receipt in it, in bytes.
    state_after_ack: usize,
}

fn run(setting: &Setting) -> Result<Vec<Value>, Stop> {
    let ours = Ours::open(&folder(setting, "ours")?)?;
    let load = ours.load()?;
    let (payload, state) = (load.payload.len(), load.state.len());
    eprintln!(
        "  a payload has {payload} bytes, the engine's state {state} after a press, {} after an ack",
        load.state_after_ack
    );
    let mut contenders = [
        Contender::new(Ok(Box::new(ours))),
        Contender::new(Ok(Box::new(Raw::open(&folder(setting, "raw")?, &load)?))),
        Contender::new(Ok(Box::new(Bare::open(&folder(setting, "bare")?, &load)?))),
        Contender::of_peer(Peer::stock(setting, &folder(setting, "stock")?, &load))?,
        Contender::of_peer(Peer::tape(setting, &folder(setting, "tape")?, &load))?,
        Contender::of_peer(Peer::persist_queue(setting, &folder(setting, "persist-queue")?, &load))?,
    ];
    for round in 0..setting.rounds {
        one_round(setting, round, &mut contenders)?;
    }
    verification(setting)?;
    let [ours, raw, bare, stock, tape, persist_queue] = contenders;
    let press = |other: &Contender| other.beside(&ours.enqueue, |other| &other.enqueue);
    let ack = |other: &Contender| other.beside(&ours.ack, |other| &other.ack);
    Ok(vec![
        press(&raw),
        press(&stock),
        press(&bare),
        ack(&raw),
        ack(&stock),
        ack(&bare),
        press(&tape),
        ack(&tape),
        press(&persist_queue),
        ack(&persist_queue),
    ])
}

/// Each side has its turns, one after the other; another side begins each time, so that nobody always follows the same one.
fn one_round(setting: &Setting, round: usize, contenders: &mut [Contender]) -> Result<(), Stop> {
    let mut taken: Vec<Turn> = contenders.iter().map(|_| Turn::default()).collect();
    let turns = setting.count(TURNS, 1);
    for turn in 0..turns {
        let first = round.wrapping_mul(turns).wrapping_add(turn) % contenders.len().max(1);
        let (before, from) = (0..first, first..contenders.len());
        for index in from.chain(before) {
            let (Some(contender), Some(taken)) = (contenders.get_mut(index), taken.get_mut(index)) else { continue };
            let Ok(queue) = &mut contender.queue else { continue };
            let Turn { enqueues, acks } = queue.turn(setting.count(SAMPLES, 2), Pace::PAUSE)?;
            taken.enqueues.extend(enqueues);
            taken.acks.extend(acks);
        }
    }
    for (contender, Turn { enqueues, acks }) in contenders.iter_mut().zip(taken) {
        contender.enqueue.push(enqueues);
        contender.ack.push(acks);
    }
    Ok(())
}

impl Contender {
    fn new(queue: Result<Box<dyn Queue>, String>) -> Self {
        Self { queue, enqueue: Side::default(), ack: Side::default() }
    }

    /// A program of others may be missing; one that is there and fails is an error.
    fn of_peer(peer: Result<Peer, Stop>) -> Result<Self, Stop> {
        match peer {
            Ok(peer) => Ok(Self::new(Ok(Box::new(peer)))),
            Err(Stop::Missing(why)) => Ok(Self::new(Err(why))),
            Err(failed @ Stop::Failed(_)) => Err(failed),
        }
    }

    fn beside(&self, ours: &Side, side: impl Fn(&Self) -> &Side) -> Value {
        match &self.queue {
            Ok(_) => Value::Sides { ours: ours.clone(), baseline: side(self).clone() },
            Err(why) => Value::Skipped { why: why.clone() },
        }
    }
}

/// The part of an ack that is the check of the receipt's signature: said, not judged.
fn verification(setting: &Setting) -> Result<(), Stop> {
    let centre = Centre::new()?;
    let keys = siaga_vault::KeySet::verify(&centre.key_set(), &centre.root_key(), Centre::NAME)?;
    let (jws, claims) = centre.sample_receipt();
    let mut side = Side::default();
    let mut round = Vec::new();
    for _ in 0..setting.count(200, 2) {
        let (us, checked) = Pace::PAUSE.timed(|| siaga_vault::verify_receipt(&jws, &keys, &claims));
        let _ = checked?;
        round.push(us);
    }
    side.push(round);
    eprintln!(
        "  of each ack, the check of the receipt (Ed25519) is {:.1} us p50, {:.1} us p99",
        side.p50(),
        side.p99()
    );
    Ok(())
}

/// A new folder for one side.
fn folder(setting: &Setting, name: &str) -> Result<PathBuf, Stop> {
    let folder: PathBuf = Path::new(&setting.disk).join("disk").join(name);
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}
