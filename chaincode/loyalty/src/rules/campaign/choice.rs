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
