//! Servers with one mistake each, and the one rule that finds it.

use std::time::Duration;

use siaga_conform::{Profile, Report, Target, Trust, check, rules};

use crate::crooked::{CENTRE, Flaw, start};

/// Checks a server with this mistake. Rules of the basic profile are looked for without the waits of the long polls.
async fn checked(flaw: Flaw, rule: &str, change: impl FnOnce(Target) -> Target) -> Report {
    let crooked = start(flaw).await;
    let target = Target::new(&crooked.url, CENTRE, &crooked.root_key, Trust::Public).unwrap();
    let profile = rules().iter().find(|known| known.id == rule).map_or(Profile::All, |rule| rule.profile);
    check(&change(target.with_profile(profile).quick())).await.unwrap()
}

/// One test: the server with this mistake breaks this rule and no other.
macro_rules! breaks {
    ($($name:ident: $flaw:ident, $rule:literal;)*) => {$(
        #[tokio::test]
        async fn $name() {
            let report = checked(Flaw::$flaw, $rule, |target| target).await;
            assert_eq!(report.ids("fail"), [$rule], "{}", report.text());
            assert!(!report.holds());
        }
    )*};
}

/// One test: the server with this mistake is warned about under this rule, and breaks none.
macro_rules! warns {
    ($($name:ident: $flaw:ident, $rule:literal;)*) => {$(
        #[tokio::test]
        async fn $name() {
            let report = checked(Flaw::$flaw, $rule, |target| target).await;
            assert_eq!((report.ids("fail"), report.ids("warning")), (vec![], vec![$rule]), "{}", report.text());
            assert!(report.holds());
        }
    )*};
}

#[tokio::test]
async fn a_server_without_a_mistake_breaks_nothing_and_is_not_warned() {
    let report = checked(Flaw::Nothing, "every one", |target| target).await;
    assert_eq!((report.ids("fail"), report.ids("warning")), (vec![], vec![]), "{}", report.text());
    // Plain HTTP has no HTTP/2, nothing was busy, and the longest poll is left out of a quick run.
    assert_eq!(report.ids("skipped"), ["H03", "T08", "P03"], "{}", report.text());
}

