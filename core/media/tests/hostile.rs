//! Files of somebody who wants the phone to fall over.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod made;

use made::{Says, block, boxed, stated};
use proptest::prelude::*;
use siaga_engine::media::{MediaType, Stated};
use siaga_media::sniff;

fn look(bytes: &[u8]) {
    let _ = sniff(bytes);
    for kind in MediaType::ALL {
        let Stated { captured_at, position, orientation } = stated(bytes, kind);
        if let Some(moment) = captured_at {
            assert!(moment.is_ascii() && [19, 25].contains(&moment.len()), "{moment}");
        }
        if let Some(position) = position {
            assert!(position.lat.abs() <= 90.0 && position.lon.abs() <= 180.0, "{position:?}");
        }
        assert!(orientation.is_none_or(|number| (2..=8).contains(&number)));
    }
}

fn files() -> Vec<Vec<u8>> {
    let block = block(&Says::default());
    let pictures =
        [made::jpeg(&block), made::png(&block), made::webp(&block), made::heic(&block), made::heic_in_index(&block)];
    pictures.into_iter().chain(made::film::films()).chain([made::webm::recorded(&[2, 17])]).collect()
}

#[test]
fn a_file_that_ends_anywhere_is_no_trouble() {
    for file in files() {
        for end in 0..file.len() {
            look(&file[..end]);
        }
    }
}

#[test]
fn a_file_with_any_bit_flipped_is_no_trouble() {
    for file in files() {
        for bit in 0..file.len() * 8 {
            let mut flipped = file.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            look(&flipped);
        }
    }
}

proptest! {
    #[test]
    fn any_bytes_are_no_trouble(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        look(&bytes);
    }

    #[test]
    fn any_block_in_any_container_is_no_trouble(
        little in any::<bool>(),
        bytes in proptest::collection::vec(prop_oneof![3 => 0_u8..32, 1 => any::<u8>()], 0..600),
    ) {
        let start: &[u8] = if little { b"II\x2A\0\x08\0\0\0" } else { b"MM\0\x2A\0\0\0\x08" };
        let block = [start, &bytes].concat();
        look(&made::jpeg(&block));
        look(&made::png(&block));
        look(&made::webp(&block));
        look(&made::heic(&block));
    }

    #[test]
    fn any_bytes_in_any_box_are_no_trouble(
        path in 0_usize..5,
        bytes in proptest::collection::vec(prop_oneof![3 => 0_u8..32, 1 => any::<u8>()], 0..400),
    ) {
        let inner: &[&[u8; 4]] = [&[][..], &[b"meta"], &[b"udta"], &[b"mdia", b"trak"], &[b"mvhd"]][path];
        let part = inner.iter().fold(bytes, |body, kind| boxed(*kind, &body));
        look(&boxed(b"moov", &part));
    }

    #[test]
    fn any_bytes_in_any_element_are_no_trouble(
        path in 0_usize..3,
        bytes in proptest::collection::vec(prop_oneof![1 => 0x80_u8..0x90, 1 => any::<u8>()], 0..400),
    ) {
        use made::webm::{INFO, TRACKS, element, file};
        let part = [bytes.clone(), element(TRACKS, &element(0xAE, &bytes)), element(INFO, &bytes)][path].clone();
        look(&file(&[part]));
    }

    #[test]
    fn a_file_with_several_bytes_changed_is_no_trouble(
        which in 0_usize..9,
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
    ) {
        let mut file = files()[which].clone();
        for (at, byte) in changes {
            let at = at.index(file.len());
            file[at] = byte;
        }
        look(&file);
    }
}

/// A block whose first list has so many pointers, each to a list of its own that overlaps all others.
fn bomb(pointers: u16, kind: u16) -> Vec<u8> {
    let mut block = b"MM\0\x2A\0\0\0\x08".to_vec();
    block.extend((pointers + 1).to_be_bytes());
    block.extend([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0]);
    let lists = 8 + 2 + 12 * (usize::from(pointers) + 1) + 4;
    for number in 0..usize::from(pointers) {
        block.extend([0x87, 0x69]);
        block.extend(kind.to_be_bytes());
        block.extend([0, 0, 0, 1]);
        // A short number leaves two bytes behind it, which lead elsewhere when all four are read.
        let at = (lists + 2 * number) as u32;
        block.extend(if kind == 3 { (at << 16 | 0xFFFF).to_be_bytes() } else { at.to_be_bytes() });
    }
    block.extend([0; 4]);
    // Each list says that it has 2,048 entries, or as many as there are.
    block.extend([8, 0].repeat((65_000 - block.len()) / 2));
    block
}

/// The memory that a process may have taken at most, as the kernel saw it; `None` where it does not say.
fn peak_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

#[test]
fn lists_that_overlap_cost_no_memory() {
    for kind in [4, 3] {
        let file = made::jpeg(&bomb(2_000, kind));
        let before = peak_kib();
        assert_eq!(stated(&file, MediaType::Jpeg), Stated::default(), "not read at all");
        if let (Some(before), Some(after)) = (before, peak_kib()) {
            assert!(after - before < 32 * 1024, "{} KiB", after - before);
        }
    }
}

#[test]
fn a_picture_with_a_few_pointers_too_many_is_read() {
    assert_eq!(stated(&made::jpeg(&bomb(1, 4)), MediaType::Jpeg).orientation, Some(6));
}
