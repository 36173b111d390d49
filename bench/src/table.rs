//! What is printed: for people, for programs (`--json`), and for `docs/BENCHMARKS.md` (`--markdown`).

use serde_json::json;

use crate::row::{Side, Spec, Value};

/// One row with its judgement.
pub(crate) struct Judged {
    spec: Spec,
    value: Value,
}

/// The figures of a row that was measured.
#[derive(Clone, Copy)]
struct Figures {
    ours: f64,
    baseline: f64,
    ratio: f64,
}

impl Judged {
    pub(crate) const fn new(spec: Spec, value: Value) -> Self {
        Self { spec, value }
    }

    /// Whether the row was measured and does not hold.
    pub(crate) fn is_missed(&self) -> bool {
        self.figures().is_some_and(|figures| figures.ratio > self.spec.limit)
    }

    fn figures(&self) -> Option<Figures> {
        let (ours, baseline) = match &self.value {
            Value::Sides { ours, baseline } => (ours.p50(), baseline.p50()),
            Value::Above { ours, base, promised } => (ours.above(base).p50(), *promised),
            Value::Within { ours, promised } => (ours.p50(), *promised),
            Value::Count { ours, baseline } => (*ours, *baseline),
            Value::Skipped { .. } => return None,
        };
        // Judged as printed, so that nobody reads "1.15, limit 1.15, does not hold".
        Some(Figures { ours: rounded(ours), baseline: rounded(baseline), ratio: rounded(ours / baseline) })
    }

    /// One JSON object: exactly `name`, `ours`, `baseline`, `unit`, `ratio`, `limit`, `holds`. Figures are `null` for a row that
    /// was skipped; `holds` also in a run that judges nothing.
    pub(crate) fn json(&self, judges: bool) -> String {
        let Spec { name, unit, limit, .. } = self.spec;
        let figures = self.figures();
        let of = |figure: fn(Figures) -> f64| figures.map(figure);
        json!({
            "name": name,
            "ours": of(|figures| figures.ours),
            "baseline": of(|figures| figures.baseline),
            "unit": unit,
            "ratio": of(|figures| figures.ratio),
            "limit": limit,
            "holds": of(|figures| figures.ratio).filter(|_| judges).map(|ratio| ratio <= limit),
        })
        .to_string()
    }

    /// A line of the human table, and below it the spread of each side.
    pub(crate) fn human(&self, judges: bool) -> String {
        let Spec { name, compares, unit, limit } = self.spec;
        let Some(Figures { ours, baseline, ratio }) = self.figures() else {
            return format!("  {name:<28} SKIPPED: {}", self.why());
        };
        let mark = if judges { holds(ratio <= limit) } else { "not judged" };
        let line = format!("  {name:<28} {ours:>10} {baseline:>10} {unit:<8} {ratio:>7} limit {limit:<5} {mark}");
        let below = match &self.value {
            Value::Sides { ours, baseline } => {
                format!("\n      ours: {}; baseline: {}", spread(ours), spread(baseline))
            }
            Value::Above { ours, base, .. } => {
                let (least, most) = ours.above(base).span();
                let above = format!("above: {} to {} in the rounds", rounded(least), rounded(most));
                format!("\n      {above}; ours: {}; the other: {}", spread(ours), spread(base))
            }
            Value::Within { ours, .. } => format!("\n      ours: {}", spread(ours)),
            Value::Count { .. } | Value::Skipped { .. } => String::new(),
        };
        format!("{line}\n      {compares}{below}")
    }

    /// A row of the table in `docs/BENCHMARKS.md`.
    pub(crate) fn markdown(&self, judges: bool) -> String {
        let Spec { name, compares, unit, limit } = self.spec;
        match self.figures() {
            None => format!("| `{name}` | {compares} | | | | {limit} | skipped: {} |", self.why()),
            Some(Figures { ours, baseline, ratio }) => {
                let mark = if judges { holds(ratio <= limit) } else { "not judged" };
                format!("| `{name}` | {compares} | {ours} {unit} | {baseline} {unit} | {ratio} | {limit} | {mark} |")
            }
        }
    }

