//! Setting a bad database aside: it is moved, with its log, into a folder of its own, and never deleted (INV-9, F62).
//!
//! The move must survive `kill -9` between any two renames, and a log must never meet another database. So the intention is
//! made durable first, as the folder `set-aside/N.moving` with the reason in it; what lies in the store's folder while that
//! exists is the bad database. Only when everything has been moved does the folder lose its `.moving`, and only then is a
//! fresh database made. An opening that finds `N.moving` goes on with the move.

use std::fmt;
use std::path::Path;

use siaga_engine::plant::{Plant, planted};

use crate::disk::Disk;
use crate::error::{StoreError, files};
use crate::folder::{self, FAMILY, SET_ASIDE};

/// The file inside a folder that says why.
const REASON: &str = "reason";
const MOVING: &str = ".moving";

/// Why a database was set aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// SQLite found it damaged.
    Corrupt,
    /// The file is no SQLite database, or it is empty while its log is not.
    NotADatabase,
    /// A newer version of the app made it. It is read for salvage and not changed.
    Newer {
        /// Its schema version.
        version: i64,
    },
    /// It is a database of another application.
    ForeignApplication,
    /// A migration failed on it.
    Unmigratable {
        /// Its schema version.
        version: i64,
    },
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Corrupt => f.write_str("corrupt"),
            Self::NotADatabase => f.write_str("not-a-database"),
            Self::Newer { version } => write!(f, "newer {version}"),
            Self::ForeignApplication => f.write_str("foreign-application"),
            Self::Unmigratable { version } => write!(f, "unmigratable {version}"),
        }
    }
}

impl Reason {
    fn parse(text: &str) -> Option<Self> {
        let (word, number) = text.split_once(' ').unwrap_or((text, ""));
        match word {
            "corrupt" => Some(Self::Corrupt),
            "not-a-database" => Some(Self::NotADatabase),
            "newer" => number.parse().ok().map(|version| Self::Newer { version }),
            "foreign-application" => Some(Self::ForeignApplication),
            "unmigratable" => number.parse().ok().map(|version| Self::Unmigratable { version }),
            _ => None,
        }
    }
}

/// A database that was set aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetAside {
    /// Why.
    pub reason: Reason,
    /// The name of its folder inside `set-aside`: a running number.
    pub folder: String,
}

/// Moves the database and its log away. The caller holds the folder's lock and has no connection open.
pub(crate) fn move_away(disk: &Disk, store: &Path, reason: Reason) -> Result<SetAside, StoreError> {
    let what = "setting the database aside";
    let parent = store.join(SET_ASIDE);
    disk.files.make_folder(&parent).map_err(files(what))?;
    let last = folder::numbered(disk, store)?.last().map_or(0, |(number, _)| *number);
    let name = last.saturating_add(1).to_string();
    let moving = parent.join(format!("{name}{MOVING}"));
    disk.files.make_folder(&moving).map_err(files(what))?;
    disk.files.write(&moving.join(REASON), reason.to_string().as_bytes()).map_err(files(what))?;
    folder::sync(disk, &moving)?;
    finish(disk, store, &name)?;
    Ok(SetAside { reason, folder: name })
}

/// Goes on with a move that was interrupted. The caller holds the folder's lock.
pub(crate) fn finish_interrupted(disk: &Disk, store: &Path) -> Result<Option<SetAside>, StoreError> {
    let what = "going on with setting the database aside";
    let Some(name) = interrupted(disk, store)? else { return Ok(None) };
    let moving = store.join(SET_ASIDE).join(format!("{name}{MOVING}"));
    let moved = disk.files.names(&moving).map_err(files(what))?.iter().any(|name| name != REASON);
    let known = reason_in(disk, &moving);
    // Something was moved already, and why is gone with the power.
    let Some(reason) = known.or(moved.then_some(Reason::Corrupt)) else {
        // The reason is durable before the first rename: nothing has been moved, and the database is looked at again.
        match disk.files.remove_file(&moving.join(REASON)) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(files(what)(error)),
        }
        disk.files.remove_folder(&moving).map_err(files(what))?;
        return Ok(None);
    };
    if known.is_none() {
        disk.files.write(&moving.join(REASON), reason.to_string().as_bytes()).map_err(files(what))?;
    }
    // What a process that was killed made is seen, and may not be durable yet; the first rename is only safe when it is.
    folder::sync(disk, &moving)?;
    folder::sync(disk, &store.join(SET_ASIDE))?;
    finish(disk, store, &name)?;
    Ok(Some(SetAside { reason, folder: name }))
}

