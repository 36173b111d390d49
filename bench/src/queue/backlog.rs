//! Databases with many waiting rows, made through the store in large transactions.

use std::path::Path;
use std::sync::Arc;

use siaga_engine::Engine;
use siaga_engine::clock::T;
use siaga_engine::config::{Config, Rules};
use siaga_engine::ids::{EventId, IncidentId};
use siaga_engine::outbox::{Change, Content, Kind, Lane, Row, Slot};
use siaga_store::{Store, StoreOptions};

use crate::phone::{Centre, Phone};
use crate::row::Stop;

/// Where the rows stand: in lanes behind those of an SOS, and not in that of the reports, of which a phone takes no more when
/// 200 wait.
const LANES: [Lane; 4] = [Lane::Fix, Lane::Relatives, Lane::Backfill, Lane::Media];
/// A fix's event, in bytes.
const BODY_BYTES: usize = 300;
/// Rows in one transaction.
const ROWS_A_COMMIT: u64 = 5_000;

/// When the rows of a backlog are due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Due {
    /// Long ago: whatever may leave does.
    Now,
    /// In a hundred years: nothing does.
    Never,
}

/// Makes a phone's database in `folder` in which so many rows wait.
pub(crate) fn build(folder: &Path, rows: u64, due: Due) -> Result<(), Stop> {
    // The phone makes the engine's state.
    drop(Phone::open(folder, false)?);
    let (mut store, _) = Store::open(&StoreOptions::new(folder, "one"))?;
    let mut next = 0;
    while next < rows {
        let until = next.saturating_add(ROWS_A_COMMIT).min(rows);
        let changes: Vec<Change> = (next..until).map(|number| Change::Insert(row(number, due))).collect();
        let mut tx = store.begin()?;
        tx.apply(T::BIRTH, &changes)?;
        tx.commit()?;
        let _ = store.checkpoint()?;
        next = until;
    }
    count(&mut store)?;
    Ok(store.close()?)
}

/// Lets the engine's state know what waits.
fn count(store: &mut Store) -> Result<(), Stop> {
    let rules: Rules = Config::for_centre(Centre::NAME, Centre::new()?.root_key()).check()?;
    let mut tx = store.begin()?;
    let saved = tx.load()?;
    let state = saved.state.ok_or_else(|| Stop::failed("the phone saved no state"))?;
    let mut engine = Engine::restore(Arc::new(rules), &state, saved.keys.as_deref())?;
    engine.rebase(&tx.counts()?);
    tx.save(&engine.save())?;
    Ok(tx.commit()?)
}

fn row(number: u64, due: Due) -> Row {
    const HUNDRED_YEARS_MS: u64 = 100 * 365 * 86_400_000;
    let lane = LANES.into_iter().cycle().nth(usize::try_from(number % 4).unwrap_or(0)).unwrap_or(Lane::Media);
    let due = match due {
        Due::Now => T(number),
        Due::Never => T::BIRTH.after(HUNDRED_YEARS_MS).after(number),
    };
    let id = (u128::from(number) + 1).to_be_bytes();
    Row {
        slot: Slot::new(lane, due, number),
        // A thousand incidents of some rows each.
        incident: IncidentId::from_bytes((u128::from(number % 1_000) + 1).to_be_bytes()),
        event: EventId::from_bytes(id),
        kind: Kind::Fix,
        drill: false,
        attempt: 0,
        content: Content::freeze(vec![b'x'; BODY_BYTES]),
    }
}
