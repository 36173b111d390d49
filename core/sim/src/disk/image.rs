//! What is on a disk, taken off it: a backup, the clone of a phone, a disk as it was an hour ago.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::bytes::Bytes;
use super::state::{Id, Node, ROOT, State};

/// All names on a disk with their bytes, which are copied only when they change. Two disks with the same image are the same to everybody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Image {
    entries: BTreeMap<String, Entry>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Entry {
    Folder,
    File(Arc<Vec<u8>>),
}

impl Image {
    /// The files with their bytes, by path.
    pub fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.entries.iter().filter_map(|(path, entry)| match entry {
            Entry::Folder => None,
            Entry::File(bytes) => Some((path.as_str(), bytes.as_slice())),
        })
    }

    /// As processes see the disk, whether it is durable or not.
    pub(super) fn of(state: &State) -> Self {
        let mut image = Self::default();
        let mut open: Vec<(String, Id)> = vec![(String::new(), ROOT)];
        while let Some((path, id)) = open.pop() {
            match state.nodes.get(id) {
                Some(Some(Node::Folder(folder))) => {
                    open.extend(folder.names.iter().map(|(name, id)| (format!("{path}/{name}"), *id)));
                    image.entries.insert(path, Entry::Folder);
                }
                Some(Some(Node::File(file))) => {
                    image.entries.insert(path, Entry::File(Arc::clone(file.bytes.now())));
                }
                Some(None) | None => {}
            }
        }
        image
    }

    /// A disk with this on it, all of it durable.
    pub(super) fn restore(&self) -> State {
        let mut state = State::new();
        // A folder comes before what is in it: its path is the beginning of the other.
        for (path, entry) in self.entries.iter().filter(|(path, _)| !path.is_empty()) {
            let Ok(at) = state.place(path) else { continue };
            match entry {
                Entry::Folder => {
                    let _ = state.make_folder(at);
                }
                Entry::File(bytes) => state.put(path, Arc::clone(bytes)),
            }
        }
        state.sync_all_names();
        state
    }
}

impl State {
    /// Puts a file on the disk, with the folders that lead to it; all of it is durable, and so is every other name.
    pub(super) fn put(&mut self, path: &str, bytes: Arc<Vec<u8>>) {
        for (end, _) in path.match_indices('/').skip(1) {
            let folder = path.get(..end).unwrap_or_default();
            if self.find(folder).is_none()
                && let Ok(at) = self.place(folder)
            {
                let _ = self.make_folder(at);
            }
        }
        let id = self.find_file(path).or_else(|_| self.place(path).and_then(|at| self.make_file(at)));
        if let Ok(id) = id
            && let Ok(file) = self.file(id)
        {
            let before = file.blocks();
            file.bytes = Bytes::durable(bytes);
            let after = file.blocks();
            self.used = (self.used + after).saturating_sub(before);
        }
        self.sync_all_names();
    }

    fn sync_all_names(&mut self) {
        for id in 0..self.nodes.len() {
            if self.folder(id).is_ok() && !self.pending.is_empty() {
                self.sync_names(id);
            }
        }
    }
}
