//! Synthetic members: who stays, when the source does not say.
//!
//! The data set names no guest. Members are therefore made from a seed and a count, and said to be made up. Everything
//! about them is a function of these two numbers: reading a file again gives every stay the same member.
//!
//! - Member `i` has the id `SHA-256("folio-member-v1" | seed | i)`, first 16 bytes; the programme and the membership
//!   number follow from the rest of that digest.
//! - The stay with a confirmation number at a hotel belongs to the member that
//!   `SHA-256("folio-assign-v1" | seed | hotel | 0 | confirmation)` picks: its first 8 bytes choose a class by
//!   [`CLASSES`], its next 8 bytes a member of that class, all members of a class alike.
//!
//! Numbers are 8 bytes, the most significant first.

use crate::error::StaysError;
use crate::source::sha256;

/// Seed when none is given: the day of the data set's first check-out.
pub const MEMBERS_SEED_DEFAULT: u64 = 20_150_701;

/// Members when no count is given.
pub const MEMBERS_COUNT_DEFAULT: u32 = 10_000;

/// The largest count of members.
pub const MEMBERS_COUNT_MAX: u32 = 10_000_000;

/// The programme owned by the first chain.
pub const HILTON_HONORS: &str = "hilton-honors";

/// The programme owned by the second chain.
pub const TEXTBOOK: &str = "textbook";

/// Where members are at home when nothing is said.
pub const HOMES_DEFAULT: &[Home] =
    &[Home { programme: HILTON_HONORS, members_per_mille: 700 }, Home { programme: TEXTBOOK, members_per_mille: 300 }];

/// Share of the members, and of the stays that they make, in thousandths: a few travel all the time, most now and then.
/// With 10,000 members and the whole data set, one of the first class has about 360 bookings in the 26 months, a third
/// of them cancelled and one in five of the others eligible: enough for Diamond. One of the last class has seven.
pub const CLASSES: [Class; 4] = [
    Class { members_per_mille: 2, stays_per_mille: 60 },
    Class { members_per_mille: 18, stays_per_mille: 140 },
    Class { members_per_mille: 80, stays_per_mille: 250 },
    Class { members_per_mille: 900, stays_per_mille: 550 },
];

const MEMBER_TAG: &[u8] = b"folio-member-v1";
const ASSIGN_TAG: &[u8] = b"folio-assign-v1";

/// Members who travel alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Class {
    /// Their share of all members.
    pub members_per_mille: u64,
    /// Their share of all stays.
    pub stays_per_mille: u64,
}

/// A programme that enrols members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Home {
    /// The programme.
    pub programme: &'static str,
    /// Its share of all members.
    pub members_per_mille: u64,
}

/// A made-up member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Place among the members, from 0.
    pub index: u32,
    /// Id on the ledger: 32 lowercase hexadecimal digits.
    pub id: String,
    /// Home programme.
    pub programme: &'static str,
    /// Membership number; it begins with `SYN-`, as no real one does.
    pub number: String,
}

/// All members of a seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Members {
    seed: u64,
    count: u32,
    homes: &'static [Home],
}

impl Members {
    /// The members of a seed.
    pub fn new(seed: u64, count: u32) -> Result<Self, StaysError> {
        if !(1..=MEMBERS_COUNT_MAX).contains(&count) {
            let max = u64::from(MEMBERS_COUNT_MAX);
            return Err(StaysError::Setting { name: "the count of members", min: 1, max, got: count.into() });
        }
        Ok(Self { seed, count, homes: HOMES_DEFAULT })
    }

    /// The same members, at home in these programmes. What the shares leave of a thousand is the last one's.
    #[must_use]
    pub const fn at_home_in(self, homes: &'static [Home]) -> Self {
        Self { homes, ..self }
    }

