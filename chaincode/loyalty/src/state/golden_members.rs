//! The bytes of rows about what members are to each other, and what they were given.

use super::golden::{actor, check, lot};
use super::*;

#[test]
fn what_came_to_accounts_members_and_lines() {
    let counters = CountersRow {
        held_years: Some(HeldYearsRow {
            through: 2016,
            latest: "Gold".to_owned(),
            tiers: vec![TierYearsRow { tier: "Gold".to_owned(), years: 2 }],
        }),
        challenge: Some(ChallengeRow {
            tier: "Gold".to_owned(),
            from: 16_587,
            by: 16_680,
            night_parts: 600,
            reached_parts: 60,
            keeps_until: 17_256,
        }),
        lifetime: TallyRow { brands: vec![BrandRow { brand: "b".to_owned(), stays: 2 }], ..TallyRow::default() },
        ..CountersRow::default()
    };
    check(
        &AccountRow { counters, ..AccountRow::default() },
        "043a3a0a08a201050a01621004a2011308c01f1204476f6c641a080a04476f6c641002aa01170a04476f6c641096\
         830218d0840220b009287830d08d027200",
    );
    let account = AccountRow {
        state: 2,
        merged_into: vec![1; 2],
        aliases: vec![vec![2; 2]],
        pool: vec![3; 2],
        tier_changes: 4,
        granted: vec![GrantedRow { rule: "r".to_owned(), period: 2016, given: 5, kept: 1 }],
        transfers: Some(TransferYearRow {
            month: 24_186,
            sent_in_month: 1,
            received_in_month: 2,
            latest: Some(16_587),
            pooled: 9,
            ..TransferYearRow::default()
        }),
        ..AccountRow::default()
    };
    check(
        &account,
        "043a020a005a0e30f4f902380140024896830250097200c00202ca02020101d202020202da02020303e00204ea02\
         0a0a017210c01f18052001",
    );
    let recovery = RecoveryRow {
        key: vec![2, 3],
        by: actor(),
        fingerprint: vec![4],
        due_seconds: 1_454_328_900,
        second: Some(actor()),
    };
    let member = MemberRow { recovery: Some(recovery), merged_into: vec![5], by: actor(), ..MemberRow::default() };
    check(
        &member,
        "01320b0a014110031a0201022001c202270a020203120b0a014110031a02010220011a01042088b1faea0a2a0b0a\
         014110031a0201022001ca020105",
    );
    check(&LineRow { word_of: vec![6], cause: Cause::Milestone.into(), ..LineRow::default() }, "01102d4a00f2010106");
}

#[test]
fn gifts_pools_links_tiers_and_benefits() {
    let gift = GiftRow {
        programme: "p".to_owned(),
        from: vec![1],
        hold: vec![2],
        points: 300,
        fee: 3,
        given: 16_619,
        ends_at_seconds: 1_454_328_900,
        ended: 1,
        to: vec![4],
        by: actor(),
    };
    check(&gift, "010a01701201011a010220ac02280330d683023888b1faea0a40014a0104520b0a014110031a0201022001");
    let pool = PoolRow {
        programme: "p".to_owned(),
        members: vec![PoolMemberRow { member: vec![1], joined: 16_619, contributed: 300 }],
        opened: 16_618,
    };
    check(&pool, "010a0170120a0a010110d6830218ac0218d48302");
    let consent = ConsentRow { member: vec![1], survivor: vec![2], date: 16_619, by: actor() };
    check(
        &LinkRow { links: vec![consent.clone()], merges: vec![consent] },
        "010a170a010112010218d68302220b0a014110031a020102200112170a010112010218d68302220b0a014110031a\
         0201022001",
    );
    let change = TierChangeRow {
        date: 16_619,
        before: "Silver".to_owned(),
        after: "Gold".to_owned(),
        valid_until: Some(17_256),
        cause: TierCause::Matched.into(),
        reason: "r".to_owned(),
        programme_version: 1,
        by: actor(),
        tx: vec![9],
    };
    check(&change, "0108d68302120653696c7665721a04476f6c6420d08d0228043201723801420b0a014110031a02010220014a0109");
    let benefit = BenefitRow {
        rule: "r".to_owned(),
        occasion: OccasionKind::Nights.into(),
        tier: "Gold".to_owned(),
        night_parts: 2_400,
        period: 2016,
        granted: 16_619,
        choose_by: Some(16_649),
        benefit: "b".to_owned(),
        uses: 2,
        used: 1,
        last_day: Some(17_000),
        points: Some(lot()),
        points_date: 16_620,
        revoked: true,
        programme_version: 1,
    };
    check(
        &benefit,
        "010a017210031a04476f6c6420c02528c01f30d68302389284024201624802500158d08902621308ac0210d08902\
         18d283022201702a0141300168d8830270017801",
    );
}