    fn why(&self) -> &str {
        match &self.value {
            Value::Skipped { why } => why,
            Value::Sides { .. } | Value::Above { .. } | Value::Within { .. } | Value::Count { .. } => "",
        }
    }
}

fn spread(side: &Side) -> String {
    let (best, worst) = side.span();
    let rounds = format!("{} to {}", rounded(best), rounded(worst));
    format!("p50 {}, of the rounds {rounds}, p99 {}", rounded(side.p50()), rounded(side.p99()))
}

/// The head of the table in `docs/BENCHMARKS.md`.
pub(crate) fn markdown_head(date: &str, place: &str, rounds: usize) -> String {
    format!(
        "{date}, {}, {rounds} rounds, on {place}.\n\n\
         | Row | Ours : baseline | Ours | Baseline | Ratio | Limit | Holds |\n| --- | --- | --- | --- | --- | --- | --- |",
        machine()
    )
}

/// Processor, cores and kernel.
fn machine() -> String {
    let read = |file: &str| std::fs::read_to_string(file).unwrap_or_default();
    let cpu = read("/proc/cpuinfo");
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
    let model = model.trim_start_matches([' ', '\t', ':']).trim();
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let release = read("/proc/sys/kernel/osrelease");
    // The version without the distribution's own words.
    let kernel = release.split('-').next().unwrap_or_default().trim();
    let model = if model.is_empty() { std::env::consts::ARCH } else { model };
    format!("{model}, {cores} cores, {} {kernel}", std::env::consts::OS)
}

const fn holds(holds: bool) -> &'static str {
    if holds { "holds" } else { "MISSED" }
}

/// Three digits behind the point.
fn rounded(value: f64) -> f64 {
    (value * 1e3).round() / 1e3
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(ours: f64, baseline: f64) -> Judged {
        let spec = Spec { name: "syncs", compares: "a : b", unit: "syncs", limit: 1.05 };
        Judged::new(spec, Value::Count { ours, baseline })
    }

    #[test]
    fn a_row_holds_up_to_its_limit_and_not_beyond() {
        assert!(!counted(1.05, 1.0).is_missed());
        assert!(counted(1.051, 1.0).is_missed());
    }

    #[test]
    fn a_promised_difference_is_judged_round_by_round() {
        let (mut ours, mut base) = (Side::default(), Side::default());
        // The disk is another one in each round. The difference of the sides' own medians would be 40.
        for (slow, fast) in [(110.0, 100.0), (240.0, 200.0), (310.0, 300.0)] {
            ours.push(vec![slow]);
            base.push(vec![fast]);
        }
        let spec = Spec { name: "press", compares: "a : b", unit: "us", limit: 1.0 };
        let judged = |promised| Judged::new(spec, Value::Above { ours: ours.clone(), base: base.clone(), promised });
        assert!(!judged(10.0).is_missed());
        assert!(judged(9.9).is_missed());
        assert!(judged(10.0).human(true).contains("above: 10 to 40 in the rounds"));
    }

    #[test]
    fn json_has_exactly_the_seven_keys() {
        for (judged, holds) in [(counted(1.0, 1.0), json!(true)), (counted(2.0, 1.0), json!(false))] {
            let value: serde_json::Value = serde_json::from_str(&judged.json(true)).unwrap();
            let keys: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
            assert_eq!(keys, ["baseline", "holds", "limit", "name", "ours", "ratio", "unit"]);
            assert_eq!(value["holds"], holds);
        }
    }

    #[test]
    fn a_run_that_judges_nothing_and_a_skipped_row_say_neither_yes_nor_no() {
        let smoke: serde_json::Value = serde_json::from_str(&counted(1.0, 1.0).json(false)).unwrap();
        assert_eq!((&smoke["ours"], &smoke["holds"]), (&json!(1.0), &json!(null)));
        let skipped = Judged::new(counted(0.0, 0.0).spec, Value::Skipped { why: "no tool".to_owned() });
        let value: serde_json::Value = serde_json::from_str(&skipped.json(true)).unwrap();
        assert_eq!((&value["ours"], &value["holds"]), (&json!(null), &json!(null)));
        assert!(skipped.human(true).contains("SKIPPED: no tool"));
    }
}
