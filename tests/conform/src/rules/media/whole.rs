//! The end of a file: its hash, and the receipt.

use super::{
    COUNTED, FILE_BYTES, SECTION, counted, created, fresh_incident, judge_refused, receipted, shown, standing,
};
use crate::rule::{Account, Rule, Verdict};
use crate::rules::store::incident;
use crate::run::Run;
use crate::tus::{File, Tus, offset_of};

/// Without a receipt that is right, nothing can be said about its repetition.
const SIGNED: &[&str] = &["M15"];

pub(super) static RULES: &[Rule] = &[
    Rule::must(
        "M15",
        SECTION,
        COUNTED,
        "The last part is answered with a receipt of the file's id, its hash and its drill; none comes before",
        |run| Box::pin(signed(run)),
    )
    .beyond(),
    Rule::must(
        "M16",
        SECTION,
        &["M04", "M15"],
        "HEAD of a whole file and its creation again give the same receipt",
        |run| Box::pin(same(run)),
    )
    .beyond(),
    Rule::must(
        "M17",
        SECTION,
        SIGNED,
        "A whole with another hash is answered 460 digest-mismatch and forgotten; the file begins anew",
        |run| Box::pin(damaged(run)),
    )
    .beyond(),
    Rule::must(
        "M18",
        SECTION,
        SIGNED,
        "A creation with a body begins with it; a whole file has its receipt in the same answer",
        |run| Box::pin(at_once(run)),
    )
    .beyond(),
    Rule::must("M19", SECTION, &["M02"], "A file above Tus-Max-Size is answered 413 too-large", |run| {
        Box::pin(too_large(run))
    })
    .beyond(),
    Rule::must("M20", SECTION, &["M02"], "Every answer about media has Tus-Resumable: 1.0.0", |run| {
        Box::pin(known(run))
    })
    .beyond(),
    Rule::must(
        "M21",
        SECTION,
        &["M18"],
        "Where checksum is offered: a creation whose body has another is answered 460, and nothing of the body counts",
        |run| Box::pin(summed(run)),
    )
    .beyond(),
];

async fn signed(run: &mut Run) -> Result<(), Verdict> {
    let file = File::new(&fresh_incident(run).await?, FILE_BYTES);
    let place = created(run, &file).await?;
    let most = FILE_BYTES - 1;
    let first = Tus::part("all but the last byte", &place, 0, file.bytes.get(..most).unwrap_or_default());
    let reply = counted(run, &first, most).await?;
    if reply.receipt().is_some() {
        let remedy = "sign for what is whole and has the announced hash, and for nothing else";
        return Account::new(first.shown(), shown(&reply), "204 without Siaga-Receipt", remedy).fails();
    }
    let last = Tus::part("the last byte", &place, most, file.from(most));
    let reply = counted(run, &last, FILE_BYTES).await?;
    receipted(run, &last, &file, &reply)
}

async fn same(run: &mut Run) -> Result<(), Verdict> {
    let file = File::new(&fresh_incident(run).await?, FILE_BYTES);
    let place = created(run, &file).await?;
    let first = counted(run, &Tus::part("the whole", &place, 0, file.from(0)), FILE_BYTES).await?;
    for (tus, what) in [
        (Tus::look("HEAD of a whole file", &place), "HEAD"),
        (Tus::creation("the creation of a whole file, again", &file), "the creation"),
    ] {
        let reply = run.tus(&tus).await?;
        let is_same = reply.receipt() == first.receipt() && reply.receipts().len() == 1;
        if reply.status != 200 || offset_of(&reply) != Some(FILE_BYTES) || !is_same {
            let came =
                format!("{}, {}", shown(&reply), if is_same { "the same receipt" } else { "not the same receipt" });
            let expected =
                format!("200 with Upload-Offset: {FILE_BYTES} and the receipt of the last part, byte for byte");
            let remedy = format!("store the receipt, and give it with {what}: the answer to the last part may be lost");
            return Account::new(tus.shown(), came, expected, remedy).fails();
        }
    }
    Ok(())
}

