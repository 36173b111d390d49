//! What Kotlin and Swift cost above Rust: the same core, called by three processes that take turns.
//!
//! **Press.** A commit's own noise is larger than what is looked for. So each language has its phones open in a process that lives
//! for the whole run, all on one disk, and they take turns: eight presses of Rust, eight of Kotlin, eight of Swift, each 6 ms after
//! the one before. All presses are counted, committed, and make no SOS, because the configuration asks for ten within a second. A
//! round's figure is the difference of two medians. A second press within the debounce time commits nothing: it shows the boundary
//! alone. Thousands of those come first, in all languages: a JVM interprets what it has seldom seen, a phone compiles what it
//! installs.
//!
//! All sides have the same optimisation, the phone's: of Rust too it is for size.
//!
//! **Call-back.** With the core's own thread and a listener: from the call of `press` to the listener's first line, minus the median
//! of the same press, call to return. So the way into the core is judged by the press alone; the way out of the one runs beside that
//! of the other. What it is above the press from Rust is printed.
//!
//! **Snapshot.** `stage.rs` makes a day that the engine really shows. **Open.** The first call of a process that has loaded the
//! library, on a copy of a folder with 1,000 waiting rows, and with every port the core's own.

mod caller;
mod language;
mod rust;
mod stage;
mod turns;

use std::time::Duration;

use crate::pace::Pace;
use crate::row::{Group, Setting, Side, Spec, Stop, Value};
use caller::{Caller, Manner};
use language::{Language, Program};
use stage::{ENTRIES, INCIDENTS, Stage};
use turns::{Callers, Sides, Turn, phones, take};

/// See the module.
pub(crate) const GROUP: Group = Group { name: "shells", rows: ROWS, run, children: &[("shells-rust", rust::serve)] };

const ROWS: &[Spec] = &[
    spec("kotlin-press", "press through generated Kotlin, above the Rust call : 60 us", "us"),
    spec("swift-press", "press through generated Swift, above the Rust call : 15 us", "us"),
    spec("kotlin-snapshot", "snapshot of 20 incidents with 200 timeline entries in Kotlin : 500 us", "us"),
    spec("swift-snapshot", "snapshot of 20 incidents with 200 timeline entries in Swift : 1,500 us", "us"),
    spec("kotlin-callback", "press to listener in Kotlin, above the same press to its return : 250 us", "us"),
    spec("kotlin-open", "first open in a process, 1,000 rows, library loaded, from Kotlin : 30 ms", "ms"),
];

const fn spec(name: &'static str, compares: &'static str, unit: &'static str) -> Spec {
    Spec { name, compares, unit, limit: 1.0 }
}

const KOTLIN_PRESS_LIMIT_US: f64 = 60.0;
const SWIFT_PRESS_LIMIT_US: f64 = 15.0;
const KOTLIN_SNAPSHOT_LIMIT_US: f64 = 500.0;
const SWIFT_SNAPSHOT_LIMIT_US: f64 = 1_500.0;
const KOTLIN_CALLBACK_LIMIT_US: f64 = 250.0;
const KOTLIN_OPEN_LIMIT_MS: f64 = 30.0;

/// Laps in one round. What is looked for in a press is a tenth of what one commit differs from the next.
const PRESS_LAPS: usize = 100;
const SNAPSHOT_LAPS: usize = 15;
const CALLBACK_LAPS: usize = 30;
/// Processes of each language in one round.
const OPENS: usize = 8;
/// Presses that bounce before anything is measured, for each phone: within its debounce time.
const WARM_UPS: usize = 500;

fn run(setting: &Setting) -> Result<Vec<Value>, Stop> {
    let stage = Stage::set(setting)?;
    let [rust, kotlin, swift] = Language::ALL.map(|language| there(language.program(setting)));
    let programs: Programs = [rust?, kotlin?, swift?];
    let [rust, kotlin, swift] = &programs;
    let mut callers = [start(rust, &stage)?, start(kotlin, &stage)?, start(swift, &stage)?];
    let presses = presses(setting, &stage, &mut callers)?;
    let snapshots = snapshots(setting, &stage, &mut callers)?;
    let callbacks = callbacks(setting, &stage, &mut callers)?;
    drop(callers);
    let opens = opens(setting, &stage, &programs)?;
    Ok(values(programs, presses, snapshots, callbacks, opens))
}

/// The languages in their order; or why one is not there.
type Programs = [Result<Program, String>; 3];

/// A language whose tools are missing is left out; one that is there and fails is an error.
fn there(program: Result<Program, Stop>) -> Result<Result<Program, String>, Stop> {
    match program {
        Ok(program) => Ok(Ok(program)),
        Err(Stop::Missing(why)) => Ok(Err(why)),
        Err(failed @ Stop::Failed(_)) => Err(failed),
    }
}

fn start(program: &Result<Program, String>, stage: &Stage) -> Result<Option<Caller>, Stop> {
    program.as_ref().ok().map(|program| Caller::start(program, &stage.config)).transpose()
}

