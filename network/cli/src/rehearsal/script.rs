//! The script: which acts fall on which business date. It sees the feed and a seed, and neither network nor clock.

use std::collections::{BTreeMap, VecDeque};

use folio_loyalty::rules::programme::Definition;
use folio_loyalty::rules::stay::Stay;
use folio_loyalty::units::Date;
use folio_stays::FeedRow;

use super::act::{Act, Correction, Deed, Redemption, Transfer, Void};
use super::correction::later_version;
use super::crowd::Crowd;
use super::draw::Draw;

/// Of a thousand check-outs, how many are corrected later.
const CORRECTIONS_PER_MILLE: u64 = 20;
/// Of a thousand check-outs that may earn, how many are voided. About one of five may, so that it is one of 200 of all.
const VOIDS_PER_MILLE: u64 = 25;
/// Of a thousand check-outs, for how many a member gives points to another.
const TRANSFERS_PER_MILLE: u64 = 30;
/// Of a thousand check-outs, for how many a member spends points.
const REDEMPTIONS_PER_MILLE: u64 = 60;
/// Of a thousand corrections, how many name the business date of the check-out, which may be sealed by then.
const BACKDATED_PER_MILLE: u64 = 500;
/// Of a thousand redemptions, how many end without the reward.
const RELEASES_PER_MILLE: u64 = 80;

/// Most days between a check-out and what follows from it.
const LATE_DAYS_MAX: u64 = 6;
/// Most days between a check-out and a spending that it gave the occasion for.
const SPENDING_DAYS_MAX: u64 = 10;

/// Acts by date, as far as they are decided.
pub(super) struct Script {
    seed: u64,
    programmes: Vec<Part>,
    today: Option<Date>,
    planned: BTreeMap<Date, VecDeque<Deed>>,
}

/// A programme's part in it.
struct Part {
    definition: Definition,
    /// Hotels of other chains.
    hosts: Vec<String>,
    crowd: Crowd,
}

impl Script {
    /// The script of a seed, for programmes and the hotels of other chains at which each can be spent.
    pub(super) fn new(seed: u64, programmes: impl IntoIterator<Item = (Definition, Vec<String>)>) -> Self {
        let part = |(definition, hosts)| Part { definition, hosts, crowd: Crowd::default() };
        Self { seed, programmes: programmes.into_iter().map(part).collect(), today: None, planned: BTreeMap::new() }
    }

    /// Takes the next row of the feed, and gives what comes before it and the row itself. What a date brings beside its
    /// rows comes after them.
    pub(super) fn take(&mut self, row: FeedRow) -> Vec<Act> {
        let day = self.today.map_or(row.business_date, |today| today.max(row.business_date));
        let mut acts = self.planned_before(day);
        self.today = Some(day);
        self.plan(day, &row);
        acts.push(Act { day, deed: Deed::Report(row) });
        acts
    }

    /// What is left after the last row, through a date.
    pub(super) fn rest(&mut self, through: Date) -> Vec<Act> {
        through.add_days(1).map(|end| self.planned_before(end)).unwrap_or_default()
    }

    fn planned_before(&mut self, end: Date) -> Vec<Act> {
        let later = self.planned.split_off(&end);
        let due = std::mem::replace(&mut self.planned, later);
        due.into_iter().flat_map(|(day, deeds)| deeds.into_iter().map(move |deed| Act { day, deed })).collect()
    }

    fn plan(&mut self, day: Date, row: &FeedRow) {
        let Some(stay) = row.parse().ok().filter(Stay::took_place) else { return };
        // A member whom nobody has enrolled has nothing that could be corrected or spent.
        if row.member_index.is_none() {
            return;
        }
        let draw = Draw::about(self.seed, format!("{} {} {}", row.source, stay.confirmation, stay.version));
        self.plan_correction(day, row, &stay, &draw);
        if self.note_revenue(&stay) {
            self.plan_void(day, row, &stay, &draw);
        }
        self.plan_transfer(day, &stay, &draw);
        self.plan_redemption(day, &stay, &draw);
    }

