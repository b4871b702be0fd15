//! The members of a programme who have been seen, and who of them is likely to have points.

use std::collections::BTreeMap;

use super::draw::Draw;

/// Members who are looked at for one who spends. The one with the most revenue does: a member drawn from all would mostly
/// have too few points.
const CANDIDATES: u64 = 8;

/// The members who have had a stay that may earn, in the order in which they came.
#[derive(Clone, Debug, Default)]
pub(super) struct Crowd {
    guests: Vec<Guest>,
    places: BTreeMap<String, usize>,
}

#[derive(Clone, Debug)]
struct Guest {
    member: String,
    /// Revenue that may earn, since the member was last chosen to spend.
    revenue_minor: i64,
}

impl Crowd {
    /// A member's stay with so much revenue that may earn.
    pub(super) fn note(&mut self, member: &str, revenue_minor: i64) {
        if let Some(guest) = self.places.get(member).and_then(|place| self.guests.get_mut(*place)) {
            guest.revenue_minor = guest.revenue_minor.saturating_add(revenue_minor);
            return;
        }
        self.places.insert(member.to_owned(), self.guests.len());
        self.guests.push(Guest { member: member.to_owned(), revenue_minor });
    }

    /// Who spends.
    pub(super) fn spender(&mut self, draw: &Draw, what: &str) -> Option<String> {
        let all = self.guests.len() as u64;
        let places = (0..CANDIDATES).map(|turn| draw.below(&format!("{what} {turn}"), all) as usize);
        let chosen = places.max_by_key(|place| self.guests.get(*place).map(|guest| guest.revenue_minor))?;
        let guest = self.guests.get_mut(chosen)?;
        guest.revenue_minor = 0;
        Some(guest.member.clone())
    }

    /// Anybody but one.
    pub(super) fn anybody_but(&self, member: &str, draw: &Draw, what: &str) -> Option<String> {
        let all = self.guests.len() as u64;
        let found = self.guests.get(draw.below(what, all) as usize)?;
        Some(found.member.clone()).filter(|found| found != member)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_brought_most_spends_and_then_steps_back() {
        let mut crowd = Crowd::default();
        assert_eq!(crowd.spender(&Draw::about(1, "x".to_owned()), "spend"), None);
        for (member, revenue) in [("a", 100), ("b", 900), ("a", 50)] {
            crowd.note(member, revenue);
        }
        let chosen = |crowd: &mut Crowd| {
            let draw = |turn: u64| Draw::about(turn, "x".to_owned());
            (0..20)
                .filter_map(|turn| crowd.clone().spender(&draw(turn), "spend"))
                .filter(|member| member == "b")
                .count()
        };
        assert!(chosen(&mut crowd) >= 18, "of two members one in 256 draws never meets the other");
        let draw = (0..).map(|turn| Draw::about(turn, "x".to_owned()));
        let first = draw.map(|draw| crowd.spender(&draw, "spend")).find(|member| member.as_deref() == Some("b"));
        assert!(first.is_some());
        assert!(chosen(&mut crowd) <= 2, "what b brought is spent");
        for turn in 0..20 {
            let found = crowd.anybody_but("a", &Draw::about(turn, "y".to_owned()), "to");
            assert_ne!(found.as_deref(), Some("a"));
        }
    }
}
