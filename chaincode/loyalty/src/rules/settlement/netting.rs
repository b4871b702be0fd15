//! Payables set off against each other.

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::OrgId;
use crate::units::Overflow;

/// What organisations owe each other in one currency, in smallest units, by debtor and creditor. A payable is negative when
/// corrections took back more than came in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Payables {
    sums: BTreeMap<(OrgId, OrgId), i128>,
}

/// Payables after netting.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Netting {
    /// By debtor and creditor: what one of two owes the other in the end. Nothing here is negative or zero.
    pub bilateral: BTreeMap<(OrgId, OrgId), i128>,
    /// What each organisation gets from all others together, negative when it pays. The sum is zero.
    pub multilateral: BTreeMap<OrgId, i128>,
}

impl Payables {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds to what one owes the other.
    pub fn add(&mut self, debtor: &OrgId, creditor: &OrgId, amount: i128) -> Result<(), Overflow> {
        let sum = self.sums.entry((debtor.clone(), creditor.clone())).or_default();
        *sum = sum.checked_add(amount).ok_or(Overflow)?;
        Ok(())
    }

    /// All of them, by debtor and creditor.
    pub fn iter(&self) -> impl Iterator<Item = (&OrgId, &OrgId, i128)> {
        self.sums.iter().map(|((debtor, creditor), amount)| (debtor, creditor, *amount))
    }

    /// Whoever owes or is owed.
    pub fn parties(&self) -> BTreeSet<&OrgId> {
        self.sums.keys().flat_map(|(debtor, creditor)| [debtor, creditor]).collect()
    }

    /// Sets the payables off. What one side gives the other gets, in each pair and among all, so that both sum to zero.
    pub fn net(&self) -> Result<Netting, Overflow> {
        let mut netting = Netting::default();
        let mut pairs: BTreeMap<(&OrgId, &OrgId), i128> = BTreeMap::new();
        for (debtor, creditor, amount) in self.iter() {
            let (pair, towards) =
                if debtor <= creditor { ((debtor, creditor), amount) } else { ((creditor, debtor), -amount) };
            let sum = pairs.entry(pair).or_default();
            *sum = sum.checked_add(towards).ok_or(Overflow)?;
            move_between(&mut netting.multilateral, debtor, creditor, amount)?;
        }
        for ((first, second), owed) in pairs {
            let (debtor, creditor) = if owed > 0 { (first, second) } else { (second, first) };
            if owed != 0 {
                netting.bilateral.insert((debtor.clone(), creditor.clone()), owed.abs());
            }
        }
        Ok(netting)
    }
}

fn move_between(nets: &mut BTreeMap<OrgId, i128>, from: &OrgId, to: &OrgId, amount: i128) -> Result<(), Overflow> {
    for (organisation, change) in [(from, -amount), (to, amount)] {
        let sum = nets.entry(organisation.clone()).or_default();
        *sum = sum.checked_add(change).ok_or(Overflow)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn org(number: usize) -> OrgId {
        OrgId::new(["AMSP", "BMSP", "CMSP", "DMSP"][number]).unwrap()
    }

    fn payables(list: &[(usize, usize, i128)]) -> Payables {
        let mut payables = Payables::new();
        list.iter()
            .for_each(|(debtor, creditor, amount)| payables.add(&org(*debtor), &org(*creditor), *amount).unwrap());
        payables
    }

    #[test]
    fn payables_in_both_directions_are_set_off() {
        let netting = payables(&[(0, 1, 500), (1, 0, 120), (1, 2, 300), (2, 0, 80)]).net().unwrap();
        let bilateral: Vec<_> =
            netting.bilateral.iter().map(|((debtor, creditor), amount)| (debtor, creditor, *amount)).collect();
        assert_eq!(bilateral, [(&org(0), &org(1), 380), (&org(1), &org(2), 300), (&org(2), &org(0), 80)]);
        assert_eq!(netting.multilateral.into_iter().collect::<Vec<_>>(), [(org(0), -300), (org(1), 80), (org(2), 220)]);
    }

    #[test]
    fn a_pair_that_is_even_has_nothing_to_pay_and_is_still_a_party() {
        let even = payables(&[(0, 1, 70), (1, 0, 70)]);
        let netting = even.net().unwrap();
        assert!(netting.bilateral.is_empty());
        assert_eq!(netting.multilateral.values().sum::<i128>(), 0);
        assert_eq!(even.parties().len(), 2);
        // A correction that takes back more than came in turns the payable round.
        let turned = payables(&[(0, 1, -5)]).net().unwrap();
        assert_eq!(turned.bilateral.into_iter().collect::<Vec<_>>(), [((org(1), org(0)), 5)]);
    }

    proptest! {
        #[test]
        fn nets_sum_to_zero_and_agree_with_each_other(
            list in prop::collection::vec((0..4_usize, 0..4_usize, any::<i64>()), 0..40),
        ) {
            let list: Vec<_> = list.into_iter().map(|(from, to, amount)| (from, to, i128::from(amount))).collect();
            let netting = payables(&list).net().unwrap();
            prop_assert_eq!(netting.multilateral.values().sum::<i128>(), 0);
            for number in 0..4 {
                let pays: i128 = netting.bilateral.iter().map(|((debtor, creditor), amount)| {
                    i128::from(*creditor == org(number)) * amount - i128::from(*debtor == org(number)) * amount
                }).sum();
                prop_assert_eq!(pays, netting.multilateral.get(&org(number)).copied().unwrap_or_default());
            }
        }
    }
}
