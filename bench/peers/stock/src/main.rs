//! Stock rusqlite, WAL and `synchronous=FULL`, with the tables of `core/store`. Reads lines "COUNT PAUSE_US" and answers each
//! with a line of 2 × COUNT durations in nanoseconds: an enqueue, an ack, an enqueue, … One row more is always in the queue.
//!
//! An enqueue is a row and the engine's state in one transaction; an ack deletes the first row, claims the next one and writes
//! the state, in one transaction.

use std::io::{BufRead, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::Connection;

const SCHEMA: &str = include_str!("../../../../core/store/src/migrations/0001.sql");
const STATE: &str = "INSERT INTO engine (id, state) VALUES (1, ?1) ON CONFLICT (id) DO UPDATE SET state = excluded.state";
const ROW: &str = "INSERT INTO outbox (slot, incident, event, kind, attempt, drill, sha256, body)
     VALUES (?1, randomblob(16), randomblob(16), 1, 0, 0, randomblob(32), ?2)";

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, payload, state] = arguments.as_slice() else { return Err("FOLDER PAYLOAD_FILE STATE_FILE".into()) };
    let (payload, state) = (std::fs::read(payload)?, std::fs::read(state)?);
    let conn = Connection::open(Path::new(folder).join("stock.db"))?;
    let _: String = conn.query_row("PRAGMA journal_mode=WAL", [], |row| row.get(0))?;
    conn.execute_batch("PRAGMA synchronous=FULL")?;
    conn.execute_batch(SCHEMA)?;
    let mut queue = Queue { conn, payload, state, first: 1, last: 0 };
    queue.enqueue()?;
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let (count, pause_us) = line.split_once(' ').ok_or("COUNT PAUSE_US")?;
        let pause = Duration::from_micros(pause_us.parse()?);
        let mut durations = Vec::new();
        for _ in 0..count.parse::<u32>()? {
            durations.push(timed(pause, || queue.enqueue())?);
            durations.push(timed(pause, || queue.ack())?);
        }
        writeln!(std::io::stdout(), "{}", durations.join(" "))?;
    }
    Ok(())
}

fn timed(pause: Duration, action: impl FnOnce() -> Outcome<()>) -> Outcome<String> {
    std::thread::sleep(pause);
    let begun = Instant::now();
    action()?;
    Ok(begun.elapsed().as_nanos().to_string())
}

/// Rows from `first` to `last`.
struct Queue {
    conn: Connection,
    payload: Vec<u8>,
    state: Vec<u8>,
    first: i64,
    last: i64,
}

impl Queue {
    fn enqueue(&mut self) -> Outcome<()> {
        self.last += 1;
        self.conn.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        self.conn.prepare_cached(ROW)?.execute((self.last, &self.payload))?;
        self.conn.prepare_cached(STATE)?.execute([&self.state])?;
        self.conn.prepare_cached("COMMIT")?.execute([])?;
        Ok(())
    }

    fn ack(&mut self) -> Outcome<()> {
        self.conn.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        self.conn.prepare_cached("DELETE FROM outbox WHERE slot = ?1")?.execute([self.first])?;
        self.first += 1;
        self.conn.prepare_cached("UPDATE outbox SET attempt = attempt + 1 WHERE slot = ?1")?.execute([self.first])?;
        self.conn.prepare_cached(STATE)?.execute([&self.state])?;
        self.conn.prepare_cached("COMMIT")?.execute([])?;
        Ok(())
    }
}
