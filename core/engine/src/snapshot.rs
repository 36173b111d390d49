//! The read model that a screen draws. Every word in it follows from committed state (INV-7).

use serde::{Deserialize, Serialize};

use crate::clock::T;
use crate::config::Rules;
use crate::decide::ENDED_STAYS_MS;
use crate::delivery::Trouble;
use crate::ids::IncidentId;
use crate::incident::{Chain, ClosedBy, Incident, Phase};
use crate::location::{FixSource, NoFix, Radius};
use crate::media::{FileNote, FileView, UploadView, needs_unmetered};
use crate::outbox::{Kind, Lane};
use crate::plant::{Plant, planted};
use crate::state::State;

/// All that a screen needs, at one moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Snapshot {
    /// Raised with each committed step; a listener compares it.
    pub revision: u64,
    /// Whether steps reach the disk.
    pub store: StoreHealth,
    /// The button.
    pub button: ButtonView,
    /// Where the citizen is, as far as known.
    pub position: PositionView,
    /// Drafts of reports; then open incidents, and those that ended within the last hour; the newest last.
    pub incidents: Vec<IncidentView>,
    /// Rows that wait, lane by lane; lanes without any are left out.
    pub waiting: Vec<LaneView>,
    /// Rows that a centre refused for good; they are kept.
    pub parked: u32,
    /// What the centre offers beyond the basic profile; `None` until it was asked.
    pub offers: Option<Vec<String>>,
}

/// Whether steps reach the disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[serde(rename_all = "snake_case")]
pub enum StoreHealth {
    /// They do.
    #[default]
    Durable,
    /// The last commit failed: an open SOS lives in memory until the disk takes it again.
    InMemoryOnly,
    /// A database that could not be used was set aside; a new one is in use, and what was unsent is being salvaged.
    Salvaging,
}

/// The button.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct ButtonView {
    /// Presses in the window.
    pub presses: u8,
    /// Presses that make an SOS.
    pub needed: u8,
    /// Until the window is over; 0 when no press stands.
    pub window_left_ms: u32,
}

/// Where the citizen is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[serde(rename_all = "snake_case")]
pub enum PositionView {
    /// As far as known.
    Known {
        /// Degrees north.
        lat: f64,
        /// Degrees east.
        lon: f64,
        /// How sure; `None` stays unknown.
        radius: Option<Radius>,
        /// How old, in milliseconds.
        age_ms: u64,
        /// Which positioning.
        source: FixSource,
        /// Whether it is believed.
        trusted: bool,
    },
    /// Not known, and why.
    Unknown(NoFix),
}

/// One lane that has waiting rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct LaneView {
    /// The lane.
    pub lane: Lane,
    /// Rows that wait, those in flight included.
    pub rows: u32,
    /// Rows in flight.
    pub in_flight: u32,
    /// What the first of them waits for.
    pub waits: Option<Waits>,
    /// In how many milliseconds that is over at the latest; 0 when it is.
    pub next_in_ms: Option<u64>,
    /// What went wrong with the newest attempt of any of them; `None` after a success.
    pub trouble: Option<Trouble>,
}

/// What a waiting row waits for (F32).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[serde(rename_all = "snake_case")]
pub enum Waits {
    /// The outcome of an attempt.
    ForReply,
    /// An SOS that is in flight goes first.
    ForSos,
    /// The centre has not said yet that it takes files, or takes none.
    ForOffer,
    /// The citizen, who has paused all of them.
    ForResume,
    /// An unmetered network, or the citizen's word that they may go over any.
    ForUnmetered,
    /// Its own next attempt.
    BackOff,
    /// A route, an identity or a network that failed for others as well.
    Gate,
}

/// One incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct IncidentView {
    /// Its id.
    pub id: IncidentId,
    /// `sos` or `report`.
    pub kind: Kind,
    /// Whether it is a drill.
    pub drill: bool,
    /// Where it is in its life.
    pub state: IncidentState,
    /// All presses so far.
    pub presses: u32,
    /// What happened so far, in order; each entry with what proves it. A draft has none.
    pub timeline: Vec<TimelineEntry>,
    /// Rows of this incident that have no receipt yet.
    pub pending: u32,
    /// What was attached, in that order.
    #[serde(default)]
    pub files: Vec<FileView>,
    /// How far its files have come together.
    #[serde(default)]
    pub upload: UploadView,
    /// Whether the centre has signed for all of it: every event, and the bytes of every file.
    #[serde(default)]
    pub complete: bool,
    /// Why its create has no receipt yet, after the newest attempt; `None` before the first and after the receipt.
    pub trouble: Option<Trouble>,
    /// Whether a running number is missing in the centre's timeline.
    pub timeline_gap: bool,
    /// Whether certificates had to be judged with a clamped time: the phone's clock is wrong.
    pub clock_clamped: bool,
    /// The centre's signed receipt of the create, as evidence.
    pub receipt: Option<String>,
    /// What was captured for it, as evidence.
    #[serde(default)]
    pub evidence: EvidenceView,
    /// Since it began, in milliseconds.
    pub age_ms: u64,
}

