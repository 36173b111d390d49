//! What an upload costs in memory: processes of their own, of which each says the most that it ever had. No disk is measured.

use std::path::Path;
use std::process::{Command, ExitCode};

use siaga::Config;

use super::original;
use super::phone::MediaPhone;
use super::room::roomy;
use crate::idle::proc;
use crate::row::{Setting, Stop, Value};
use crate::tool::quietly;
use crate::wire::site::Site;

const MEMORY_LIMIT_MB: f64 = 12.0;

/// What the child is told when there is nothing to attach.
const NOTHING: &str = "nothing";

pub(super) fn run(setting: &Setting) -> Result<Vec<Value>, Stop> {
    let (small, large) = (setting.count(20_000_000, 100_000) as u64, setting.count(2_000_000_000, 500_000) as u64);
    // The original, our copy, and the centre's.
    let (setting, _folder) = roomy(setting, large * 3)?;
    let site = Site::set(&setting, "media-memory")?;
    let config = site.beside("citizen.json");
    std::fs::write(&config, serde_json::to_vec(&site.config(site.centre.api_addr()))?)?;
    let idle = weighed(&site, &config, Path::new(NOTHING))?;
    let mut values = Vec::new();
    for bytes in [small, large] {
        let file = site.beside("video.mp4");
        let _ = original::make(&file, bytes)?;
        let peak = weighed(&site, &config, &file)?;
        eprintln!("  peak memory: {peak:.1} MB with an upload of {bytes} bytes, {idle:.1} MB without");
        values.push(Value::Count { ours: peak - idle, baseline: MEMORY_LIMIT_MB });
    }
    Ok(values)
}

/// The peak of a child in a folder of its own.
fn weighed(site: &Site, config: &Path, file: &Path) -> Result<f64, Stop> {
    let folder = site.beside("phone");
    let mut child = Command::new(std::env::current_exe()?);
    let said = quietly(child.args(["child", "media-weigh"]).arg(&folder).arg(config).arg(file))?;
    std::fs::remove_dir_all(folder)?;
    Ok(said.trim().parse()?)
}

/// A phone that has spoken with the centre, and then attaches and uploads a file or does nothing; prints the most memory that it
/// ever had, in MB.
pub(super) fn weigh(arguments: &[String]) -> Result<ExitCode, Stop> {
    let [folder, config, file] = arguments else { return Err(Stop::failed("media-weigh FOLDER CONFIG FILE")) };
    let config = Config::from_json(&std::fs::read_to_string(config)?)?;
    let phone = MediaPhone::open(Path::new(folder), &config)?;
    if file == NOTHING {
        let _ = phone.report()?;
    } else {
        let _ = phone.upload(Path::new(file))?;
    }
    println!("{}", proc::peak_mb()?);
    Ok(ExitCode::SUCCESS)
}
