//! What a backlog costs: a step must not feel it.

pub(crate) mod backlog;

use std::path::{Path, PathBuf};

use siaga_store::{Store, StoreOptions};

use crate::disk::Queue;
use crate::disk::ours::Ours;
use crate::pace::{Pace, timed};
use crate::phone::{Centre, Phone};
use crate::row::{Group, Setting, Side, Spec, Stop, Value};
use backlog::{Due, build};

/// See the module.
pub(crate) const GROUP: Group = Group { name: "queue", rows: ROWS, run, children: &[] };

const ROWS: &[Spec] = &[
    spec("heads-1m", "the heads of all lanes, 1,000,000 rows due : 1,000 rows due", "us", 1.3),
    spec("heads-1m-nothing-due", "the heads of all lanes, 1,000,000 rows of which none is due : 1,000 such", "us", 1.3),
    spec("enqueue-1m", "third press over 1,000,000 rows : over 1,000", "us", 1.3),
    spec("open-1m", "Siaga::open with 1,000,000 rows : 5 ms", "ms", 1.0),
    spec("network-change-100k", "Siaga::network_changed with 100,000 rows : 2 ms", "ms", 1.0),
];

const fn spec(name: &'static str, compares: &'static str, unit: &'static str, limit: f64) -> Spec {
    Spec { name, compares, unit, limit }
}

const OPEN_LIMIT_MS: f64 = 5.0;
const NETWORK_CHANGE_LIMIT_MS: f64 = 2.0;
/// Looks at the heads in one sample: one takes some microseconds.
const LOOKS: u32 = 50;

/// The same with many rows and with few.
struct Pair<T> {
    many: T,
    few: T,
}

fn run(setting: &Setting) -> Result<Vec<Value>, Stop> {
    let (many, few) = if setting.smoke { (2_000, 100) } else { (1_000_000, 1_000) };
    let made = |name: &str, rows: u64, due: Due| -> Result<PathBuf, Stop> {
        let folder = setting.disk.join("queue").join(name);
        std::fs::create_dir_all(&folder)?;
        build(&folder, rows, due)?;
        Ok(folder)
    };
    let due = Pair { many: made("many-due", many, Due::Now)?, few: made("few-due", few, Due::Now)? };
    let heads_due = heads(setting, &due)?;
    // A million rows are half a gigabyte: the next million takes their place.
    std::fs::remove_dir_all(&due.many)?;
    let never = Pair { many: made("many-never", many, Due::Never)?, few: made("few-never", few, Due::Never)? };
    let heads_never = heads(setting, &never)?;
    let enqueue = enqueue(setting, &never)?;
    let open = open(setting, &never.many)?;
    let hundred_thousand = made("100k-due", many / 10, Due::Now)?;
    let network_change = network_change(setting, &hundred_thousand)?;
    Ok(vec![
        heads_due,
        heads_never,
        enqueue,
        Value::Count { ours: open / 1e3, baseline: OPEN_LIMIT_MS },
        Value::Count { ours: network_change / 1e3, baseline: NETWORK_CHANGE_LIMIT_MS },
    ])
}

/// Takes turns between the two, as often as a setting says, and hands each its side.
fn alternate<T>(
    setting: &Setting,
    turns: usize,
    pair: &mut Pair<T>,
    mut sample: impl FnMut(&mut T) -> Result<Vec<f64>, Stop>,
) -> Result<Value, Stop> {
    let (mut ours, mut baseline) = (Side::default(), Side::default());
    for _ in 0..setting.rounds {
        let (mut many, mut few) = (Vec::new(), Vec::new());
        for _ in 0..turns {
            many.extend(sample(&mut pair.many)?);
            few.extend(sample(&mut pair.few)?);
        }
        ours.push(many);
        baseline.push(few);
    }
    Ok(Value::Sides { ours, baseline })
}

fn heads(setting: &Setting, folders: &Pair<PathBuf>) -> Result<Value, Stop> {
    let store = |folder: &Path| Store::open(&StoreOptions::new(folder, "one")).map(|(store, _)| store);
    let mut pair = Pair { many: store(&folders.many)?, few: store(&folders.few)? };
    alternate(setting, setting.count(100, 2), &mut pair, |store| {
        let mut tx = store.begin()?;
        let (us, looked) = timed(|| (0..LOOKS).try_for_each(|_| tx.heads().map(drop)));
        looked?;
        Ok(vec![us / f64::from(LOOKS)])
    })
}

fn enqueue(setting: &Setting, folders: &Pair<PathBuf>) -> Result<Value, Stop> {
    let mut pair = Pair { many: Ours::open(&folders.many)?, few: Ours::open(&folders.few)? };
    let samples = setting.count(10, 1);
    alternate(setting, setting.count(10, 1), &mut pair, |ours| Ok(ours.turn(samples, Pace::PAUSE)?.enqueues))
}

/// The median, in microseconds.
fn open(setting: &Setting, folder: &Path) -> Result<f64, Stop> {
    let mut side = Side::default();
    for _ in 0..setting.rounds {
        let mut round = Vec::new();
        for _ in 0..setting.count(20, 1) {
            let centre = Centre::new()?;
            let (us, phone) = Pace::PAUSE.timed(|| Phone::open_only(folder, false, centre));
            drop(phone?);
            round.push(us);
        }
        side.push(round);
    }
    eprintln!("  open with a million rows: {:.0} us p50, {:.0} us p99", side.p50(), side.p99());
    Ok(side.p50())
}

/// The median, in microseconds; the commit is part of it.
fn network_change(setting: &Setting, folder: &Path) -> Result<f64, Stop> {
    let phone = Phone::open_only(folder, false, Centre::new()?)?;
    let mut side = Side::default();
    for _ in 0..setting.rounds {
        let mut round = Vec::new();
        for _ in 0..setting.count(20, 1) {
            let (us, changed) = Pace::PAUSE.timed(|| phone.siaga.network_changed());
            changed?;
            round.push(us);
            phone.keep_house()?;
        }
        side.push(round);
    }
    eprintln!("  a network change over 100,000 rows: {:.0} us p50, {:.0} us p99", side.p50(), side.p99());
    Ok(side.p50())
}
