//! The list of keys.

use crate::keys::Keys;
use crate::reply::Reply;
use crate::rule::{Account, Rule, Verdict};
use crate::run::Run;
use crate::statement::shown;

const SECTION: &str = "The keys";
const SENT: &str = "GET /v1/keys";

pub(super) static RULES: &[Rule] = &[
    Rule::must(
        "K01",
        SECTION,
        &["H01"],
        "GET /v1/keys answers 200 with {\"keys\":\"<compact JWS>\"}, its header exactly alg EdDSA, kid root, typ siaga-keys",
        |run| Box::pin(form(run)),
    ),
    Rule::must("K02", SECTION, &["K01"], "The list is signed by the root key that phones carry", |run| {
        Box::pin(root(run))
    }),
    Rule::must("K03", SECTION, &["K01"], "The list is for the centre's id that phones carry", |run| {
        Box::pin(centre(run))
    }),
    Rule::must(
        "K04",
        SECTION,
        &["K01"],
        "The list has a serial, a time, and 1 to 64 keys of 32 bytes, each under a kid that stands once",
        |run| Box::pin(fields(run)),
    ),
];

/// After all others.
pub(super) static LAST: &[Rule] =
    &[Rule::must("K05", SECTION, &["K01", "K04"], "The serial does not go back from one read to the next", |run| {
        Box::pin(serial(run))
    })];

fn read(run: &Run, reply: &Reply) -> Result<Keys, Verdict> {
    let expected =
        r#"200 with {"keys":"<compact JWS>"} and the header {"alg":"EdDSA","kid":"root","typ":"siaga-keys"}"#;
    let remedy = "serve the file that the root key signed; it may be a static one";
    let account = |came: String| Verdict::Fail(Account::new(SENT, came, expected, remedy));
    let json = if reply.status == 200 { reply.json() } else { None };
    let jws = json.as_ref().and_then(|json| json.get("keys")).and_then(|keys| keys.as_str());
    let jws = jws.ok_or_else(|| account(reply.shown()))?;
    Keys::read(jws, &run.target).map_err(account)
}

async fn form(run: &mut Run) -> Result<(), Verdict> {
    let reply = run.keys_reply.clone();
    run.keys = Some(read(run, &reply)?);
    Ok(())
}

/// Only called when K01 held; otherwise nothing is broken that K01 did not name.
fn keys(run: &Run) -> Result<Keys, Verdict> {
    run.keys.clone().map_or_else(|| Verdict::skip("there is no list"), Ok)
}

async fn root(run: &mut Run) -> Result<(), Verdict> {
    let keys = keys(run)?;
    let root = run.target.root.to_base64url();
    if !keys.statement.is_signed_by(&crate::statement::bytes(&root, "key").unwrap_or_default()) {
        let remedy =
            "sign header.payload with the root key, or correct the root key in the phones' configuration and here";
        return Account::new(SENT, "a signature of another key", format!("one of the root key {root}"), remedy).fails();
    }
    Ok(())
}

async fn centre(run: &mut Run) -> Result<(), Verdict> {
    let keys = keys(run)?;
    let centre = run.target.centre.clone();
    let found = keys.statement.says("centre");
    if found.and_then(|found| found.as_str()) != Some(&centre) {
        let remedy = "let the root sign a list for this id, or correct the id in the phones' configuration and here";
        return Account::new(SENT, format!("centre {}", shown(found)), format!("{centre:?}"), remedy).fails();
    }
    Ok(())
}

async fn fields(run: &mut Run) -> Result<(), Verdict> {
    let keys = keys(run)?;
    let fault = keys.fault_of_fields().or_else(|| {
        // What the phone refuses for another reason than signature and centre, which have rules of their own.
        let refused = keys.refused.as_ref()?;
        (!refused.contains("signature") && !refused.contains("another centre")).then(|| refused.clone())
    });
    let Some(came) = fault else { return Ok(()) };
    let remedy = "sign a list as in the worked example";
    Account::new(SENT, came, "serial, issued and keys as in the protocol", remedy).fails()
}

async fn serial(run: &mut Run) -> Result<(), Verdict> {
    let before = keys(run)?.serial();
    let reply = run.get("/v1/keys", &[]).await?;
    let after = read(run, &reply)?.serial();
    if after < before {
        let shown = |serial: Option<u64>| serial.map_or_else(|| "none".to_owned(), |serial| serial.to_string());
        let came = format!("serial {} after serial {}", shown(after), shown(before));
        let remedy = "serve the same list from every machine: phones refuse one with a lower serial";
        return Account::new(SENT, came, "the same serial, or a higher one", remedy).fails();
    }
    Ok(())
}
