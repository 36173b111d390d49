//! What is spoken, and in which version.

use super::{OFFERED, SECTION, created, judge_refused};
use crate::rule::{Account, Rule, Verdict};
use crate::rules::store::incident;
use crate::run::Run;
use crate::tus::{File, Tus};

pub(super) static RULES: &[Rule] = &[
    Rule::must(
        "M01",
        SECTION,
        &["B01", "C01"],
        "OPTIONS /v1/media names tus 1.0.0 with creation and creation-with-upload, and checksum with sha256 where media-checksum is offered",
        |run| Box::pin(spoken(run)),
    )
    .beyond(),
    Rule::must(
        "M02",
        SECTION,
        OFFERED,
        "A creation is answered 201 with a Location at the same host, of at most 512 bytes",
        |run| Box::pin(placed(run)),
    )
    .beyond(),
    Rule::must(
        "M03",
        SECTION,
        &["M02"],
        "A request without Tus-Resumable: 1.0.0 is answered 412 with Tus-Version",
        |run| Box::pin(versioned(run)),
    )
    .beyond(),
];

async fn spoken(run: &mut Run) -> Result<(), Verdict> {
    if !run.offers.contains("media") {
        return Verdict::skip("the capabilities do not name media");
    }
    let offer = Tus::offer();
    let reply = run.tus(&offer).await?;
    let list = |name: &str| -> Vec<String> {
        reply.header(name).unwrap_or_default().split(',').map(|item| item.trim().to_owned()).collect()
    };
    let (versions, extensions) = (list("tus-version"), list("tus-extension"));
    let has = |list: &[String], name: &str| list.iter().any(|item| item == name);
    let is_spoken = has(&versions, "1.0.0") && has(&extensions, "creation") && has(&extensions, "creation-with-upload");
    if !reply.is_success() || !is_spoken {
        let came = format!("{}, Tus-Version {versions:?}, Tus-Extension {extensions:?}", reply.status);
        let expected = "204 with Tus-Version: 1.0.0 and Tus-Extension with creation and creation-with-upload";
        return Account::new(offer.shown(), came, expected, "offer both extensions, or no media").fails();
    }
    run.takes_checksums = has(&extensions, "checksum") && has(&list("tus-checksum-algorithm"), "sha256");
    if run.offers.contains("media-checksum") && !run.takes_checksums {
        let came = format!("Tus-Extension {extensions:?}, and media-checksum among the capabilities");
        let expected = "checksum in Tus-Extension, and sha256 in Tus-Checksum-Algorithm";
        return Account::new(offer.shown(), came, expected, "offer both, or neither").fails();
    }
    run.max_size = reply.header("tus-max-size").and_then(|size| size.parse().ok());
    Ok(())
}

async fn placed(run: &mut Run) -> Result<(), Verdict> {
    let file = File::new(&incident(run), super::FILE_BYTES);
    let creation = Tus::creation("a creation", &file);
    let reply = run.tus(&creation).await?;
    let account = |came: String| {
        let expected = "201 with a Location of at most 512 bytes at the host that was asked";
        let remedy = "give a path alone, or name the host that phones know: they go to no other";
        Account::new(creation.shown(), came, expected, remedy)
    };
    if reply.status != 201 {
        return account(reply.shown()).fails();
    }
    run.place_of(&reply).map(|_| ()).or_else(|came| account(came).fails())
}

async fn versioned(run: &mut Run) -> Result<(), Verdict> {
    let file = File::new(&incident(run), super::FILE_BYTES);
    let place = created(run, &file).await?;
    let bytes = file.from(0).to_vec();
    for version in ["", "0.2.2"] {
        for tus in [
            Tus::creation("a creation in another version", &File::new(&file.incident, super::FILE_BYTES)),
            Tus::look("a HEAD in another version", &place),
            Tus::part("a part in another version", &place, 0, &bytes),
        ] {
            let tus = tus.with("tus-resumable", version);
            let reply = run.tus(&tus).await?;
            let remedy =
                "look at Tus-Resumable first, and answer 412 with Tus-Version: 1.0.0 when it is another or none";
            judge_refused(&tus, &reply, 412, "", remedy)?;
            if !reply.header("tus-version").unwrap_or_default().contains("1.0.0") {
                let came = format!("{} without Tus-Version: 1.0.0", reply.status);
                return Account::new(tus.shown(), came, "412 with Tus-Version: 1.0.0", remedy).fails();
            }
        }
    }
    Ok(())
}
