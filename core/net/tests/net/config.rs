//! Configurations that can be used, and those that cannot.

use siaga_net::{Net, NetConfig, NetError, Trust};

use crate::calls::config;
use crate::certificates::Authority;

#[test]
fn usable_addresses_are_taken() {
    for address in [
        "https://centre.example",
        "https://centre.example/",
        "https://centre.example:8443",
        "HTTPS://Centre.Example",
        "https://192.0.2.7",
        "https://[2001:db8::7]:8443/",
        "http://127.0.0.1:8080",
        "http://127.8.9.10/",
        "http://[::1]:8080",
    ] {
        assert!(config(address).check().is_ok(), "{address}");
    }
}

#[test]
fn addresses_that_cannot_be_used_are_refused_by_field_and_reason() {
    let table = [
        ("", "is empty"),
        ("centre.example", "is not a URL"),
        ("https://", "is not a URL"),
        ("http://centre.example", "is plain http"),
        ("http://localhost:8080", "is plain http"),
        ("http://10.0.2.2", "is plain http"),
        ("http://127.0.0.1.example", "is plain http"),
        ("ftp://centre.example", "has a scheme other than https"),
        ("file:///v1", "has no host"),
        ("https://user@centre.example", "contains a user name or password"),
        ("https://user:word@centre.example", "contains a user name or password"),
        ("https://@centre.example", "contains a user name or password"),
        ("https://centre.example/api", "contains a path"),
        ("https://centre.example?x=1", "contains a query or fragment"),
        ("https://centre.example#x", "contains a query or fragment"),
        (" https://centre.example", "contains a space, a control character or a backslash"),
        ("https://centre.exa\tmple", "contains a space, a control character or a backslash"),
        ("https:\\\\centre.example", "contains a space, a control character or a backslash"),
    ];
    for (address, what) in table {
        let fault = config(address).check().unwrap_err();
        assert_eq!((fault.field.as_str(), fault.what), ("primary", what), "{address:?}");
        let second = NetConfig { second: Some(address.to_owned()), ..config("https://centre.example") };
        assert_eq!(second.check().unwrap_err().field, "second", "{address:?}");
        assert!(matches!(Net::start(config(address), None, None), Err(NetError::Config(_))), "{address:?}");
    }
    assert_eq!(config(&format!("https://{}.example", "a".repeat(300))).check().unwrap_err().what, "is too long");
}

#[test]
fn the_same_address_twice_is_no_second_way() {
    let twice =
        NetConfig { second: Some("https://CENTRE.example:443/".to_owned()), ..config("https://centre.example") };
    assert_eq!(twice.check().unwrap_err().what, "is the primary address again", "F74");
}

#[test]
fn trust_needs_at_least_one_authority_that_can_be_read() {
    let agency = Authority::new().pem();
    let with = |public_roots, texts: &[&str]| {
        let agency_cas_pem = texts.iter().map(|text| (*text).to_owned()).collect();
        let trust = Trust { public_roots, agency_cas_pem };
        NetConfig { trust, ..config("https://centre.example") }
            .check()
            .map(drop)
            .map_err(|fault| (fault.field, fault.what))
    };
    let two = format!("{agency}\n{}", Authority::new().pem());
    assert_eq!(with(true, &[]), Ok(()));
    assert_eq!(with(false, &[&agency]), Ok(()));
    assert_eq!(with(true, &[&two, &agency]), Ok(()));

    let second = |what| Err(("trust.agency_cas_pem[1]".to_owned(), what));
    assert_eq!(with(false, &[]), Err(("trust".to_owned(), "trusts nobody")));
    assert_eq!(with(true, &[&agency, ""]), second("contains no certificate"));
    assert_eq!(with(true, &[&agency, "not PEM"]), second("contains no certificate"));
    assert_eq!(with(true, &[&agency, &agency[..agency.len() / 2]]), second("is not PEM"));
    let no_certificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    assert_eq!(with(true, &[&agency, no_certificate]), second("contains a certificate that cannot be read"));
    let many = vec![agency.as_str(); 33];
    assert_eq!(with(true, &many), Err(("trust.agency_cas_pem".to_owned(), "has too many entries")));
}

#[test]
fn a_fault_never_repeats_what_was_configured() {
    let fault = config("https://user:hidden-word@centre.example").check().unwrap_err();
    assert!(!format!("{fault} {fault:?}").contains("hidden-word"), "INV-12");
}
