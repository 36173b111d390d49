//! Folders and the names in them, as every process sees them.

use siaga_vfs::Refusal;

use super::names::{Change, Place};
use super::process::Caller;
use super::state::{FileNode, Folder, Id, Node, ROOT, State};

/// What a write-ahead log holds before its first commit, in bytes: its header. SQLite removes such a log beside a database to
/// which nothing was ever committed.
const NOTHING_BYTES: u64 = 32;

/// The names that a path consists of.
fn parts(path: &str) -> impl DoubleEndedIterator<Item = &str> {
    path.split(['/', '\\']).filter(|part| !part.is_empty() && *part != ".")
}

impl State {
    /// What a path leads to.
    pub(super) fn find(&self, path: &str) -> Option<Id> {
        parts(path).try_fold(ROOT, |folder, name| match self.nodes.get(folder) {
            Some(Some(Node::Folder(folder))) => folder.names.get(name).copied(),
            Some(Some(Node::File(_)) | None) | None => None,
        })
    }

    /// The file that a path leads to.
    pub(super) fn find_file(&mut self, path: &str) -> Result<Id, Refusal> {
        let id = self.find(path).ok_or(Refusal::NotFound)?;
        self.file(id).map(|_| id)
    }

    /// The folder that a path leads to.
    pub(super) fn find_folder(&mut self, path: &str) -> Result<Id, Refusal> {
        let id = self.find(path).ok_or(Refusal::NotFound)?;
        self.folder(id).map(|_| id)
    }

    /// The folder and the name that a path means, whether the name is there or not.
    pub(super) fn place(&mut self, path: &str) -> Result<Place, Refusal> {
        let name = parts(path).next_back().ok_or(Refusal::NotFound)?.to_owned();
        let mut folder = ROOT;
        for part in parts(path).rev().skip(1).collect::<Vec<_>>().into_iter().rev() {
            folder = self.folder(folder)?.names.get(part).copied().ok_or(Refusal::NotFound)?;
        }
        self.folder(folder)?;
        Ok((folder, name))
    }

    /// Makes an empty file; its name is durable with the next sync of its folder.
    pub(super) fn make_file(&mut self, at: Place) -> Result<Id, Refusal> {
        self.make(at, Node::File(Box::new(FileNode { linked: true, ..FileNode::default() })))
    }

    pub(super) fn make_folder(&mut self, at: Place) -> Result<Id, Refusal> {
        self.make(at, Node::Folder(Folder::default()))
    }

    fn make(&mut self, at: Place, node: Node) -> Result<Id, Refusal> {
        let id = self.nodes.len();
        self.folder(at.0)?.names.insert(at.1.clone(), id);
        self.nodes.push(Some(node));
        self.pending.push(Change::Made { at, id });
        Ok(id)
    }

    /// A file without a name, for who opens it.
    pub(super) fn make_nameless(&mut self) -> Id {
        self.nodes.push(Some(Node::File(Box::default())));
        self.nodes.len() - 1
    }

    /// Opens a file for a caller.
    pub(super) fn open(&mut self, id: Id, caller: Caller) {
        self.change_holders(id, |file| file.open.push(caller));
    }

    /// Closes it, and lets go of every lock on the way.
    pub(super) fn close(&mut self, id: Id, caller: Caller, nameless: bool) {
        self.shm_unmap(id, caller);
        self.change_holders(id, |file| {
            file.open.retain(|opened| opened.serial != caller.serial);
            file.locks.lower(caller, siaga_vfs::Level::None);
        });
        if nameless && let Some(node) = self.nodes.get_mut(id) {
            *node = None;
        }
    }

    /// Removes a file's name.
    pub(super) fn remove_file(&mut self, path: &str) -> Result<(), Refusal> {
        let id = self.find_file(path)?;
        let at = self.place(path)?;
        self.note_removal(id, path);
        self.folder(at.0)?.names.remove(&at.1);
        self.change_holders(id, |file| file.linked = false);
        self.pending.push(Change::Removed { at, id });
        Ok(())
    }

    fn note_removal(&mut self, id: Id, path: &str) {
        if self.file(id).is_ok_and(|file| file.size() > NOTHING_BYTES) {
            self.removed.push(path.to_owned());
        }
    }

    /// Removes a folder that is empty.
    pub(super) fn remove_folder(&mut self, path: &str) -> Result<(), Refusal> {
        let id = self.find_folder(path)?;
        let at = self.place(path)?;
        if !self.folder(id)?.names.is_empty() {
            return Err(Refusal::Failed);
        }
        self.folder(at.0)?.names.remove(&at.1);
        self.pending.push(Change::Removed { at, id });
        Ok(())
    }

    /// Gives a file or folder another name; a file of that name is replaced.
    pub(super) fn rename(&mut self, from: &str, to: &str) -> Result<(), Refusal> {
        let id = self.find(from).ok_or(Refusal::NotFound)?;
        let (from, to_path) = (self.place(from)?, to);
        let to = self.place(to_path)?;
        let replaced = self.folder(to.0)?.names.get(&to.1).copied().filter(|replaced| *replaced != id);
        if let Some(replaced) = replaced {
            self.file(replaced)?;
            self.note_removal(replaced, to_path);
            self.change_holders(replaced, |file| file.linked = false);
        }
        self.folder(from.0)?.names.remove(&from.1);
        self.folder(to.0)?.names.insert(to.1.clone(), id);
        self.pending.push(Change::Renamed { from, to, id, replaced, from_synced: false, to_synced: false });
        Ok(())
    }
}