    fn plan_correction(&mut self, day: Date, row: &FeedRow, stay: &Stay<'_>, draw: &Draw) {
        if !draw.happens("correction", CORRECTIONS_PER_MILLE) {
            return;
        }
        let Some((later, is_rebate)) = later_version(stay, draw) else { return };
        let reported = after(day, draw, "correction day", LATE_DAYS_MAX);
        let backdated = draw.happens("backdated", BACKDATED_PER_MILLE);
        let correction = Correction {
            hotel: row.source.clone(),
            programme: stay.programme.to_string(),
            member: row.member.clone(),
            stay: later,
            as_of: if backdated { row.business_date } else { reported },
            is_rebate,
        };
        self.put(reported, Deed::Correction(correction));
    }

    fn plan_void(&mut self, day: Date, row: &FeedRow, stay: &Stay<'_>, draw: &Draw) {
        if draw.happens("void", VOIDS_PER_MILLE) {
            let (hotel, member) = (row.source.clone(), row.member.clone());
            let programme = stay.programme.to_string();
            let void = Void { hotel, programme, member, position: row.position };
            self.put(after(day, draw, "void day", LATE_DAYS_MAX), Deed::Void(void));
        }
    }

    /// Notes what of the stay may earn, by its market, to find members who are likely to have points. Whether any may.
    fn note_revenue(&mut self, stay: &Stay<'_>) -> bool {
        let Some(part) = self.part_of(&stay.programme) else { return false };
        let admits = |market: &str| part.definition.eligibility.points.markets.admits(market);
        let rooms = stay.rooms.iter().filter(|room| room.nights.iter().any(|night| admits(&night.market)));
        let revenue: i64 = rooms.flat_map(|room| room.lines.iter().map(|line| line.net.max(0))).sum();
        if revenue > 0 {
            part.crowd.note(&stay.member, revenue);
        }
        revenue > 0
    }

    /// Where the programme of the stay offers no transfers, a member of another gives points.
    fn plan_transfer(&mut self, day: Date, stay: &Stay<'_>, draw: &Draw) {
        if !draw.happens("transfer", TRANSFERS_PER_MILLE) {
            return;
        }
        let mut offering: Vec<_> =
            self.programmes.iter_mut().filter(|part| part.definition.transfer.is_some()).collect();
        let own = offering.iter().position(|part| part.definition.programme == *stay.programme);
        let chosen = own.unwrap_or(draw.below("transfer programme", offering.len() as u64) as usize);
        let Some(part) = offering.get_mut(chosen) else { return };
        let Some(from) = part.crowd.spender(draw, "transfer from") else { return };
        let Some(to) = part.crowd.anybody_but(&from, draw, "transfer to") else { return };
        let transfer = Transfer { programme: part.definition.programme.clone(), from, to };
        self.put(after(day, draw, "transfer day", SPENDING_DAYS_MAX), Deed::Transfer(transfer));
    }

    fn plan_redemption(&mut self, day: Date, stay: &Stay<'_>, draw: &Draw) {
        if !draw.happens("redemption", REDEMPTIONS_PER_MILLE) {
            return;
        }
        let Some(part) = self.part_of(&stay.programme) else { return };
        let Some(member) = part.crowd.spender(draw, "redemption by") else { return };
        let host = draw.below("redemption at", part.hosts.len() as u64) as usize;
        let Some(hotel) = part.hosts.get(host).cloned() else { return };
        let given = !draw.happens("release", RELEASES_PER_MILLE);
        let redemption = Redemption { programme: stay.programme.to_string(), member, hotel, given };
        self.put(after(day, draw, "redemption day", SPENDING_DAYS_MAX), Deed::Redemption(redemption));
    }

    fn part_of(&mut self, programme: &str) -> Option<&mut Part> {
        self.programmes.iter_mut().find(|part| part.definition.programme == programme)
    }