/// The head of an incident's chain of records (presses after the trigger, fixes, files). The centre's newest record has no successor
/// that would show a change of it, or that it is missing: the phone's own memory does.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct EvidenceView {
    /// How many records were captured; the newest has this number.
    pub records: u32,
    /// SHA-256 of the newest record, 64 hexadecimal digits; `None` before the first.
    pub newest: Option<String>,
}

/// Where an incident is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[serde(rename_all = "snake_case")]
pub enum IncidentState {
    /// A report that the citizen still writes: on this phone's disk, and sent to nobody before it is submitted.
    Draft,
    /// On this phone's disk.
    Recorded,
    /// The centre has signed for it.
    Active,
    /// The citizen called it off.
    Cancelled,
    /// Closed by the centre.
    ClosedByCentre,
    /// Over by its age.
    ClosedByAge,
    /// A drill that came back with its receipt.
    DrillDone,
    /// A drill that a real SOS ended.
    EndedBySos,
}

/// One line of an incident's timeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct TimelineEntry {
    /// What happened.
    pub what: Happening,
    /// When, Unix milliseconds of whoever says so: the phone's wall clock or the centre's.
    pub at_wall_ms: i64,
    /// Why that may be believed.
    pub proof: Proof,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[serde(rename_all = "snake_case")]
pub enum Happening {
    /// It is on the disk.
    Recorded,
    /// A first attempt left the phone; nothing proves that it arrived.
    LeftThePhone,
    /// The centre has it.
    CentreHasIt,
    /// A step of the centre's timeline: `received`, `opened`, `assigned`, `on_scene`, `closed`, or another of its own words.
    Step {
        /// Its running number.
        n: u32,
        /// The step.
        step: String,
        /// A note for the citizen.
        note: Option<String>,
    },
}

/// Why an entry may be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// The phone's own record.
    OwnRecord,
    /// The centre's signature, verified.
    Signed,
}

impl Snapshot {
    pub(crate) fn of(state: &State, rules: &Rules, t: T) -> Self {
        let (presses, over) = state.press.standing(t, &rules.press);
        let window_left_ms = over.map_or(0, |over| u32::try_from(over.since(t)).unwrap_or(u32::MAX));
        Self {
            revision: state.revision,
            store: StoreHealth::Durable,
            button: ButtonView { presses, needed: rules.press.presses, window_left_ms },
            position: position(state, t),
            incidents: incidents(state, rules, t),
            waiting: Lane::ALL.into_iter().map(|lane| lane_view(state, lane, t)).filter(|view| view.rows > 0).collect(),
            parked: state.waiting.parked,
            offers: state.reads.offers.clone(),
        }
    }

    /// The incident with this id.
    #[must_use]
    pub fn incident(&self, id: IncidentId) -> Option<&IncidentView> {
        self.incidents.iter().find(|incident| incident.id == id)
    }
}

/// Drafts stand first: the last one is what happened last.
fn incidents(state: &State, rules: &Rules, t: T) -> Vec<IncidentView> {
    let metered_max = state.metered.then(|| rules.media.metered_max_bytes());
    let shown = state.incidents.iter().filter(|incident| shown(incident, t));
    let (drafts, others): (Vec<_>, Vec<_>) = shown.partition(|incident| incident.is_draft());
    drafts.into_iter().chain(others).map(|incident| IncidentView::of(incident, metered_max, t)).collect()
}

fn shown(incident: &Incident, t: T) -> bool {
    incident.pending > 0 || incident.phase.ended().is_none_or(|ended| t.since(ended) < ENDED_STAYS_MS)
}

fn position(state: &State, t: T) -> PositionView {
    let Some(fix) = state.location.best(t) else { return PositionView::Unknown(state.location.why_none()) };
    PositionView::Known {
        lat: fix.lat,
        lon: fix.lon,
        radius: fix.radius,
        age_ms: t.since(fix.taken),
        source: fix.source,
        trusted: fix.trusted(),
    }
}

