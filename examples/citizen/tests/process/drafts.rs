//! A report that is written, changed, sent and added to, a process each.

use serde_json::json;

use crate::bench::Bench;

/// A photo's first bytes are enough.
fn photo(bench: &Bench) -> String {
    let path = bench.file("photo.jpg", "");
    std::fs::write(&path, [&[0xFF, 0xD8, 0xFF, 0xE0][..], &[7; 500]].concat()).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_draft_is_edited_and_sent_with_its_photo_and_words_are_added() {
    let bench = Bench::offline();
    let begun = bench.run(&["report", "--draft", "", "Smoke"]);
    assert_eq!(begun.code, 0, "{begun:#?}");
    let id = begun.object["incident"].as_str().unwrap();
    assert_eq!(bench.run(&["attach", &photo(&bench)]).object["incident"], id);
    let refused = bench.run(&["submit", id]);
    assert_eq!((refused.code, &refused.object["error"]["kind"]), (1, &"report".into()), "it has no category yet");
    let wanted = ["--place", "-6.99,110.42,50", "--place-words", "north gate", "--subject", "witness"];
    let edit = [&["edit", id, "fire", "Smoke and fire"], &wanted[..], &["--for", "police", "--for", "fire_brigade"]];
    assert_eq!(bench.run(&edit.concat()).code, 0);

    bench.go_online();
    assert_eq!(bench.drain().code, 0);
    assert!(bench.at_centre().0.is_empty(), "nobody has submitted it");
    let drafts = bench.run(&["drafts"]);
    let [draft] = &drafts.object["drafts"].as_array().unwrap()[..] else { panic!("{drafts:#?}") };
    let place = json!({ "lat": -6.99, "lon": 110.42, "radius_m": 50, "words": "north gate" });
    let report = json!({ "category": "fire", "text": "Smoke and fire", "place": place, "subject": "witness",
                         "agencies": ["police", "fire_brigade"] });
    assert_eq!((&draft["incident"], &draft["report"]), (&id.into(), &report));
    assert_eq!(draft["files"][0]["state"], "held");

    assert_eq!(bench.run(&["submit", id]).code, 0);
    assert_eq!(bench.run(&["note", "A second car"]).object["incident"], id);
    assert_eq!(bench.drain().code, 0);
    let (real, _) = bench.at_centre();
    let [incident] = &real[..] else { panic!("{real:?}") };
    let mut kinds: Vec<&str> = incident.events.iter().map(|event| event.kind.as_deref().unwrap()).collect();
    kinds.sort_unstable();
    assert_eq!((incident.incident.as_str(), kinds), (id, vec!["manifest", "note", "report"]));
    assert!(incident.complete);
    assert_eq!(bench.run(&["drafts"]).object["drafts"], json!([]));
}

#[test]
fn a_draft_that_is_thrown_away_is_gone_and_what_is_no_draft_is_declined() {
    let bench = Bench::offline();
    let begun = bench.run(&["report", "--draft", "noise", "Music"]);
    let id = begun.object["incident"].as_str().unwrap();
    assert_eq!(bench.run(&["note", "Louder now"]).code, 1, "a draft was not sent yet");
    assert_eq!(bench.run(&["discard", id]).code, 0);
    for arguments in
        [&["discard", id][..], &["submit", id], &["edit", id, "noise", "Music"], &["note", "x", "--to", id]]
    {
        let declined = bench.run(arguments);
        assert_eq!((declined.code, &declined.object["error"]["kind"]), (1, &"report".into()), "{arguments:?}");
    }
    for wrong in [
        &["report", "fire", "x", "--place", "here"][..],
        &["report", "fire", "x", "--subject", "nobody"],
        &["submit", "x"],
    ] {
        assert_eq!(bench.run(wrong).code, 2, "{wrong:?}");
    }
    let far = bench.run(&["report", "fire", "x", "--place", "91,0"]);
    assert_eq!((far.code, &far.object["error"]["kind"]), (1, &"report".into()));
    assert_eq!(bench.run(&["status"]).object["snapshot"]["incidents"], json!([]));
}
