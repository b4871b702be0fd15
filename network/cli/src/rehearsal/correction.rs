//! A later version of a stay: something was put on the bill after check-out, or taken off.

use folio_loyalty::rules::revenue::ROOM;
use folio_loyalty::rules::stay::{Line, Stay};

use super::draw::Draw;

/// Added to the version of the report, so that it is newer than what the feed may still bring.
const VERSIONS_AHEAD: u32 = 1_000;

/// OpenTravel's category of food and beverage.
const FOOD_AND_BEVERAGE: u16 = 3;

/// Of a thousand corrections, how many take something off.
const REBATES_PER_MILLE: u64 = 250;

const CHARGE_MINOR_MIN: u64 = 300;
const CHARGE_MINOR_SPAN: u64 = 9_000;

/// The later version, and whether it is a rebate; nothing for a stay without a bill.
pub(super) fn later_version(stay: &Stay<'_>, draw: &Draw) -> Option<(String, bool)> {
    let mut later = stay.clone();
    later.version = stay.version.checked_add(VERSIONS_AHEAD)?;
    let lines = &mut later.rooms.first_mut()?.lines;
    let last = lines.last()?.clone();
    let is_rebate = last.net > 0 && draw.happens("rebate", REBATES_PER_MILLE);
    let (category, net) = if is_rebate {
        // At most the half of the last line.
        let most = u64::try_from(last.net / 2).unwrap_or_default();
        (ROOM, -1 - i64::try_from(draw.below("amount", most)).unwrap_or_default())
    } else {
        let net = CHARGE_MINOR_MIN + draw.below("amount", CHARGE_MINOR_SPAN);
        let category = if draw.happens("restaurant", 500) { FOOD_AND_BEVERAGE } else { ROOM };
        (category, i64::try_from(net).unwrap_or_default())
    };
    lines.push(Line { folio: "late".into(), posting: "1".into(), category, net, gross: net, ..last });
    Some((serde_json::to_string(&later).ok()?, is_rebate))
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAY: &str = r#"{"hotel":"AUR-CITY","confirmation":"4711","leg":1,"share":0,"version":1,"group":null,"programme":"textbook","member":"00112233445566778899aabbccddeeff","member_number":null,"booked":null,"arrival":"2015-07-01","departure":"2015-07-02","status":"checked_out","rooms":[{"number":null,"occupant_member":true,"payer_member":true,"nights":[],"lines":[{"folio":"1","posting":"1","date":"2015-07-01","category":9,"net":7500,"gross":7500,"currency":"EUR"}]}]}"#;

    #[test]
    fn a_correction_is_newer_and_differs_by_one_line_of_the_bill() {
        let stay = Stay::parse(STAY.as_bytes()).unwrap();
        let mut rebates = 0;
        for about in 0..400 {
            let (json, is_rebate) = later_version(&stay, &Draw::about(about, "x".to_owned())).unwrap();
            let later = Stay::parse(json.as_bytes()).unwrap();
            assert!(later.version > stay.version);
            let lines: Vec<_> = later.lines().collect();
            assert_eq!((lines.len(), lines[0]), (2, &stay.rooms[0].lines[0]));
            assert_eq!(lines[1].net < 0, is_rebate);
            assert!(lines[1].net >= -3_750 && lines[1].net != 0, "{}", lines[1].net);
            rebates += u64::from(is_rebate);
        }
        assert!((60..140).contains(&rebates), "{rebates}");
        let mut empty = stay.clone();
        empty.rooms.clear();
        assert_eq!(later_version(&empty, &Draw::about(1, "x".to_owned())), None);
    }
}