/// The name of the folder that a move was interrupted on.
pub(crate) fn interrupted(disk: &Disk, store: &Path) -> Result<Option<String>, StoreError> {
    let names = disk.files.names(&store.join(SET_ASIDE)).map_err(files("listing what was set aside"))?;
    Ok(names.iter().find_map(|name| name.strip_suffix(MOVING)).map(str::to_owned))
}

/// The reason that a folder names.
pub(crate) fn reason_in(disk: &Disk, set_aside: &Path) -> Option<Reason> {
    let bytes = disk.files.read(&set_aside.join(REASON)).ok()?;
    String::from_utf8(bytes).ok().and_then(|text| Reason::parse(&text))
}

fn finish(disk: &Disk, store: &Path, name: &str) -> Result<(), StoreError> {
    let what = "setting the database aside";
    let parent = store.join(SET_ASIDE);
    let moving = parent.join(format!("{name}{MOVING}"));
    for file in FAMILY {
        let from = store.join(file);
        if disk.files.size(&from).is_none() {
            continue;
        }
        let to = moving.join(file);
        // Nothing is ever overwritten (INV-9).
        let to = if disk.files.size(&to).is_some() { moving.join(format!("{file}.again")) } else { to };
        if planted(Plant::DeleteBadStore) {
            disk.files.remove_file(&from).map_err(files(what))?;
            continue;
        }
        disk.files.rename(&from, &to).map_err(files(what))?;
    }
    folder::sync(disk, &moving)?;
    folder::sync(disk, store)?;
    disk.files.rename(&moving, &parent.join(name)).map_err(files(what))?;
    folder::sync(disk, &parent)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn bad_store() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for file in FAMILY {
            fs::write(dir.path().join(file), file).unwrap();
        }
        dir
    }

    fn assert_whole(store: &Path) {
        for file in FAMILY {
            assert!(!store.join(file).exists(), "{file} was left behind");
            assert_eq!(fs::read_to_string(store.join(SET_ASIDE).join("1").join(file)).unwrap(), file);
        }
    }

    #[test]
    fn a_move_that_was_killed_after_any_rename_is_finished_and_the_log_travels_with_its_database() {
        // INV-9, INV-13.
        for renamed in 0..=FAMILY.len() {
            let dir = bad_store();
            let moving = dir.path().join(SET_ASIDE).join("1.moving");
            fs::create_dir_all(&moving).unwrap();
            fs::write(moving.join(REASON), "newer 7").unwrap();
            for file in &FAMILY[..renamed] {
                fs::rename(dir.path().join(file), moving.join(file)).unwrap();
            }
            let expected = SetAside { reason: Reason::Newer { version: 7 }, folder: "1".into() };
            assert_eq!(finish_interrupted(&Disk::system(), dir.path()).unwrap(), Some(expected));
            assert_eq!(finish_interrupted(&Disk::system(), dir.path()).unwrap(), None);
            assert_whole(dir.path());
        }
    }

    #[test]
    fn a_move_that_was_killed_before_its_reason_was_written_is_begun_anew() {
        for half_written in [None, Some(""), Some("newe")] {
            let dir = bad_store();
            let moving = dir.path().join(SET_ASIDE).join("1.moving");
            fs::create_dir_all(&moving).unwrap();
            if let Some(text) = half_written {
                fs::write(moving.join(REASON), text).unwrap();
            }
            assert_eq!(finish_interrupted(&Disk::system(), dir.path()).unwrap(), None);
            move_away(&Disk::system(), dir.path(), Reason::Corrupt).unwrap();
            assert_whole(dir.path());
        }
    }

    #[test]
    fn each_database_gets_a_folder_of_its_own() {
        let dir = bad_store();
        assert_eq!(move_away(&Disk::system(), dir.path(), Reason::Corrupt).unwrap().folder, "1");
        fs::write(dir.path().join(folder::DATABASE), "second").unwrap();
        assert_eq!(move_away(&Disk::system(), dir.path(), Reason::NotADatabase).unwrap().folder, "2");
        assert_whole(dir.path());
    }

    #[test]
    fn every_reason_reads_back_as_it_was_written() {
        for reason in [
            Reason::Corrupt,
            Reason::NotADatabase,
            Reason::Newer { version: 3 },
            Reason::ForeignApplication,
            Reason::Unmigratable { version: 2 },
        ] {
            assert_eq!(Reason::parse(&reason.to_string()), Some(reason));
        }
    }
}
