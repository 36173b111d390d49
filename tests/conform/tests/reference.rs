//! The reference centre keeps to the whole contract.

use siaga_centre::{Centre, CentreHandle, CentreOptions, make_test_certificate};
use siaga_conform::{Profile, Target, Trust, check};
use tempfile::TempDir;

fn centre(folder: &TempDir) -> (CentreHandle, String) {
    let (authority, identity) = make_test_certificate(&["127.0.0.1"], 90).unwrap();
    let options = CentreOptions { tls: Some(identity), ..CentreOptions::new(folder.path(), "kota-uji") };
    (Centre::start(options).unwrap(), authority)
}

#[tokio::test]
async fn the_reference_centre_breaks_no_rule_and_is_not_warned() {
    let folder = TempDir::new().unwrap();
    let (centre, authority) = centre(&folder);
    let url = format!("https://{}", centre.api_addr());
    let root_key = centre.root_key().to_base64url();
    let target = Target::new(&url, "kota-uji", &root_key, Trust::Private(vec![authority])).unwrap();
    let report = check(&target.with_profile(Profile::All)).await.unwrap();
    assert_eq!((report.ids("fail"), report.ids("warning")), (vec![], vec![]), "{}", report.text());
    assert_eq!(report.ids("skipped"), ["P03"], "a centre with nothing else to do is never too busy\n{}", report.text());

    let stored = centre.incidents().unwrap();
    assert_eq!(report.left, stored.len(), "the report says what it left");
    let without_drill = stored.iter().filter(|incident| !incident.drill).count();
    assert_eq!(report.left_without_drill, without_drill, "and what of it is not known for a drill");
}

#[tokio::test]
async fn a_centre_under_a_strange_authority_cannot_be_reached() {
    let folder = TempDir::new().unwrap();
    let (centre, _) = centre(&folder);
    let (strange, _) = make_test_certificate(&["127.0.0.1"], 90).unwrap();
    let url = format!("https://{}", centre.api_addr());
    let root_key = centre.root_key().to_base64url();
    let target = Target::new(&url, "kota-uji", &root_key, Trust::Private(vec![strange])).unwrap();
    let error = check(&target).await.unwrap_err().to_string();
    assert!(error.contains("cannot be reached") && error.contains("--ca"), "{error}");
}