/// The first figure: what a press takes. The second: one that bounces.
fn presses(setting: &Setting, stage: &Stage, callers: &mut Callers) -> Result<Sides, Stop> {
    for caller in callers.iter_mut().flatten() {
        for phone in 0..phones(setting) {
            let folder = stage.acquainted(caller.language(), &format!("press-{phone}"))?;
            let _ = caller.open(&folder, Manner::Still)?;
            let _ = caller.counted(phone)?;
            for _ in 0..setting.count(WARM_UPS, 1) {
                let _ = caller.bounced(phone, Pace(Duration::ZERO))?;
            }
        }
    }
    let sides = take(setting, callers, setting.count(PRESS_LAPS, 1), |caller, Turn { phone, lap }| {
        let press = caller.counted(phone)?;
        let bounced = if phone == lap % phones(setting) { caller.bounced(phone, Pace::PAUSE)? } else { None };
        Ok([Some(press.took_us), bounced])
    })?;
    let [[_, rust], [_, kotlin], [_, swift]] = &sides;
    for (language, side) in [(Language::Kotlin, kotlin), (Language::Swift, swift)] {
        let above = side.above(rust);
        say(&above, &format!("a press that bounces, and commits nothing, through {language}, above the Rust call"));
    }
    Ok(sides)
}

fn snapshots(setting: &Setting, stage: &Stage, callers: &mut Callers) -> Result<Sides, Stop> {
    for caller in callers.iter_mut().flatten() {
        let _ = caller.open(&stage.busy(caller.language())?, Manner::Still)?;
    }
    let sides = take(setting, callers, setting.count(SNAPSHOT_LAPS, 1), |caller, _| {
        Ok([Some(caller.snapshot(phones(setting), INCIDENTS, ENTRIES)?), None])
    })?;
    let [[rust, _], ..] = &sides;
    say(rust, "the same snapshot in Rust");
    Ok(sides)
}

/// The first figure: from the call of a press to the listener. The second: to the press's return.
fn callbacks(setting: &Setting, stage: &Stage, callers: &mut Callers) -> Result<Sides, Stop> {
    // Behind those that press, and the busy one.
    let first = phones(setting) + 1;
    for caller in callers.iter_mut().flatten() {
        for phone in 0..phones(setting) {
            let folder = stage.acquainted(caller.language(), &format!("told-{phone}"))?;
            let _ = caller.open(&folder, Manner::Told)?;
        }
    }
    let sides = take(setting, callers, setting.count(CALLBACK_LAPS, 1), |caller, Turn { phone, .. }| {
        let press = caller.counted(first + phone)?;
        Ok([press.told_us, Some(press.took_us)])
    })?;
    let [[rust, base], [kotlin, _], [swift, _]] = &sides;
    say(&rust.above(base), "press to listener in Rust, above the Rust press");
    say(&swift.above(base), "press to listener in Swift, above the Rust press");
    say(&kotlin.above(base), "press to listener in Kotlin, above the Rust press");
    Ok(sides)
}

/// Each time a new process, and a new copy of the folder. In milliseconds.
fn opens(setting: &Setting, stage: &Stage, programs: &Programs) -> Result<[Side; 3], Stop> {
    let mut sides = <[Side; 3]>::default();
    for _ in 0..setting.rounds {
        let mut round = <[Vec<f64>; 3]>::default();
        for _ in 0..setting.count(OPENS, 1) {
            for (program, taken) in programs.iter().zip(&mut round) {
                let Some(mut caller) = start(program, stage)? else { continue };
                let folder = stage.rows(caller.language())?;
                std::thread::sleep(Pace::PAUSE.0);
                taken.push(caller.open(&folder, Manner::Whole)? / 1e3);
            }
        }
        sides.iter_mut().zip(round).for_each(|(side, round)| side.push(round));
    }
    let [rust, _, swift] = &sides;
    say(rust, "the same opening from Rust, in ms");
    say(swift, "the same opening from Swift, in ms");
    Ok(sides)
}

/// Beside the rows, for whoever asks where the time goes: said, not judged. Nothing for a language that is not there.
fn say(side: &Side, what: &str) {
    let (least, most) = side.span();
    if !side.p50().is_nan() {
        eprintln!("  {what}: {:.1} p50, {least:.1} to {most:.1} in the rounds", side.p50());
    }
}

fn values(programs: Programs, presses: Sides, snapshots: Sides, callbacks: Sides, opens: [Side; 3]) -> Vec<Value> {
    let [_, kotlin, swift] = programs.map(Result::err);
    let row = |missing: &Option<String>, value: Value| match missing {
        Some(why) => Value::Skipped { why: why.clone() },
        None => value,
    };
    let [[base, _], [kotlin_press, _], [swift_press, _]] = presses;
    let [_, [kotlin_snapshot, _], [swift_snapshot, _]] = snapshots;
    let [_, [kotlin_told, told_base], _] = callbacks;
    let [_, kotlin_open, _] = opens;
    vec![
        row(&kotlin, Value::Above { ours: kotlin_press, base: base.clone(), promised: KOTLIN_PRESS_LIMIT_US }),
        row(&swift, Value::Above { ours: swift_press, base, promised: SWIFT_PRESS_LIMIT_US }),
        row(&kotlin, Value::Within { ours: kotlin_snapshot, promised: KOTLIN_SNAPSHOT_LIMIT_US }),
        row(&swift, Value::Within { ours: swift_snapshot, promised: SWIFT_SNAPSHOT_LIMIT_US }),
        row(&kotlin, Value::Above { ours: kotlin_told, base: told_base, promised: KOTLIN_CALLBACK_LIMIT_US }),
        row(&kotlin, Value::Within { ours: kotlin_open, promised: KOTLIN_OPEN_LIMIT_MS }),
    ]
}