breaks! {
    a_redirect_is_found: RedirectsWrites, "H01";
    a_portal_s_200_without_a_receipt_is_found: PortalOnWrites, "B01";
    a_200_for_the_first_time_is_found: OkForTheFirstTime, "B02";
    a_fresh_receipt_for_a_repeat_is_found: SignsAnewOnRepeat, "B03";
    a_server_that_forgets_after_a_while_is_found: ForgetsAfterAWhile, "B04";
    two_stored_of_equal_writes_at_once_are_found: StoresTwiceAtOnce, "B05";
    a_forgotten_409_is_found: RepeatsForOtherBytes, "B06";
    overwriting_is_found: OverwritesWithOtherBytes, "B06";
    a_create_apart_from_its_event_is_found: KeepsCreatesApart, "B07";
    a_refused_event_before_its_create_is_found: RefusesEarlyEvents, "B08";
    event_ids_that_count_over_incidents_are_found: KnowsEventsByTheirIdAlone, "B09";
    a_refused_reserved_kind_is_found: RefusesKindsOfLater, "A01";
    a_refused_unknown_kind_is_found: RefusesUnknownKinds, "A02";
    a_refused_unknown_version_is_found: RefusesUnknownVersions, "A03";
    refused_bytes_that_are_no_json_are_found: RefusesWhatIsNoJson, "A04";
    a_refused_empty_body_is_found: RefusesEmptyBodies, "A05";
    refused_unknown_fields_are_found: RefusesUnknownFields, "A06";
    a_refused_clock_is_found: RefusesClocks, "A07";
    a_refused_event_without_a_secret_is_found: RefusesWithoutSecret, "A08";
    a_refused_media_type_is_found: RefusesMediaTypes, "A09";
    refused_ids_that_differ_are_found: RefusesIdsThatDiffer, "A10";
    a_wrong_digest_that_is_stored_is_found: IgnoresDigests, "D01";
    a_conflict_for_a_damaged_repeat_is_found: LooksForConflictsFirst, "D01";
    a_refused_unreadable_digest_is_found: RefusesUnreadableDigests, "D02";
    a_limit_of_one_byte_less_is_found: TakesOneByteLess, "L01";
    thirty_three_kib_that_are_stored_are_found: Takes33Kib, "L02";
    upper_case_ids_are_found: TakesUpperCaseIds, "I01";
    a_refused_version_of_uuid_is_found: TakesSomeVersionsOfUuid, "I02";
    a_refused_body_without_a_length_is_found: WantsALength, "H04";
    a_half_body_that_is_stored_is_found: StoresHalves, "H05";
    two_receipts_are_found: TwoReceipts, "R01";
    a_long_receipt_is_found: LongReceipts, "R02";
    a_fourth_header_field_is_found: FourthHeaderField, "R03";
    padding_is_found: PaddedReceipts, "R03";
    an_unlisted_key_is_found: UnlistedKey, "R04";
    a_foreign_signature_is_found: ForeignSignature, "R05";
    a_receipt_for_the_wrong_event_is_found: SignsForTheIncident, "R06";
    a_hash_over_what_was_parsed_is_found: HashesWhatItParsed, "R07";
    another_centre_in_receipts_is_found: SignsForAnotherCentre, "R08";
    a_time_in_seconds_is_found: TimeInSeconds, "R09";
    a_drill_that_is_always_true_is_found: DrillAlwaysTrue, "R10";
    a_drill_that_is_always_false_is_found: DrillAlwaysFalse, "R10";
    a_drill_by_truthiness_is_found: DrillByTruthiness, "R10";
    keys_without_a_signature_are_found: KeysAsTheyAre, "K01";
    keys_of_another_root_are_found: KeysOfAnotherRoot, "K02";
    keys_of_another_centre_are_found: KeysOfAnotherCentre, "K03";
    a_kid_that_stands_twice_is_found: KeyTwice, "K04";
    a_serial_that_goes_back_is_found: SerialGoesBack, "K05";
    our_problem_under_an_unknown_path_is_found: TypesOnUnknownPaths, "P01";
    the_wrong_problem_is_found: WrongTypes, "P02";
    an_unknown_profile_is_found: UnknownProfile, "C01";
    a_health_without_versions_is_found: HealthWithoutVersions, "C02";
    steps_that_do_not_begin_with_one_are_found: StepsFromZero, "T01";
    steps_of_another_key_are_found: StepsOfAnotherKey, "T01";
    an_ignored_after_is_found: IgnoresAfter, "T02";
    a_tag_that_is_no_number_in_quotes_is_found: WeakTags, "T03";
    a_timeline_for_everybody_is_found: ShowsTimelinesToAll, "T04";
    a_timeline_without_a_stated_secret_is_found: ShowsTimelinesWithoutASecret, "T05";
    a_403_for_an_unknown_incident_is_found: HidesUnknownIncidents, "T06";
    a_poll_that_does_not_wait_is_found: NeverWaits, "T07";
    an_offer_without_creation_with_upload_is_found: OffersNoBeginnings, "M01";
    a_checksum_that_tus_does_not_name_is_found: OffersChecksumsToPhonesAlone, "M01";
    an_upload_at_another_host_is_found: PlacesElsewhere, "M02";
    any_version_of_tus_is_found: SpeaksAnyTus, "M03";
    a_second_upload_for_a_repeated_creation_is_found: CreatesAnew, "M04";
    another_file_for_the_pair_is_found: IgnoresOtherFiles, "M05";
    another_length_for_the_pair_is_found: IgnoresOtherLengths, "M05";
    another_hash_for_the_file_is_found: IgnoresOtherHashes, "M05";
    a_file_before_its_incident_is_found: TakesFilesBeforeTheirIncident, "M06";
    files_open_to_everybody_are_found: OpensFilesToAll, "M07";
    ids_of_files_that_are_none_are_found: TakesIdsOfFilesAsTheyAre, "M08";
    a_head_without_the_length_is_found: HidesLengths, "M09";
    a_part_at_another_offset_that_counts_is_found: IgnoresOffsets, "M10";
    a_part_of_another_type_that_counts_is_found: IgnoresTypesOfParts, "M11";
    a_part_that_is_dropped_with_its_connection_is_found: DropsWhatWasCut, "M12";
    a_checksum_that_is_not_looked_at_is_found: IgnoresChecksums, "M13";
    a_checksum_beside_a_creation_that_is_not_looked_at_is_found: IgnoresChecksumsOfBeginnings, "M21";
    an_upload_that_is_dropped_with_a_damaged_part_is_found: DropsAllBehindDamage, "M13";
    a_damaged_part_that_counts_is_found: CountsDamagedParts, "M13";
    a_receipt_for_the_incident_in_place_of_the_file_is_found: SignsFilesForTheIncident, "M15";
    a_receipt_of_a_real_file_for_a_drill_is_found: SignsFilesAsReal, "M15";
    a_receipt_before_the_last_byte_is_found: SignsHalves, "M15";
    a_whole_file_without_a_receipt_is_found: NeverSignsFiles, "M15";
    a_fresh_receipt_at_each_head_is_found: SignsFilesAnew, "M16";
    a_head_without_the_receipt_is_found: ForgetsReceipts, "M16";
    a_receipt_for_damaged_bytes_is_found: SignsDamagedFiles, "M17";
    a_damaged_file_that_is_kept_is_found: KeepsDamagedFiles, "M17";
    a_creation_whose_body_is_lost_is_found: IgnoresBeginnings, "M18";
    a_file_of_any_size_is_found: TakesFilesOfAnySize, "M19";
    refusals_that_do_not_speak_tus_are_found: HidesTusOnRefusals, "M20";
}

