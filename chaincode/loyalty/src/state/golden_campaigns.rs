//! The bytes of the rows of campaigns and offers as they were when their schema was frozen.

use super::golden::{actor, check, lot};
use super::*;

fn campaign_lot() -> CampaignLotRow {
    CampaignLotRow { lot: lot(), counted: true }
}

#[test]
fn campaigns_and_offers() {
    let campaign = CampaignRow {
        content: vec![1, 2],
        commitment: vec![3],
        by: actor(),
        approvals: vec![vec![4]],
        sponsor_approval: vec![5],
        stage: Stage::Closed.into(),
        closings: vec![vec![6]],
    };
    check(&campaign, "010a0201021201031a0b0a014110031a02010220012201042a010530023a0106");
    let part = CampaignMemberRow {
        registered: Some(16_801),
        listed: true,
        points: 500,
        times: 2,
        last_number: 3,
        freed_numbers: vec![1],
        counted: -7,
        steps: vec![campaign_lot()],
    };
    check(&part, "0108c28602100118f40320022803320101380d42170a1308ac0210d0890218d283022201702a014130011001");
    let claim = CampaignClaimRow {
        member: vec![1],
        stay: vec![2],
        purchase: vec![3],
        version: 4,
        wanted: 500,
        granted: 300,
        lot: campaign_lot(),
        earned_on: 16_619,
    };
    check(&claim, "010a01011201021a0103200428f40330ac023a170a1308ac0210d0890218d283022201702a01413001100140d68302");
    let draw = DrawRow {
        seed: vec![1],
        entrants: 2,
        best: vec![TicketRow { number: vec![3], member: vec![4] }],
        after: "5".to_owned(),
        paid: 6,
    };
    check(
        &CampaignProgressRow { granted: 300, judged: 2, draw: Some(draw) },
        "0108ac0210021a120a010110021a060a01031201042201352806",
    );
    check(&OfferRow { content: vec![1], stay: vec![2], by: actor() }, "010a01011201021a0b0a014110031a0201022001");
}

#[test]
fn what_stays_have_of_campaigns() {
    let extra = PostedExtraRow {
        campaign: "c".to_owned(),
        offer: vec![1],
        voucher: true,
        lot: Some(campaign_lot()),
        number: 2,
        counted: -3,
        claim: Some(ClaimPlaceRow { second: 4, tx: vec![5] }),
        member: vec![6],
    };
    let told = ExtraRow {
        campaign: "c".to_owned(),
        offer: vec![1],
        points: 300,
        delta: -5,
        withheld: "CAMPAIGN_CAPPED".to_owned(),
    };
    let stay = StayRow {
        receipts: vec![ReceiptRow { version: 1, extras: vec![told], ..ReceiptRow::default() }],
        posted: Some(PostedRow { extras: vec![extra], ..PostedRow::default() }),
        ..StayRow::default()
    };
    check(
        &stay,
        "0212210801a2011c0a016312010118ac0220092a0f43414d504149474e5f4341505045441a342200a2012f0a01\
         63120101180122170a1308ac0210d0890218d283022201702a014130011001280230053a050804120105420106",
    );
    check(&LineRow { campaign: "c".to_owned(), offer: vec![1], ..LineRow::default() }, "014a00aa020163b2020101");
}