    fn put(&mut self, day: Date, deed: Deed) {
        self.planned.entry(day).or_default().push_back(deed);
    }
}

/// A date at least a day later.
fn after(day: Date, draw: &Draw, what: &str, days_max: u64) -> Date {
    let days = i32::try_from(1 + draw.below(what, days_max)).unwrap_or(1);
    day.add_days(days).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use folio_loyalty::rules::programme::shipped;

    use super::*;

    fn script(seed: u64) -> Script {
        let read = |(id, text): (&str, &str)| {
            let definition = Definition::from_toml(text).unwrap();
            (["hilton-honors", "textbook"].contains(&id)).then(|| (definition, vec!["CED-LODGE".to_owned()]))
        };
        Script::new(seed, shipped().filter_map(read))
    }

    fn row(position: u64) -> FeedRow {
        let date = Date::from_days(16_617 + i32::try_from(position / 40).unwrap()).unwrap();
        let (before, member) = (date.add_days(-1).unwrap(), format!("{:032x}", position % 97));
        let programme = if position.is_multiple_of(2) { "hilton-honors" } else { "textbook" };
        let stay = format!(
            r#"{{"hotel":"AUR-CITY","confirmation":"{position}","leg":1,"share":0,"version":1,"group":null,"programme":"{programme}","member":"{member}","member_number":null,"booked":null,"arrival":"{before}","departure":"{date}","status":"checked_out","rooms":[{{"number":null,"occupant_member":true,"payer_member":true,"nights":[{{"date":"{before}","rate_code":"BAR","room_type":"A","market":"Direct","channel":"Direct","complimentary":false}}],"lines":[{{"folio":"1","posting":"1","date":"{before}","category":9,"net":7500,"gross":7500,"currency":"EUR"}}]}}]}}"#
        );
        let source = "AUR-CITY".to_owned();
        FeedRow {
            position,
            source,
            business_date: date,
            member,
            member_index: Some(1),
            check_out_nights: Some(1),
            stay,
        }
    }

    fn acts(seed: u64, rows: u64) -> Vec<Act> {
        let mut script = script(seed);
        let mut acts: Vec<_> = (0..rows).flat_map(|position| script.take(row(position))).collect();
        acts.extend(script.rest(Date::LAST));
        acts
    }

    #[test]
    fn the_same_seed_gives_the_same_acts_in_the_order_of_dates() {
        let first = acts(7, 2_000);
        assert_eq!(first, acts(7, 2_000));
        assert_ne!(first, acts(8, 2_000));
        assert!(first.is_sorted_by_key(|act| act.day));
    }

    #[test]
    fn acts_come_about_as_often_as_is_said() {
        let acts = acts(7, 10_000);
        let count = |is: fn(&Deed) -> bool| acts.iter().filter(|act| is(&act.deed)).count();
        assert_eq!(count(|deed| matches!(deed, Deed::Report(_))), 10_000);
        for (counted, expected) in [
            (count(|deed| matches!(deed, Deed::Correction(_))), 200),
            (count(|deed| matches!(deed, Deed::Void(_))), 250),
            (count(|deed| matches!(deed, Deed::Transfer(_))), 300),
            (count(|deed| matches!(deed, Deed::Redemption(_))), 600),
        ] {
            assert!(counted.abs_diff(expected) < expected / 3, "{counted} of {expected}");
        }
    }

    #[test]
    fn whoever_acts_has_stayed_before_and_nobody_gives_to_himself() {
        let mut seen = std::collections::BTreeSet::new();
        for act in acts(7, 3_000) {
            if let Deed::Transfer(transfer) = &act.deed {
                assert_ne!(transfer.from, transfer.to);
            }
            match &act.deed {
                Deed::Report(row) => _ = seen.insert(row.member.clone()),
                _ => assert!(act.members().iter().all(|member| seen.contains(*member)), "{act:?}"),
            }
        }
    }
}
