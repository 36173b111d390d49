//! What a centre says that it offers.

use serde_json::Value;

use crate::rule::{Account, Rule, Verdict};
use crate::run::Run;
use crate::statement::shown;

pub(super) static RULES: &[Rule] = &[
    Rule::must(
        "C01",
        "More than the basic profile",
        &["H01"],
        "GET /v1/capabilities answers 200 with v, profile and offers, or 404 not-found",
        |run| Box::pin(capabilities(run)),
    )
    .beyond(),
    Rule::must(
        "C02",
        "Health",
        &["C01"],
        "GET /v1/health answers with status, time, versions, key_ids and centre",
        |run| Box::pin(health(run)),
    )
    .beyond(),
];

async fn capabilities(run: &mut Run) -> Result<(), Verdict> {
    let reply = run.get("/v1/capabilities", &[]).await?;
    let account = |came: String| {
        let expected = r#"200 with {"v":1,"profile":"basic" or "full","offers":[texts of at most 64 bytes]}, or 404 with the problem `not-found`"#;
        Account::new("GET /v1/capabilities", came, expected, "answer as in the protocol; a 404 means the basic profile")
    };
    if reply.status == 404 {
        if reply.problem().as_deref() == Some("not-found") {
            return Verdict::skip("the centre has the basic profile");
        }
        return Err(Verdict::Warning(account(reply.shown())));
    }
    let json = if reply.status == 200 { reply.json() } else { None };
    let Some(json) = json else { return account(reply.shown()).fails() };
    if json.get("v") != Some(&Value::from(1)) {
        return account(format!("v is {}", shown(json.get("v")))).fails();
    }
    if !matches!(json.get("profile").and_then(Value::as_str), Some("basic" | "full")) {
        return account(format!("profile is {}", shown(json.get("profile")))).fails();
    }
    let Some(offers) = json.get("offers").and_then(Value::as_array) else {
        return account(format!("offers is {}", shown(json.get("offers")))).fails();
    };
    for offer in offers {
        let Some(name) = offer.as_str().filter(|name| (1..=64).contains(&name.len())) else {
            return account(format!("an offer is {offer}")).fails();
        };
        run.offers.insert(name.to_owned());
    }
    Ok(())
}

async fn health(run: &mut Run) -> Result<(), Verdict> {
    if !run.offers.contains("health") {
        return Verdict::skip("the capabilities do not name health");
    }
    let reply = run.get("/v1/health", &[]).await?;
    let account = |came: String| {
        let expected = r#"200 with {"status":"ok","time":…,"versions":[1],"key_ids":["…"],"centre":"…"}"#;
        Account::new("GET /v1/health", came, expected, "answer as in the protocol")
    };
    let json = if reply.status == 200 { reply.json() } else { None };
    let Some(json) = json else { return account(reply.shown()).fails() };
    let listed = |id: &Value| match (&run.keys, id.as_str()) {
        (Some(keys), Some(id)) => keys.listed.contains_key(id),
        (None, Some(_)) => true,
        (Some(_) | None, None) => false,
    };
    let list = |field: &str| json.get(field).and_then(Value::as_array).cloned().unwrap_or_default();
    let judged = [
        ("status", json.get("status") == Some(&Value::from("ok"))),
        ("time", json.get("time").and_then(Value::as_i64).is_some_and(|time| time > 0)),
        ("versions", list("versions").contains(&Value::from(1))),
        ("key_ids", !list("key_ids").is_empty() && list("key_ids").iter().all(listed)),
        ("centre", json.get("centre") == Some(&Value::from(run.target.centre.as_str()))),
    ];
    match judged.into_iter().find(|(_, is_right)| !is_right) {
        Some((field, _)) => account(format!("{field} is {}", shown(json.get(field)))).fails(),
        None => Ok(()),
    }
}
