//! What is shipped: how large the library is, how much of the product is written twice, once for each platform.

pub(crate) mod library;
mod sources;

use crate::row::{Group, Setting, Spec, Stop, Value};

/// See the module.
pub(crate) const GROUP: Group = Group { name: "product", rows: ROWS, run, children: &[] };

const ROWS: &[Spec] = &[
    Spec {
        name: "library-size",
        compares: "the phone's library for x86_64 Linux, stripped : 4.5 MB",
        unit: "MB",
        limit: 1.0,
    },
    Spec {
        name: "shell-lines",
        compares: "hand-written Kotlin and Swift, tests apart : the core",
        unit: "lines",
        limit: 0.25,
    },
    Spec {
        name: "twin-conversions",
        compares: "conversions between a type and its twin at the boundary : 1, which would be one too many",
        unit: "impls",
        limit: 0.0,
    },
];

/// In MB of a million bytes.
const LIBRARY_LIMIT_MB: f64 = 4.5;

fn run(setting: &Setting) -> Result<Vec<Value>, Stop> {
    let root = setting.root()?;
    let size = match library::built(setting).and_then(|library| library.mb()) {
        Ok(mb) => Value::Count { ours: mb, baseline: LIBRARY_LIMIT_MB },
        Err(Stop::Missing(why)) => Value::Skipped { why },
        Err(failed @ Stop::Failed(_)) => return Err(failed),
    };
    let (shells, core) = (sources::shell_lines(&root)?, sources::core_lines(&root)?);
    let twins = sources::twin_conversions(&root)?;
    Ok(vec![size, Value::Count { ours: shells, baseline: core }, Value::Count { ours: twins, baseline: 1.0 }])
}
