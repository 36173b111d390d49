-- Schema version 1 as it was released, with one frozen SOS in the outbox. Never edited.
PRAGMA application_id = 1397309767;
-- The bounded state of the engine, as one blob in its own notation. One row: overwritten in place at every commit.
CREATE TABLE engine (
    id    INTEGER PRIMARY KEY CHECK (id = 1),
    state BLOB NOT NULL
) STRICT;

-- What is not yet signed for: one row per event, recipient and bearer. The slot is lane, due time and serial, so the key is
-- the order and no index has to be kept: an index would cost one more page in every commit. The body stands last, so that
-- the columns before it are read without it.
CREATE TABLE outbox (
    slot      INTEGER PRIMARY KEY,
    incident  BLOB NOT NULL,
    event     BLOB NOT NULL,
    recipient TEXT NOT NULL DEFAULT 'centre',
    bearer    INTEGER NOT NULL DEFAULT 1, -- 1: HTTPS
    kind      INTEGER NOT NULL,
    attempt   INTEGER NOT NULL,
    drill     INTEGER NOT NULL,
    sha256    BLOB,                       -- NULL: a draft
    body      BLOB NOT NULL
) STRICT;

-- The records of ended incidents, in the engine's own notation. `archived_t` is in milliseconds of the persisted clock.
CREATE TABLE history (
    incident   BLOB PRIMARY KEY,
    archived_t INTEGER NOT NULL,
    record     BLOB NOT NULL
) STRICT;

-- The centre's signed key set, verified again at each start.
CREATE TABLE keys (
    id  INTEGER PRIMARY KEY CHECK (id = 1),
    jws TEXT NOT NULL
) STRICT;

-- Rows that this version cannot read, as they were found. `origin` is `outbox`, or the folder that they were salvaged from.
CREATE TABLE quarantine (
    id        INTEGER PRIMARY KEY,
    origin    TEXT NOT NULL,
    reason    TEXT NOT NULL,
    slot      ANY,
    incident  ANY,
    event     ANY,
    recipient ANY,
    bearer    ANY,
    kind      ANY,
    attempt   ANY,
    drill     ANY,
    sha256    ANY,
    body      ANY
) STRICT;

-- How far each database that was set aside has been salvaged: slots up to `front` and from `back` on are done.
CREATE TABLE salvage (
    folder TEXT PRIMARY KEY,
    reason TEXT NOT NULL,
    phase  TEXT NOT NULL CHECK (phase IN ('front', 'back', 'done')),
    front  INTEGER NOT NULL,
    back   INTEGER NOT NULL,
    taken  INTEGER NOT NULL
) STRICT;

-- How the last run ended: tells a power loss from a killed process.
CREATE TABLE run (
    id         INTEGER PRIMARY KEY CHECK (id = 1),
    boot       TEXT NOT NULL,
    clean      INTEGER NOT NULL,
    verify_due INTEGER NOT NULL
) STRICT;
INSERT INTO run (id, boot, clean, verify_due) VALUES (1, '', 1, 0);

-- Filler that makes the log and the file grow in advance; empty between two openings.
CREATE TABLE room (
    id     INTEGER PRIMARY KEY,
    filler BLOB NOT NULL
) STRICT;

-- For which attachments a copy in the media folder is kept: one row per attached file, several with one hash when they have
-- the same bytes. `until` is in milliseconds of the persisted clock, the moment from which the copy may go; NULL while it must
-- be kept. No index: there are few rows, and each would cost a page in a commit.
CREATE TABLE media (
    file   BLOB PRIMARY KEY,              -- the event that the file is attached by, 16 bytes
    sha256 BLOB NOT NULL,
    bytes  INTEGER NOT NULL,
    until  INTEGER
) STRICT, WITHOUT ROWID;

INSERT INTO outbox (slot, incident, event, kind, attempt, drill, sha256, body)
VALUES (576460752303423489, x'00000010000000000000000000000001', x'00000020000000000000000000000001', 1, 0, 0, x'940bb36bbe0d2e4b136d693b019ab0103a201526fb651909bf5c78241a88a13d', CAST('{"event":1,"text":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}' AS BLOB));
INSERT INTO media (file, sha256, bytes, until)
VALUES (x'00000020000000000000000000000007', x'940bb36bbe0d2e4b136d693b019ab0103a201526fb651909bf5c78241a88a13d', 7, NULL);
