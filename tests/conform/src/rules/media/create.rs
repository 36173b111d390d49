//! Creating an upload, once and again.

use siaga_vault::Digest;

use super::{CREATED, FILE_BYTES, SECTION, counted, created, judge_refused, shown};
use crate::phone::{file_bytes, fresh_id, strange_secret};
use crate::rule::{Account, Rule, Verdict};
use crate::rules::store::incident;
use crate::run::Run;
use crate::tus::{File, Tus, offset_of};

pub(super) static RULES: &[Rule] = &[
    Rule::must(
        "M04",
        SECTION,
        CREATED,
        "The same creation again is the same upload: 200 with the same Location and the offset as it stands",
        |run| Box::pin(again(run)),
    )
    .beyond(),
    Rule::must(
        "M05",
        SECTION,
        CREATED,
        "Another file, length or drill for a pair (incident, sha256), or another hash for a file, is answered 409 other-bytes",
        |run| Box::pin(other(run)),
    )
    .beyond(),
    Rule::must("M06", SECTION, CREATED, "A file whose incident is not there yet is answered 404 not-found", |run| {
        Box::pin(early(run))
    })
    .beyond(),
    Rule::must("M07", SECTION, CREATED, "Without the incident's secret every request is answered 403 secret-needed", |run| {
        Box::pin(secret(run))
    })
    .beyond(),
    Rule::must("M08", SECTION, CREATED, "Ids or a hash that cannot be read are answered 400 bad-id", |run| {
        Box::pin(unreadable(run))
    })
    .beyond(),
];

async fn again(run: &mut Run) -> Result<(), Verdict> {
    let file = File::new(&incident(run), FILE_BYTES);
    let place = created(run, &file).await?;
    let middle = FILE_BYTES / 2;
    for offset in [0, middle] {
        if offset > 0 {
            let part = Tus::part("the first half", &place, 0, file.bytes.get(..middle).unwrap_or_default());
            let reply = run.tus_when_free(&part).await?;
            // Whether parts count is the business of M09.
            if offset_of(&reply) != Some(middle) {
                return Ok(());
            }
        }
        let creation = Tus::creation("the same creation again", &file);
        let reply = run.tus(&creation).await?;
        if reply.status != 200
            || run.place_of(&reply).ok().as_ref() != Some(&place)
            || offset_of(&reply) != Some(offset)
        {
            let expected = format!("200 to {place}, Upload-Offset: {offset}");
            let remedy = "look the pair (incident, sha256) up first: a phone whose 201 was lost must not begin anew";
            return Account::new(creation.shown(), shown(&reply), expected, remedy).fails();
        }
    }
    Ok(())
}

async fn other(run: &mut Run) -> Result<(), Verdict> {
    let file = File::new(&incident(run), FILE_BYTES);
    created(run, &file).await?;
    let sha256 = Digest::of(&file_bytes(1)).to_string();
    for (what, other) in [
        ("another file for the pair", File { id: fresh_id(), ..file.clone() }),
        ("another length for the pair", File { length: FILE_BYTES + 1, ..file.clone() }),
        ("another drill for the pair", File { drill: false, ..file.clone() }),
        ("another hash for the file", File { sha256, ..file.clone() }),
    ] {
        let creation = Tus::creation(what, &other);
        let reply = run.tus(&creation).await?;
        let remedy = "a receipt names the file's id, its hash and its drill: none of them may ever stand for two";
        judge_refused(&creation, &reply, 409, "other-bytes", remedy)?;
    }
    Ok(())
}

async fn early(run: &mut Run) -> Result<(), Verdict> {
    let creation = Tus::creation("a creation for an unknown incident", &File::new(&fresh_id(), FILE_BYTES));
    let reply = run.tus(&creation).await?;
    let remedy = "answer in the protocol's words: the create is on its way, and the phone comes again";
    judge_refused(&creation, &reply, 404, "not-found", remedy)
}

async fn secret(run: &mut Run) -> Result<(), Verdict> {
    let file = File::new(&incident(run), FILE_BYTES);
    let place = created(run, &file).await?;
    for secret in [String::new(), strange_secret(), "secret".to_owned()] {
        for (tus, slug) in [
            (Tus::creation("a creation", &File::new(&file.incident, FILE_BYTES)), "secret-needed"),
            (Tus::look("a HEAD", &place), ""),
            (Tus::part("a part", &place, 0, file.from(0)), "secret-needed"),
        ] {
            let tus = tus.with("siaga-secret", secret.clone());
            let reply = run.tus(&tus).await?;
            let remedy = "compare with the hash that stands in the create: nobody else may see, fill or spoil a file";
            judge_refused(&tus, &reply, 403, slug, remedy)?;
        }
    }
    let part = Tus::part("the whole, with the secret", &place, 0, file.from(0));
    counted(run, &part, FILE_BYTES).await.map(|_| ())
}

async fn unreadable(run: &mut Run) -> Result<(), Verdict> {
    let file = File::new(&incident(run), FILE_BYTES);
    for (what, broken) in [
        (
            "a file whose id is in upper case",
            File { id: "0190A5D0-7B1E-7CC3-9A55-0123456789AB".to_owned(), ..file.clone() },
        ),
        ("a file whose id is none", File { id: "foto".to_owned(), ..file.clone() }),
        ("a file whose hash is none", File { sha256: "nonsense".to_owned(), ..file.clone() }),
        ("a file of no incident", File { incident: String::new(), ..file.clone() }),
    ] {
        let creation = Tus::creation(what, &broken);
        let reply = run.tus(&creation).await?;
        judge_refused(&creation, &reply, 400, "bad-id", "read the three strictly: the receipt will name them")?;
    }
    Ok(())
}