async fn damaged(run: &mut Run) -> Result<(), Verdict> {
    let file = File::new(&fresh_incident(run).await?, FILE_BYTES);
    let place = created(run, &file).await?;
    let mut other = file.bytes.clone();
    if let Some(byte) = other.last_mut() {
        *byte ^= 1;
    }
    let remedy = "hash the whole before you sign; forget all of it when it is wrong, so that the phone can begin anew";
    let part = Tus::part("a whole with one other bit", &place, 0, &other);
    let reply = run.tus(&part).await?;
    judge_refused(&part, &reply, 460, "digest-mismatch", remedy)?;
    let look = Tus::look("HEAD of what was forgotten", &place);
    let reply = run.tus(&look).await?;
    if !matches!(reply.status, 404 | 410) {
        return Account::new(look.shown(), shown(&reply), "404", remedy).fails();
    }
    let place = created(run, &file).await?;
    standing(run, &Tus::look("HEAD of what begins anew", &place), 0, remedy).await?;
    let whole = Tus::part("the whole, the second time", &place, 0, file.from(0));
    let reply = counted(run, &whole, FILE_BYTES).await?;
    receipted(run, &whole, &file, &reply)
}

async fn at_once(run: &mut Run) -> Result<(), Verdict> {
    let file = File::new(&fresh_incident(run).await?, FILE_BYTES);
    for (what, end) in [("a creation with the first bytes", 1_000), ("a creation with the whole file", FILE_BYTES)] {
        let file = File { ..if end == FILE_BYTES { file.clone() } else { File::new(&file.incident, FILE_BYTES) } };
        let creation = Tus::creation(what, &file).bringing(file.bytes.get(..end).unwrap_or_default());
        let reply = run.tus(&creation).await?;
        if reply.status != 201 || offset_of(&reply) != Some(end) || run.place_of(&reply).is_err() {
            let expected = format!("201 with Location and Upload-Offset: {end}");
            let remedy = "take the body of a creation as the file's beginning: phones send small files in one request";
            return Account::new(creation.shown(), shown(&reply), expected, remedy).fails();
        }
        if end == FILE_BYTES {
            receipted(run, &creation, &file, &reply)?;
        }
    }
    Ok(())
}

async fn too_large(run: &mut Run) -> Result<(), Verdict> {
    let Some(length) = run.max_size.and_then(|size| size.checked_add(1)) else {
        return Verdict::skip("no Tus-Max-Size is stated");
    };
    let file = File { length, ..File::new(&incident(run), FILE_BYTES) };
    let creation = Tus::creation("a creation of one byte more than the server takes", &file);
    let reply = run.tus(&creation).await?;
    judge_refused(
        &creation,
        &reply,
        413,
        "too-large",
        "refuse it before the first byte: the phone keeps it and says so",
    )
}

async fn known(run: &mut Run) -> Result<(), Verdict> {
    match run.without_tus.take() {
        None => Ok(()),
        Some((sent, came)) => {
            let remedy =
                "set it on every answer, refusals too: without it phones take you for a portal, and believe nothing";
            Account::new(sent, format!("{came}, without Tus-Resumable"), "Tus-Resumable: 1.0.0", remedy).fails()
        }
    }
}

async fn summed(run: &mut Run) -> Result<(), Verdict> {
    if !run.takes_checksums {
        return Verdict::skip("checksum with sha256 is not offered");
    }
    let file = File::new(&fresh_incident(run).await?, FILE_BYTES);
    let creation = Tus::creation("a creation with a damaged body", &file).bringing(file.from(0));
    let damaged = creation.with_checksum_of(b"another");
    let reply = run.tus(&damaged).await?;
    let remedy = "hash the body before it counts";
    judge_refused(&damaged, &reply, 460, "", remedy)?;
    // Whether the upload is there by now or not.
    let place = created(run, &file).await?;
    standing(run, &Tus::look("HEAD behind a damaged creation", &place), 0, remedy).await
}
