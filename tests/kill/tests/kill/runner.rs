//! The run: stories two at once, until so many phones were killed.

use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use fastrand::Rng;
use siaga_kill_tests::Act;

use crate::aim::Paces;
use crate::city::City;
use crate::loud;
use crate::options::Options;
use crate::place::Places;
use crate::story::{Story, plainly};

/// Stories at once. A phone waits for its thumb, its disk and the centre for most of its life.
const AT_ONCE: u32 = 2;
/// A run of so many kills has to meet every place.
const MEETS_ALL: u32 = 200;
/// It goes on to so many times the kills that were asked for to meet the last one.
const GOES_ON: u32 = 2;

/// What all stories share.
#[derive(Default)]
struct Sum {
    stories: AtomicU32,
    kills: AtomicU32,
    promised: AtomicU32,
    in_memory: AtomicU32,
    places: Mutex<Places>,
    complaint: Mutex<Option<String>>,
}

/// Runs.
///
/// # Errors
/// The first story that lost or doubled something, with its seed and all that was said.
pub(crate) fn run(options: &Options) -> Result<(), String> {
    let (sum, began) = (Sum::default(), Instant::now());
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            let _ = scope.spawn(|| work(options, &sum));
        }
    });
    if let Some(complaint) = sum.complaint.into_inner().unwrap() {
        return Err(complaint);
    }
    let (kills, places) = (sum.kills.into_inner(), sum.places.into_inner().unwrap());
    loud::say(&format!(
        "kill -9: {kills} kills in {} stories, seed {}, {:.1} s: {places}; {} incidents promised, {} answers in memory; 0 lost, 0 doubled",
        sum.stories.into_inner(),
        options.seed,
        began.elapsed().as_secs_f64(),
        sum.promised.into_inner(),
        sum.in_memory.into_inner(),
    ));
    let missing = if options.kills < MEETS_ALL { Vec::new() } else { places.missing() };
    if missing.is_empty() { Ok(()) } else { Err(format!("{kills} kills never met a phone at {missing:?}")) }
}

/// Tells stories one after another, with a centre of its own, so that whatever is new there belongs to the story.
fn work(options: &Options, sum: &Sum) {
    let (city, mut paces) = (City::new(), Paces::UNKNOWN);
    let folder = tempfile::tempdir().unwrap();
    let mut outcome = measure(&city, folder.path().join("measured"), &mut paces);
    while outcome.is_ok() && goes_on(options, sum) {
        let number = sum.stories.fetch_add(1, Ordering::Relaxed);
        let path = folder.path().join(number.to_string());
        outcome = tell(options, number, Story::begin(&city, path.clone()), &mut paces, sum);
        if outcome.is_ok() {
            std::fs::remove_dir_all(path).unwrap();
        }
    }
    if let Err(complaint) = outcome {
        let kept = folder.keep();
        let complaint = format!("{complaint}\nits files are kept in {}", kept.display());
        let _ = sum.complaint.lock().unwrap().get_or_insert(complaint);
    }
}

fn goes_on(options: &Options, sum: &Sum) -> bool {
    let kills = sum.kills.load(Ordering::Relaxed);
    let wants_more = options.kills >= MEETS_ALL
        && kills < options.kills.saturating_mul(GOES_ON)
        && !sum.places.lock().unwrap().missing().is_empty();
    sum.complaint.lock().unwrap().is_none() && (kills < options.kills || wants_more)
}

/// Two lives that nobody disturbs, on a new folder and again: how long their parts take here and now.
fn measure(city: &City, folder: PathBuf, paces: &mut Paces) -> Result<(), String> {
    let mut story = Story::begin(city, folder);
    for _ in 0..2 {
        let mut acts = vec![Act::Press; 4];
        acts.extend([Act::Cancel, Act::Report, Act::Deliver { for_ms: 60_000 }]);
        let _ = story.life(&plainly, 0, vec![(acts, None)], paces)?;
    }
    story.end(&plainly, paces)
}

fn tell(options: &Options, number: u32, mut story: Story<'_>, paces: &mut Paces, sum: &Sum) -> Result<(), String> {
    let mut rng = Rng::with_seed(options.seed ^ u64::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let lives = rng.usize(4..=12);
    let shared = rng.u8(..3) == 0;
    let mut told = Ok(());
    for _ in 0..lives {
        let two = shared && rng.bool();
        told = story.random_life(&mut rng, paces, two);
        if told.is_err() {
            break;
        }
    }
    if told.is_ok() && !shared && story.ledger.in_memory > 0 {
        told = Err("a phone went on in memory, and nothing was wrong with its disk".to_owned());
    }
    told.and_then(|()| story.end(&plainly, paces)).map_err(|complaint| {
        let seed = options.seed;
        format!("story {number} of seed {seed}:\n{complaint}\nall that was said:\n{}", story.lines.join("\n"))
    })?;
    let promised = u32::try_from(story.ledger.promises.len()).unwrap_or(u32::MAX);
    let _ = sum.kills.fetch_add(story.kills, Ordering::Relaxed);
    let _ = sum.promised.fetch_add(promised, Ordering::Relaxed);
    let _ = sum.in_memory.fetch_add(story.ledger.in_memory, Ordering::Relaxed);
    sum.places.lock().unwrap().join(&story.places);
    Ok(())
}