    /// Where they are at home.
    pub const fn homes(&self) -> &'static [Home] {
        self.homes
    }

    /// The seed.
    pub const fn seed(&self) -> u64 {
        self.seed
    }

    /// How many there are.
    pub const fn count(&self) -> u32 {
        self.count
    }

    /// The member at a place; places past the count begin again at 0.
    pub fn member(&self, index: u32) -> Member {
        let index = index % self.count;
        let digest = sha256(&[MEMBER_TAG, &self.seed.to_be_bytes(), &u64::from(index).to_be_bytes()]);
        Member {
            index,
            id: hex::encode(&digest[..16]),
            programme: self.home_at(number(&digest[16..24]) % 1_000),
            number: format!("SYN-{:010}", number(&digest[24..]) % 10_000_000_000),
        }
    }

    /// The place of the member whose stay this is.
    pub fn index_of_stay(&self, hotel: &str, confirmation: &str) -> u32 {
        let digest = sha256(&[ASSIGN_TAG, &self.seed.to_be_bytes(), hotel.as_bytes(), &[0], confirmation.as_bytes()]);
        let (first, size) = self.class_at(number(&digest[..8]) % 1_000);
        // `size` is at most the count, so that the sum stays below it.
        first + (number(&digest[8..16]) % u64::from(size)) as u32
    }

    /// The member whose stay this is.
    pub fn of_stay(&self, hotel: &str, confirmation: &str) -> Member {
        self.member(self.index_of_stay(hotel, confirmation))
    }

    /// All members, in the order of their places.
    pub fn iter(&self) -> impl Iterator<Item = Member> + '_ {
        (0..self.count).map(|index| self.member(index))
    }

    // The programme that holds this thousandth of the members.
    fn home_at(&self, member_mille: u64) -> &'static str {
        let mut end = 0;
        let holds = self.homes.iter().find(|home| {
            end += home.members_per_mille;
            member_mille < end
        });
        holds.or(self.homes.last()).map_or("", |home| home.programme)
    }

    // The first place and the size of the class that holds this thousandth of the stays. With few members a class may
    // be empty: the next one stands in for it.
    fn class_at(&self, stay_mille: u64) -> (u32, u32) {
        let (mut members_mille, mut stays_mille) = (0, 0);
        let place = |mille: u64| (u64::from(self.count) * mille / 1_000) as u32;
        for class in CLASSES {
            let first = place(members_mille);
            members_mille += class.members_per_mille;
            stays_mille += class.stays_per_mille;
            let size = place(members_mille) - first;
            if stay_mille < stays_mille && size > 0 {
                return (first, size);
            }
        }
        (0, self.count)
    }
}

// The number in the first 8 bytes, the most significant first.
fn number(bytes: &[u8]) -> u64 {
    bytes.iter().take(8).fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn shares_of_the_classes_are_whole() {
        assert_eq!(CLASSES.iter().map(|class| class.members_per_mille).sum::<u64>(), 1_000);
        assert_eq!(CLASSES.iter().map(|class| class.stays_per_mille).sum::<u64>(), 1_000);
    }

    #[test]
    fn a_seed_always_gives_the_same_members() {
        let members = Members::new(MEMBERS_SEED_DEFAULT, MEMBERS_COUNT_DEFAULT).unwrap();
        let first = members.member(0);
        assert_eq!(first.id, "c83d98efb290a41e2fe4aaf56377dc18");
        assert_eq!(first.number, "SYN-8924507475");
        assert_eq!(members.index_of_stay("AUR-CITY", "40061"), 8856);
        assert_ne!(Members::new(1, MEMBERS_COUNT_DEFAULT).unwrap().member(0).id, first.id);
    }

    #[test]
    fn ids_are_distinct_and_both_programmes_have_members() {
        let members = Members::new(7, 10_000).unwrap();
        let ids: BTreeSet<String> = members.iter().map(|member| member.id).collect();
        assert_eq!(ids.len(), 10_000);
        let hilton = members.iter().filter(|member| member.programme == HILTON_HONORS).count();
        assert!((6_800..7_200).contains(&hilton), "{hilton}");
    }

    #[test]
    fn homes_have_the_shares_that_are_stated_and_move_nobody_else() {
        const THIRDS: &[Home] = &[
            Home { programme: "a", members_per_mille: 334 },
            Home { programme: "b", members_per_mille: 333 },
            Home { programme: "c", members_per_mille: 333 },
        ];
        let members = Members::new(7, 10_000).unwrap();
        let thirds = members.at_home_in(THIRDS);
        for home in THIRDS {
            let count = thirds.iter().filter(|member| member.programme == home.programme).count();
            assert!((3_100..3_570).contains(&count), "{home:?}: {count}");
        }
        let (before, after) = (members.member(5), thirds.member(5));
        assert_eq!((&before.id, &before.number), (&after.id, &after.number));
        assert_eq!(members.index_of_stay("AUR-CITY", "1"), thirds.index_of_stay("AUR-CITY", "1"));
    }

    #[test]
    fn stays_fall_on_the_classes_as_stated() {
        let members = Members::new(7, 10_000).unwrap();
        let mut stays = [0_u64; CLASSES.len()];
        for row in 1..=100_000 {
            let index = members.index_of_stay("AUR-CITY", &row.to_string());
            stays[[20, 200, 1_000, 10_000].iter().position(|end| index < *end).unwrap()] += 1;
        }
        for (class, count) in CLASSES.iter().zip(stays) {
            let expected = class.stays_per_mille * 100;
            assert!(count.abs_diff(expected) < 500, "{class:?}: {count}");
        }
    }

    #[test]
    fn any_count_serves_all_stays() {
        assert!(Members::new(7, 0).is_err());
        assert!(Members::new(7, MEMBERS_COUNT_MAX + 1).is_err());
        for count in [1, 2, 13, 499] {
            let members = Members::new(7, count).unwrap();
            let met: BTreeSet<u32> =
                (0..20_000).map(|row| members.index_of_stay("BOR-RESORT", &row.to_string())).collect();
            assert_eq!(met.len(), count as usize);
            assert!(met.iter().all(|index| *index < count));
        }
    }
}
