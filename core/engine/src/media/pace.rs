//! How much goes in one request: as much as the link carries in a second, so that an SOS never waits for longer behind it (INV-5).

/// The first part of a file: what 256 kbit/s, a poor 3G link, carry in a second.
pub(crate) const FIRST_CHUNK_BYTES: u64 = 32 * 1024;
/// The least: each part costs a round trip and a commit.
const LEAST_CHUNK_BYTES: u64 = 16 * 1024;
/// The most: 64 MiB in a second is beyond any radio, and is what a fast Wi-Fi would have to send again after a cut at worst.
const MOST_CHUNK_BYTES: u64 = 64 * 1024 * 1024;
/// How long a part shall take.
const TARGET_MS: u64 = 1_000;
/// How fast parts may grow: a link that was idle looks faster than it is.
const GROWTH: u64 = 4;

/// A file of at most this size goes along with its creation: one round trip instead of two.
pub(crate) const fn whole_at_once(bytes: u64) -> bool {
    bytes <= FIRST_CHUNK_BYTES
}

/// The size of the next part after one of `sent` bytes took so long.
pub(crate) fn next_chunk(chunk: u64, sent: u64, took_ms: u64) -> u64 {
    let in_target = sent.saturating_mul(TARGET_MS) / took_ms.max(1);
    // A short last part says little about a link that carried long ones.
    let most = chunk.max(sent).saturating_mul(GROWTH);
    in_target.clamp(chunk / GROWTH, most).clamp(LEAST_CHUNK_BYTES, MOST_CHUNK_BYTES)
}

/// The size after a part that did not arrive whole: the link is worse, or a proxy takes no more.
pub(crate) fn smaller(chunk: u64) -> u64 {
    (chunk / GROWTH).max(LEAST_CHUNK_BYTES)
}

/// Whether no part is smaller.
pub(crate) const fn is_least(chunk: u64) -> bool {
    chunk <= LEAST_CHUNK_BYTES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_takes_a_second_on_any_link_after_a_few_parts() {
        for bytes_per_s in [2_000_u64, 32_000, 500_000, 20_000_000] {
            let mut chunk = FIRST_CHUNK_BYTES;
            for _ in 0..8 {
                chunk = next_chunk(chunk, chunk, chunk * 1_000 / bytes_per_s);
            }
            let wanted = bytes_per_s.max(LEAST_CHUNK_BYTES);
            assert!(chunk.abs_diff(wanted) <= wanted / 10, "{chunk} for {bytes_per_s}");
        }
        assert_eq!(next_chunk(MOST_CHUNK_BYTES, MOST_CHUNK_BYTES, 0), MOST_CHUNK_BYTES);
        assert_eq!(smaller(1), LEAST_CHUNK_BYTES);
    }

    #[test]
    fn one_part_that_was_fast_or_short_changes_little() {
        assert_eq!(next_chunk(100_000, 100_000, 1), 400_000);
        assert_eq!(next_chunk(100_000, 10, 1_000), 25_000);
    }
}
