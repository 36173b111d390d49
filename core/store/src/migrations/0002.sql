-- For which attachments a copy in the media folder is kept: one row per attached file, several with one hash when they have
-- the same bytes. `until` is in milliseconds of the persisted clock, the moment from which the copy may go; NULL while it must
-- be kept. No index: there are few rows, and each would cost a page in a commit.
CREATE TABLE media (
    file   BLOB PRIMARY KEY,              -- the event that the file is attached by, 16 bytes
    sha256 BLOB NOT NULL,
    bytes  INTEGER NOT NULL,
    until  INTEGER
) STRICT, WITHOUT ROWID;
