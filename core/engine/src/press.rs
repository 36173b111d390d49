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

/// What one press was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Count {
    /// It counts: so many presses stand in the window, over so many milliseconds.
    Counted { presses: u8, span_ms: u32 },
    /// Sooner than the debounce time after the press before: a bouncing contact.
    Bounced,
    /// The agency does not count this source.
    SourceOff,
}

/// The presses of the last window. At most as many moments as make an SOS.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PressCounter {
    #[serde(default, skip_serializing_if = "is_default")]
    moments: Vec<T>,
    /// The newest press that counted, also after the count began anew: escalations are debounced as well.
    #[serde(default, skip_serializing_if = "is_default")]
    last: Option<T>,
    /// Where the newest press of the count came from.
    #[serde(default, skip_serializing_if = "is_default")]
    source: Option<Source>,
}

impl PressCounter {
    pub(crate) fn press(&mut self, t: T, source: Source, config: &PressConfig) -> Count {
        if !config.sources.contains(&source) {
            return Count::SourceOff;
        }
        if self.last.is_some_and(|last| t.since(last) < u64::from(config.debounce_ms)) {
            return Count::Bounced;
        }
        self.last = Some(t);
        self.source = Some(source);
        self.moments.retain(|moment| t.since(*moment) <= u64::from(config.window_ms));
        self.moments.push(t);
        let first = self.moments.first().copied().unwrap_or(t);
        Count::Counted {
            presses: u8::try_from(self.moments.len()).unwrap_or(u8::MAX),
            span_ms: u32::try_from(t.since(first)).unwrap_or(u32::MAX),
        }
    }

    /// Adds the presses of another counter, of a process that could not reach the disk: what was `from` there is `to` here. A
    /// press that both know counts once.
    pub(crate) fn adopt(&mut self, other: &Self, from: T, to: T) {
        let shift = |moment: &T| moment.moved(from, to);
        self.moments.extend(other.moments.iter().map(shift));
        self.moments.sort_unstable();
        self.moments.dedup();
        if other.last.as_ref().map(shift) > self.last {
            self.source = other.source;
        }
        self.last = self.last.max(other.last.as_ref().map(shift));
    }

    /// Begins anew, after a trigger.
    pub(crate) fn rearm(&mut self) {
        self.moments.clear();
        self.source = None;
    }

    /// The presses of the window, over so many milliseconds, when they are enough for an SOS: two processes may have counted
    /// them apart, and no press told.
    pub(crate) fn enough(&self, t: T, config: &PressConfig) -> Option<(Source, u8, u32)> {
        let (standing, _) = self.standing(t, config);
        let first = self.moments.iter().find(|moment| t.since(**moment) <= u64::from(config.window_ms))?;
        let span_ms = self.moments.last()?.since(*first);
        let source = self.source.filter(|_| standing >= config.presses)?;
        Some((source, standing, u32::try_from(span_ms).unwrap_or(u32::MAX)))
    }

    /// How many presses still stand in the window at `t`, and when the last of them falls out.
    pub(crate) fn standing(&self, t: T, config: &PressConfig) -> (u8, Option<T>) {
        let window_ms = u64::from(config.window_ms);
        let standing = self.moments.iter().filter(|moment| t.since(**moment) <= window_ms).count();
        let over = self.moments.last().map(|last| last.after(window_ms.saturating_add(1))).filter(|over| t < *over);
        (u8::try_from(standing).unwrap_or(u8::MAX), over)
    }

    /// Forgets presses that fell out of the window; says whether there were any.
    pub(crate) fn lapse(&mut self, t: T, config: &PressConfig) -> bool {
        let had = !self.moments.is_empty();
        if self.standing(t, config).0 == 0 {
            self.rearm();
        }
        had && self.moments.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(presses: u8, span_ms: u32) -> Count {
        Count::Counted { presses, span_ms }
    }

    #[test]
    fn presses_count_within_a_sliding_window() {
        let (mut counter, config) = (PressCounter::default(), PressConfig::default());
        assert_eq!(counter.press(T(0), Source::Screen, &config), counted(1, 0));
        assert_eq!(counter.press(T(2_000), Source::VolumeKey, &config), counted(2, 2_000));
        assert_eq!(counter.press(T(3_500), Source::Screen, &config), counted(2, 1_500));
        assert_eq!(counter.press(T(4_900), Source::Screen, &config), counted(3, 2_900));
    }

    #[test]
    fn a_bouncing_contact_is_one_press() {
        let (mut counter, config) = (PressCounter::default(), PressConfig::default());
        let _ = counter.press(T(0), Source::Screen, &config);
        assert_eq!(counter.press(T(79), Source::Screen, &config), Count::Bounced);
        assert_eq!(counter.press(T(80), Source::Screen, &config), counted(2, 80));
    }

    #[test]
    fn a_source_that_is_off_does_not_count() {
        let config = PressConfig { sources: vec![Source::Screen], ..PressConfig::default() };
        assert_eq!(PressCounter::default().press(T(0), Source::Headset, &config), Count::SourceOff);
    }

    #[test]
    fn presses_of_two_counters_count_together_and_each_once() {
        let config = PressConfig::default();
        let (mut ours, mut theirs) = (PressCounter::default(), PressCounter::default());
        let _ = ours.press(T(1_000), Source::Screen, &config);
        theirs.adopt(&ours, T(0), T(0));
        let _ = theirs.press(T(1_500), Source::Screen, &config);
        ours.adopt(&theirs, T(0), T(0));
        assert_eq!(ours.press(T(1_550), Source::Screen, &config), Count::Bounced);
        assert_eq!(ours.enough(T(1_550), &config), None);
        assert_eq!(ours.press(T(2_000), Source::Screen, &config), counted(3, 1_000));
    }

    #[test]
    fn a_count_lapses_when_the_last_press_falls_out_of_the_window() {
        let (mut counter, config) = (PressCounter::default(), PressConfig::default());
        let _ = counter.press(T(10), Source::Screen, &config);
        let (standing, over) = counter.standing(T(20), &config);
        assert_eq!((standing, over), (1, Some(T(3_011))));
        assert!(!counter.lapse(T(3_010), &config));
        assert!(counter.lapse(T(3_011), &config));
    }
}