fn lane_view(state: &State, lane: Lane, t: T) -> LaneView {
    let in_flight = state.claims.iter().filter(|claim| claim.row.lane == lane).count();
    let note = state.lanes.get(&lane).cloned().unwrap_or_default();
    LaneView {
        lane,
        rows: state.waiting.of(lane),
        in_flight: u32::try_from(in_flight).unwrap_or(u32::MAX),
        waits: note.waits,
        next_in_ms: note.next.map(|next| next.since(t)),
        trouble: note.trouble,
    }
}

impl IncidentView {
    /// `metered_max`: the largest file in bytes that goes over the network as it is, when that is metered.
    pub(crate) fn of(incident: &Incident, metered_max: Option<u64>, t: T) -> Self {
        let is_metered = |file: &FileNote| metered_max.is_some_and(|most| needs_unmetered(incident, file, most));
        Self {
            id: incident.id,
            kind: incident.kind,
            drill: incident.drill,
            state: IncidentState::of(incident.phase),
            presses: incident.presses,
            timeline: timeline(incident),
            pending: incident.pending,
            files: incident.files.iter().map(|file| FileView::of(file, is_metered(file))).collect(),
            upload: UploadView::of(&incident.files),
            complete: is_complete(incident),
            trouble: incident.create.trouble.clone(),
            timeline_gap: incident.follow.has_gap(),
            clock_clamped: incident.create.clock_clamped,
            receipt: incident.create.receipt.as_ref().map(|receipt| receipt.jws.clone()),
            evidence: EvidenceView::of(&incident.chain),
            age_ms: t.since(incident.began),
        }
    }
}

impl EvidenceView {
    fn of(chain: &Chain) -> Self {
        let (records, newest) = chain.head();
        Self { records, newest: newest.map(|sha256| sha256.to_string()) }
    }
}

/// Every child is signed for, and so is every text (F11, F36). What was refused is not.
fn is_complete(incident: &Incident) -> bool {
    incident.create.receipt.is_some() && incident.pending == 0 && !incident.files.iter().any(FileNote::is_missing)
}

impl IncidentState {
    const fn of(phase: Phase) -> Self {
        match phase {
            Phase::Draft => Self::Draft,
            Phase::Recorded => Self::Recorded,
            Phase::Active => Self::Active,
            Phase::Cancelled { .. } => Self::Cancelled,
            Phase::Closed { by: ClosedBy::Centre, .. } => Self::ClosedByCentre,
            Phase::Closed { by: ClosedBy::Age, .. } => Self::ClosedByAge,
            Phase::Closed { by: ClosedBy::DrillReceipt, .. } => Self::DrillDone,
            Phase::Closed { by: ClosedBy::Sos, .. } => Self::EndedBySos,
        }
    }

    /// The phase of an incident that ended so, at this moment; `None` for one that did not end.
    pub(crate) const fn ended_at(self, at: T) -> Option<Phase> {
        let by = match self {
            Self::Draft | Self::Recorded | Self::Active => return None,
            Self::Cancelled => return Some(Phase::Cancelled { at }),
            Self::ClosedByCentre => ClosedBy::Centre,
            Self::ClosedByAge => ClosedBy::Age,
            Self::DrillDone => ClosedBy::DrillReceipt,
            Self::EndedBySos => ClosedBy::Sos,
        };
        Some(Phase::Closed { at, by })
    }
}

fn timeline(incident: &Incident) -> Vec<TimelineEntry> {
    let own = |what, at_wall_ms| TimelineEntry { what, at_wall_ms, proof: Proof::OwnRecord };
    let signed = |what, at_wall_ms| TimelineEntry { what, at_wall_ms, proof: Proof::Signed };
    if incident.is_draft() {
        return Vec::new();
    }
    let create = &incident.create;
    let mut entries = vec![own(Happening::Recorded, incident.began_wall_ms)];
    entries.extend(create.first_attempt_wall_ms.map(|at| own(Happening::LeftThePhone, at)));
    if planted(Plant::EarlyWords) {
        entries.extend(create.first_attempt_wall_ms.map(|at| signed(Happening::CentreHasIt, at)));
    }
    entries.extend(create.receipt.as_ref().map(|receipt| signed(Happening::CentreHasIt, receipt.at_ms)));
    entries.extend(incident.follow.steps.iter().map(|step| {
        let (n, note) = (step.n, step.note.clone());
        signed(Happening::Step { n, step: step.step.clone(), note }, step.at_ms)
    }));
    entries
}
