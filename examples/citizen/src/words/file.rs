//! A file, in words.

use siaga::{FileState, FileView, UploadView};

/// How far a file has come, and nothing that is not proven.
#[must_use]
pub fn file(file: &FileView) -> String {
    format!("{}: {}", super::printable(&file.name), state(file))
}

/// How far several files have come together; `None` when one line says it already.
#[must_use]
pub fn upload(upload: &UploadView) -> Option<String> {
    let UploadView { files, confirmed, bytes, sent } = *upload;
    (files > 1).then(|| format!("{confirmed} of {files} files signed for, {} of {} there", size(sent), size(bytes)))
}

fn state(file: &FileView) -> String {
    match file.state {
        FileState::Copying => "being copied, not kept here yet".to_owned(),
        FileState::Lost { fault } => format!("NOT TAKEN: {fault}"),
        FileState::Held => format!("kept here ({}), goes with the report", size(file.bytes)),
        FileState::Waiting => format!("kept here, {} of {} at the centre", size(file.sent), size(file.bytes)),
        FileState::Paused => format!("paused by you, {} of {} at the centre", size(file.sent), size(file.bytes)),
        FileState::Metered => format!(
            "waits for Wi-Fi or another unmetered network, {} of {} at the centre",
            size(file.sent),
            size(file.bytes)
        ),
        FileState::Confirmed { .. } => format!("the centre has all of it ({}) and has signed", size(file.bytes)),
        FileState::Unproven => "at a server that does not sign: nothing is proven, and it stays here".to_owned(),
        FileState::Refused => "refused, and kept here".to_owned(),
        FileState::Withdrawn => "withdrawn by you".to_owned(),
    }
}

/// Bytes, as coarse as a person wants them.
fn size(bytes: u64) -> String {
    const KB: u64 = 1_000;
    const MB: u64 = 1_000_000;
    match bytes {
        0..KB => format!("{bytes} bytes"),
        KB..MB => format!("{} kB", bytes / KB),
        MB.. => format!("{}.{} MB", bytes / MB, bytes % MB / 100_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_as_coarse_as_a_person_wants_it() {
        let sizes = [0, 999, 1_000, 999_999, 1_000_000, 2_345_678, 1_999_999_999];
        let said = ["0 bytes", "999 bytes", "1 kB", "999 kB", "1.0 MB", "2.3 MB", "1999.9 MB"];
        assert_eq!(sizes.map(size), said);
    }
}