warns! {
    a_503_without_a_time_is_warned_about: BusyWithoutATime, "P03";
}

#[tokio::test]
async fn a_poll_that_is_cut_short_is_found() {
    let report = checked(Flaw::WaitsTooShort, "T08", Target::patient).await;
    assert_eq!(report.ids("fail"), ["T08"], "{}", report.text());
}

#[tokio::test]
async fn a_413_that_waits_for_the_end_of_the_body_is_warned_about() {
    let report = checked(Flaw::WaitsForTheEnd, "L03", |target| target.with_timeout(Duration::from_secs(3))).await;
    assert_eq!((report.ids("fail"), report.ids("warning")), (vec![], vec!["L03"]), "{}", report.text());
}

#[tokio::test]
async fn text_that_waits_for_a_file_is_found() {
    let report = checked(Flaw::HoldsTextBack, "M14", |target| target.with_timeout(Duration::from_secs(3))).await;
    assert_eq!(report.ids("fail"), ["M14"], "{}", report.text());
}

#[tokio::test]
async fn refusals_without_a_type_are_warned_about_where_they_are_no_must() {
    let report = checked(Flaw::NoTypes, "P02", |target| target).await;
    assert_eq!((report.ids("fail"), report.ids("warning")), (vec![], vec!["P02"]), "{}", report.text());
}

#[tokio::test]
async fn a_broken_rule_says_what_was_sent_what_came_what_was_expected_and_what_to_do() {
    let report = checked(Flaw::RepeatsForOtherBytes, "B06", |target| target).await;
    let text = report.text();
    for part in [
        "FAIL  B06  ",
        "The basic profile",
        "other bytes under the same id: PUT /v1/incidents/",
        "200 with Siaga-Receipt",
        "409",
        "store nothing",
    ] {
        assert!(text.contains(part), "{part} is missing in\n{text}");
    }
    let json = report.json();
    assert_eq!((json["holds"].as_bool(), json["failed"].as_u64()), (Some(false), Some(1)));
    let broken = json["rules"].as_array().unwrap().iter().find(|rule| rule["verdict"] == "fail").unwrap();
    assert_eq!((broken["id"].as_str(), broken["level"].as_str()), (Some("B06"), Some("must")));
    assert_eq!(broken["account"]["expected"], "409");
}

#[tokio::test]
async fn what_needs_a_broken_rule_is_skipped_and_says_why() {
    let report = checked(Flaw::PortalOnWrites, "B01", |target| target).await;
    assert!(report.ids("skipped").contains(&"R07"));
    assert!(report.text().contains("B01 is broken, and nothing can be said without it"), "{}", report.text());
}
