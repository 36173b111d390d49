//! The parts of a file on their way.

use std::time::Duration;

use super::{COUNTED, CREATED, FILE_BYTES, SECTION, counted, created, judge_refused, shown, standing};
use crate::phone::{bytes, fresh_id};
use crate::reply::Reply;
use crate::rule::{Account, Rule, Verdict};
use crate::rules::store::incident;
use crate::run::Run;
use crate::send::read;
use crate::tus::{File, Tus, offset_of};
use crate::write::Write;

/// The file that breaks off, and the one that never ends: more than one segment, less than a window of HTTP/2.
const LONG_BYTES: usize = 40_000;

/// Between the bytes of a body and its break.
const SOON: Duration = Duration::from_millis(30);
/// On a busy machine, or over a slow link, a break that comes soon can overtake the bytes, and says nothing about the server then.
const LATE: Duration = Duration::from_secs(1);

pub(super) static RULES: &[Rule] = &[
    Rule::must(
        "M09",
        SECTION,
        CREATED,
        "A part is answered 204 with the new offset; HEAD says the same with the length and no-store",
        |run| Box::pin(parts(run)),
    )
    .beyond(),
    Rule::must("M10", SECTION, COUNTED, "A part at another offset is answered 409, and nothing of it counts", |run| {
        Box::pin(elsewhere(run))
    })
    .beyond(),
    Rule::must(
        "M11",
        SECTION,
        COUNTED,
        "A part of another content type is answered 415, and nothing of it counts",
        |run| Box::pin(typed(run)),
    )
    .beyond(),
    Rule::must(
        "M12",
        SECTION,
        COUNTED,
        "What came before a connection broke counts, and HEAD says how much it is",
        |run| Box::pin(cut(run)),
    )
    .beyond(),
    Rule::must(
        "M13",
        SECTION,
        COUNTED,
        "Where checksum is offered: a part that has another is answered 460, and what was there before is all that is there",
        |run| Box::pin(summed(run)),
    )
    .beyond(),
    Rule::must("M14", SECTION, COUNTED, "Text goes through while an upload is under way", |run| Box::pin(beside(run)))
        .beyond(),
];

async fn parts(run: &mut Run) -> Result<(), Verdict> {
    let file = File::new(&incident(run), FILE_BYTES);
    let place = created(run, &file).await?;
    for (from, to) in [(0, 1), (1, 2_000)] {
        let part = Tus::part("a part", &place, from, file.bytes.get(from..to).unwrap_or_default());
        counted(run, &part, to).await?;
        let look = Tus::look("HEAD behind a part", &place);
        let reply = run.tus(&look).await?;
        let length = FILE_BYTES.to_string();
        let is_described = reply.header("upload-length") == Some(&length)
            && reply.header("cache-control").is_some_and(|value| value.contains("no-store"));
        if reply.status != 200 || offset_of(&reply) != Some(to) || !is_described {
            let expected = format!("200 with Upload-Offset: {to}, Upload-Length: {length}, Cache-Control: no-store");
            let came = format!(
                "{}, Upload-Length: {}, Cache-Control: {}",
                shown(&reply),
                reply.header("upload-length").unwrap_or("none"),
                reply.header("cache-control").unwrap_or("none")
            );
            return Account::new(look.shown(), came, expected, "say what counts, and let no proxy keep it").fails();
        }
    }
    Ok(())
}

async fn elsewhere(run: &mut Run) -> Result<(), Verdict> {
    let file = File::new(&incident(run), FILE_BYTES);
    let place = created(run, &file).await?;
    let half = FILE_BYTES / 2;
    counted(run, &Tus::part("the first half", &place, 0, file.bytes.get(..half).unwrap_or_default()), half).await?;
    let remedy = "compare Upload-Offset with what is there before the first byte is taken";
    for offset in [0, half - 1, half + 1] {
        let part = Tus::part("a part at another offset", &place, offset, b"elsewhere");
        let reply = run.tus(&part).await?;
        judge_refused(&part, &reply, 409, "", remedy)?;
    }
    standing(run, &Tus::look("HEAD behind a part at another offset", &place), half, remedy).await
}

