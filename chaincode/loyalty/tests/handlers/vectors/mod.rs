//! The published cases of real programmes, each played through the chaincode's public functions: programmes in force as
//! their owners put them there, members enrolled, stays and purchases reported, points given, spent and lost.

mod cast;
mod earning;
mod lapsing;
mod spending;
mod tiers;

use serde_json::Value;

/// Published cases of real programmes, with their sources.
const VECTORS: &str = include_str!("../../programme_vectors.json");

/// One case of the file.
pub struct Case {
    id: String,
    programme: &'static str,
    input: Value,
    expect: Value,
}

/// Plays a case and holds what comes of it against what is expected.
type Play = fn(&Case);

/// How each case is played.
const CASES: [(&str, Play); 28] = [
    ("WYN-1", earning::minimum_after_the_bonus),
    ("WYN-3", lapsing::hard_expiry),
    ("ACC-1", spending::choices_for_a_bill),
    ("ACC-3", tiers::by_spend_on_one_stay),
    ("ACC-4", earning::event),
    ("ACC-5", earning::partner),
    ("HIL-1", earning::base_and_bonus),
    ("HIL-3", earning::base_and_bonus),
    ("HIL-4", earning::base_and_bonus),
    ("HIL-5", tiers::by_many_stays),
    ("HIL-9", earning::reward_stay),
    ("HIL-10", spending::refused_transfer),
    ("MAR-1", spending::refused_transfer),
    ("MAR-2", spending::refused_transfer),
    ("MAR-3", spending::refused_transfer),
    ("MAR-5", lapsing::forfeited_in_spite_of_a_gift),
    ("MAR-6", spending::conversion),
    ("MAR-7", spending::conversion),
    ("MAR-8", spending::conversion),
    ("MAR-9", earning::night_credits),
    ("MAR-13", earning::rooms),
    ("HYA-1", earning::base_and_bonus),
    ("HYA-2", tiers::by_base_points),
    ("HYA-4", spending::award_no_show),
    ("IHG-1", spending::transfer_fee),
    ("IHG-2", spending::transfer_fee),
    ("IHG-3", lapsing::forfeited_after_rest),
    ("IHG-5", tiers::by_qualifying_points),
];

#[test]
fn every_published_case_comes_out_to_the_point() {
    let all: Vec<Value> = serde_json::from_str(VECTORS).unwrap();
    for listed in &all {
        let id = listed["id"].as_str().unwrap();
        let case = Case::of(listed);
        let played = CASES.iter().filter(|(known, _)| *known == id).map(|(_, play)| play(&case)).count();
        assert_eq!(played, 1, "{id} is played once");
    }
    assert_eq!(all.len(), CASES.len(), "every case that is played is one of the file");
}

impl Case {
    fn of(listed: &Value) -> Self {
        let programme = match listed["programme"].as_str().unwrap() {
            "wyndham" => "wyndham-rewards",
            "accor" => "accor-all",
            "hilton" => "hilton-honors",
            "marriott" => "marriott-bonvoy",
            "hyatt" => "world-of-hyatt",
            "ihg" => "ihg-one-rewards",
            other => panic!("{other} is not a programme of the cases"),
        };
        let id = listed["id"].as_str().unwrap().to_owned();
        Self { id, programme, input: listed["input"].clone(), expect: listed["expect"].clone() }
    }

    /// A number that is given.
    fn given(&self, key: &str) -> u64 {
        self.input[key].as_u64().unwrap_or_else(|| panic!("{} gives no {key}", self.id))
    }

    /// An amount that is given in whole units of money, in cents.
    fn cents(&self, key: &str) -> i64 {
        i64::try_from(self.given(key)).unwrap() * 100
    }

    /// A text that is given.
    fn text(&self, key: &str) -> &str {
        self.input[key].as_str().unwrap_or_else(|| panic!("{} gives no {key}", self.id))
    }

    /// A number that is expected.
    fn expected(&self, key: &str) -> u64 {
        self.expect[key].as_u64().unwrap_or_else(|| panic!("{} expects no {key}", self.id))
    }
}
