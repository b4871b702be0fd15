//! Which campaigns stand beside each other.

use super::definition::{Campaign, Stacking};
use crate::units::Points;

/// Whether each campaign counts, given what each would give. Of an exclusive group the one that gives most does; of two
/// that give the same, the first by its id.
pub fn choose(offered: &[(&Campaign, Points)]) -> Vec<bool> {
    offered.iter().map(|(campaign, points)| is_best(campaign, *points, offered)).collect()
}

fn is_best(campaign: &Campaign, points: Points, offered: &[(&Campaign, Points)]) -> bool {
    if campaign.stacking == Stacking::All {
        return true;
    }
    let of_group = offered.iter().filter(|(other, _)| other.stacking == campaign.stacking);
    let beats = |other: &Campaign, others: Points| others > points || (others == points && other.id < campaign.id);
    !of_group.into_iter().any(|(other, others)| beats(other, *others))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::campaign::example_campaigns;
    use crate::rules::programme::{Definition, shipped};

    #[test]
    fn of_a_group_the_one_that_gives_most_counts_and_of_equals_the_first_by_id() {
        let (_, definition) = shipped().find(|(id, _)| *id == "textbook").unwrap();
        let (_, text) = example_campaigns().nth(2).unwrap();
        let any = Campaign::from_toml(text, &Definition::from_toml(definition).unwrap()).unwrap();
        let of = |id: &str, group: Option<&str>| Campaign {
            id: id.to_owned(),
            stacking: group.map_or(Stacking::All, |group| Stacking::Exclusive(group.to_owned())),
            ..any.clone()
        };
        let campaigns = [of("a", Some("x")), of("b", Some("x")), of("c", Some("y")), of("d", None), of("e", Some("y"))];
        for (points, stands) in [
            ([1, 2, 3, 0, 3], [false, true, true, true, false]),
            ([2, 2, 1, 5, 9], [true, false, false, true, true]),
            ([0, 0, 0, 0, 0], [true, false, true, true, false]),
        ] {
            let offered: Vec<_> = campaigns.iter().zip(points.map(|points| Points::new(points).unwrap())).collect();
            assert_eq!(choose(&offered), stands, "{points:?}");
        }
    }
}