async fn typed(run: &mut Run) -> Result<(), Verdict> {
    let file = File::new(&incident(run), FILE_BYTES);
    let place = created(run, &file).await?;
    let remedy = "take bytes of a file as application/offset+octet-stream alone";
    for content_type in ["application/octet-stream", "text/plain", ""] {
        let part = Tus::part("a part of another type", &place, 0, file.from(0)).with("content-type", content_type);
        let reply = run.tus(&part).await?;
        judge_refused(&part, &reply, 415, "", remedy)?;
    }
    standing(run, &Tus::look("HEAD behind a part of another type", &place), 0, remedy).await
}

async fn cut(run: &mut Run) -> Result<(), Verdict> {
    let file = File::new(&incident(run), LONG_BYTES);
    let place = created(run, &file).await?;
    let half = LONG_BYTES / 2;
    let part = Tus::part("a part", &place, 0, file.bytes.get(..half).unwrap_or_default()).cut(SOON);
    let mut reply = broken_off(run, &part, &place).await?;
    if reply.status == 200 && offset_of(&reply) == Some(0) {
        reply = broken_off(run, &part.clone().cut(LATE), &place).await?;
    }
    let there = offset_of(&reply).filter(|there| (1..=half).contains(there) && reply.status == 200);
    let Some(there) = there else {
        let expected = format!("200 with an Upload-Offset above 0, up to {half}");
        let remedy = "write what comes as it comes, and count it when the connection breaks; a server behind a proxy that holds \
            bodies back never sees the first half, so let the proxy pass them on";
        return Account::new(format!("{}, then HEAD", part.shown()), shown(&reply), expected, remedy).fails();
    };
    let rest = Tus::part("the rest behind a break", &place, there, file.from(there));
    // Of a server that looks at hashes, this says as well that what counted is what was sent.
    counted(run, &rest, LONG_BYTES).await.map(|_| ())
}

/// What HEAD says once a part has broken off.
async fn broken_off(run: &mut Run, part: &Tus, place: &str) -> Result<Reply, Verdict> {
    run.tus_cut(part).await;
    run.tus_arrived(&Tus::look("HEAD behind the break", place)).await
}

async fn summed(run: &mut Run) -> Result<(), Verdict> {
    if !run.takes_checksums {
        return Verdict::skip("checksum with sha256 is not offered");
    }
    let file = File::new(&incident(run), FILE_BYTES);
    let place = created(run, &file).await?;
    let remedy = "hash the part before it counts";
    let half = FILE_BYTES / 2;
    let (first, rest) = (file.bytes.get(..half).unwrap_or_default(), file.from(half));
    counted(run, &Tus::part("a part with its checksum", &place, 0, first).with_checksum_of(first), half).await?;
    let part = Tus::part("a part with another's checksum", &place, half, rest).with_checksum_of(first);
    let reply = run.tus(&part).await?;
    judge_refused(&part, &reply, 460, "", remedy)?;
    standing(run, &Tus::look("HEAD behind a damaged part", &place), half, remedy).await?;
    let whole = Tus::part("the same part with its own", &place, half, rest).with_checksum_of(rest);
    counted(run, &whole, FILE_BYTES).await.map(|_| ())
}

async fn beside(run: &mut Run) -> Result<(), Verdict> {
    let file = File::new(&incident(run), LONG_BYTES);
    let place = created(run, &file).await?;
    let half = file.bytes.get(..LONG_BYTES / 2).unwrap_or_default();
    let part = Tus::part("a part that does not end", &place, 0, half).endless();
    // It outlasts the text: a text that is let go when the part is given up has waited for it.
    let request = run.tus_request(&part).timeout(run.target.timeout * 2);
    let upload = tokio::spawn(read(request));
    let judged = text_beside(run, &place).await;
    upload.abort();
    judged
}

async fn text_beside(run: &mut Run, place: &str) -> Result<(), Verdict> {
    // A text that comes before the server has seen the part would say nothing. What HEAD answers is another rule's.
    run.tus_arrived(&Tus::look("HEAD beside a part", place)).await?;
    let text = fresh_id();
    let body = bytes(&run.phone.envelope(&text, &text, "sos"));
    let write = Write::create("a create while an upload is under way", &text, body, true);
    run.stored(&write).await.map(|_| ())
}
