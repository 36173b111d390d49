//! The press counter: when presses are an SOS. It runs on the persisted clock alone, so that neither a wall-clock step (F53)
//! nor the death of the process changes the count.

use serde::{Deserialize, Serialize};

use crate::clock::T;
use crate::config::PressConfig;
use crate::state::is_default;

/// Where a press came from. The power key never reaches an app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The button on the screen.
    Screen,
    /// A volume key while our own screen is in front.
    VolumeKey,
    /// The action of our notification.
    Notification,
    /// A quick-settings tile.
    Tile,
    /// A widget on the home screen.
    Widget,
    /// A headset's button.
    Headset,
    /// A watch.
    Watch,
    /// A key of a terminal or an external keyboard.
    Keyboard,
}

impl Source {
    /// Every source.
    pub const ALL: [Self; 8] = [
        Self::Screen,
        Self::VolumeKey,
        Self::Notification,
        Self::Tile,
        Self::Widget,
        Self::Headset,
        Self::Watch,
        Self::Keyboard,
    ];

    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Screen => "screen",
            Self::VolumeKey => "volume_key",
            Self::Notification => "notification",
            Self::Tile => "tile",
            Self::Widget => "widget",
            Self::Headset => "headset",
            Self::Watch => "watch",
            Self::Keyboard => "keyboard",
        }
    }
}

/// One press of the button.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Press {
    /// Where it came from.
    pub source: Source,
    /// How long ago the citizen touched, in milliseconds; 0 for just now. What waited behind a slow disk, or for a thread,
    /// counts at the moment of its touch.
    pub ago_ms: u32,
}

impl From<Source> for Press {
    fn from(source: Source) -> Self {
        Self { source, ago_ms: 0 }
    }
}

/// What one press was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Count {
    /// It counts: so many presses stand in the window, over so many milliseconds.
    Counted { presses: u8, span_ms: u32 },
    /// Within the debounce time of another press: a bouncing contact.
    Bounced,
    /// The agency does not count this source.
    SourceOff,
}

/// The presses of the last window, by the moments of their touches: threads and processes may bring them late, and in another
/// order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PressCounter {
    /// In their order; none is more than a window older than the newest.
    #[serde(default, skip_serializing_if = "is_default")]
    moments: Vec<T>,
    /// So much later than its touch the newest press came. The window stays open for so much longer: more may come as late.
    #[serde(default, skip_serializing_if = "is_default")]
    late_ms: u64,
    /// That the window is over has been told. The moments stay: a press may be on its way that belongs to them.
    #[serde(default, skip_serializing_if = "is_default")]
    lapsed: bool,
    /// The newest press that counted, also after the count began anew: escalations are debounced as well.
    #[serde(default, skip_serializing_if = "is_default")]
    last: Option<T>,
    /// Where the newest press of the count came from.
    #[serde(default, skip_serializing_if = "is_default")]
    source: Option<Source>,
}

impl PressCounter {
    /// A press that is decided at `t`, of a touch at `touched`.
    pub(crate) fn press(&mut self, t: T, touched: T, source: Source, config: &PressConfig) -> Count {
        if !config.sources.contains(&source) {
            return Count::SourceOff;
        }
        let debounce_ms = u64::from(config.debounce_ms);
        if self.moments.iter().chain(&self.last).any(|other| other.0.abs_diff(touched.0) < debounce_ms) {
            return Count::Bounced;
        }
        if self.moments.last().is_none_or(|newest| *newest < touched) {
            self.source = Some(source);
            self.late_ms = t.since(touched);
        }
        self.last = self.last.max(Some(touched));
        self.lapsed = false;
        self.moments.push(touched);
        self.keep_one_window(config);
        Count::Counted { presses: count(self.moments.len()), span_ms: self.span_ms() }
    }

    /// Adds the presses of another counter, of a process that could not reach the disk: what was `from` there is `to` here. A
    /// press that both know counts once.
    pub(crate) fn adopt(&mut self, other: &Self, (from, to): (T, T), config: &PressConfig) {
        let shift = |moment: &T| moment.moved(from, to);
        let last = other.last.as_ref().map(shift);
        if last > self.last {
            (self.source, self.late_ms, self.lapsed) = (other.source, other.late_ms, other.lapsed);
        }
        self.last = self.last.max(last);
        self.moments.extend(other.moments.iter().map(shift));
        self.keep_one_window(config);
    }

    fn keep_one_window(&mut self, config: &PressConfig) {
        self.moments.sort_unstable();
        self.moments.dedup();
        let newest = self.moments.last().copied();
        self.moments.retain(|moment| newest.is_some_and(|newest| newest.since(*moment) <= u64::from(config.window_ms)));
    }

    fn span_ms(&self) -> u32 {
        let (first, newest) = (self.moments.first().copied(), self.moments.last().copied());
        let span_ms = newest.unwrap_or_default().since(first.unwrap_or_default());
        u32::try_from(span_ms).unwrap_or(u32::MAX)
    }

    /// Begins anew, after a trigger.
    pub(crate) fn rearm(&mut self) {
        self.moments.clear();
        self.source = None;
        self.late_ms = 0;
    }

    /// The presses of the window, over so many milliseconds, when they are enough for an SOS: two processes may have counted
    /// them apart, and no press told.
    pub(crate) fn enough(&self, t: T, config: &PressConfig) -> Option<(Source, u8, u32)> {
        let source = self.source.filter(|_| self.standing(t, config).0 >= config.presses)?;
        Some((source, count(self.moments.len()), self.span_ms()))
    }

    /// How many presses still stand in the window at `t`, and when the last of them falls out.
    pub(crate) fn standing(&self, t: T, config: &PressConfig) -> (u8, Option<T>) {
        let window_ms = u64::from(config.window_ms).saturating_add(self.late_ms);
        let standing = self.moments.iter().filter(|moment| t.since(**moment) <= window_ms).count();
        let over = self.moments.last().map(|last| last.after(window_ms.saturating_add(1))).filter(|over| t < *over);
        (count(standing), over)
    }

    /// Whether the window is over since this was asked last.
    pub(crate) fn lapse(&mut self, t: T, config: &PressConfig) -> bool {
        let lapses = !self.lapsed && !self.moments.is_empty() && self.standing(t, config).0 == 0;
        self.lapsed |= lapses;
        lapses
    }
}

fn count(presses: usize) -> u8 {
    u8::try_from(presses).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    impl PressCounter {
        fn touch(&mut self, t: T, source: Source, config: &PressConfig) -> Count {
            self.press(t, t, source, config)
        }
    }

    fn counted(presses: u8, span_ms: u32) -> Count {
        Count::Counted { presses, span_ms }
    }

    #[test]
    fn presses_count_within_a_sliding_window() {
        let (mut counter, config) = (PressCounter::default(), PressConfig::default());
        assert_eq!(counter.touch(T(0), Source::Screen, &config), counted(1, 0));
        assert_eq!(counter.touch(T(2_000), Source::VolumeKey, &config), counted(2, 2_000));
        assert_eq!(counter.touch(T(3_500), Source::Screen, &config), counted(2, 1_500));
        assert_eq!(counter.touch(T(4_900), Source::Screen, &config), counted(3, 2_900));
    }

    #[test]
    fn a_bouncing_contact_is_one_press() {
        let (mut counter, config) = (PressCounter::default(), PressConfig::default());
        let _ = counter.touch(T(0), Source::Screen, &config);
        assert_eq!(counter.touch(T(79), Source::Screen, &config), Count::Bounced);
        assert_eq!(counter.touch(T(80), Source::Screen, &config), counted(2, 80));
    }

    #[test]
    fn a_source_that_is_off_does_not_count() {
        let config = PressConfig { sources: vec![Source::Screen], ..PressConfig::default() };
        assert_eq!(PressCounter::default().touch(T(0), Source::Headset, &config), Count::SourceOff);
    }

    #[test]
    fn presses_of_two_counters_count_together_and_each_once() {
        let config = PressConfig::default();
        let (mut ours, mut theirs) = (PressCounter::default(), PressCounter::default());
        let _ = ours.touch(T(1_000), Source::Screen, &config);
        theirs.adopt(&ours, (T(0), T(0)), &config);
        let _ = theirs.touch(T(1_500), Source::Screen, &config);
        ours.adopt(&theirs, (T(0), T(0)), &config);
        assert_eq!(ours.touch(T(1_550), Source::Screen, &config), Count::Bounced);
        assert_eq!(ours.enough(T(1_550), &config), None);
        assert_eq!(ours.touch(T(2_000), Source::Screen, &config), counted(3, 1_000));
    }

    #[test]
    fn a_count_lapses_when_the_last_press_falls_out_of_the_window() {
        let (mut counter, config) = (PressCounter::default(), PressConfig::default());
        let _ = counter.touch(T(10), Source::Screen, &config);
        let (standing, over) = counter.standing(T(20), &config);
        assert_eq!((standing, over), (1, Some(T(3_011))));
        assert!(!counter.lapse(T(3_010), &config));
        assert!(counter.lapse(T(3_011), &config));
    }

    #[test]
    fn presses_that_come_in_another_order_count_as_in_theirs() {
        let config = PressConfig::default();
        for order in [[300, 0, 600], [600, 300, 0], [0, 600, 300]] {
            let mut counter = PressCounter::default();
            let counts = order.map(|touched| counter.press(T(700), T(touched), Source::Screen, &config));
            assert_eq!(counts[2], counted(3, 600), "{order:?}");
        }
    }

    #[test]
    fn a_press_that_bounces_off_a_later_one_that_came_before_it_is_none() {
        let (mut counter, config) = (PressCounter::default(), PressConfig::default());
        let _ = counter.press(T(500), T(400), Source::Screen, &config);
        assert_eq!(counter.press(T(500), T(321), Source::Screen, &config), Count::Bounced);
        assert_eq!(counter.press(T(500), T(320), Source::Screen, &config), counted(2, 80));
    }

    #[test]
    fn presses_that_come_late_stand_as_much_longer() {
        let (mut counter, config) = (PressCounter::default(), PressConfig::default());
        let _ = counter.press(T(9_000), T(1_000), Source::Screen, &config);
        assert_eq!(counter.standing(T(12_000), &config), (1, Some(T(12_001))));
        assert_eq!(counter.standing(T(12_001), &config), (0, None));
        // A window that was thought to be over: the second touch fell into it.
        assert!(counter.lapse(T(12_001), &config) && !counter.lapse(T(12_002), &config));
        assert_eq!(counter.press(T(20_000), T(1_500), Source::Screen, &config), counted(2, 500));
        assert_eq!(counter.standing(T(20_000), &config).0, 2);
        assert_eq!(counter.press(T(20_000), T(5_000), Source::Screen, &config), counted(1, 0));
    }
}
