//! The bytes of the rows of agreements and settlement as they were when their schemas were frozen.

use super::golden::{actor, check};
use super::*;

#[test]
fn agreements() {
    let agreement = AgreementRow {
        number: 2,
        effective_from: 16_436,
        currency: "EUR".to_owned(),
        accrual: PriceRow { numerator: 11, denominator: 2 },
        redemption: PriceRow { numerator: 4, denominator: 1 },
        nights: vec![OccupancyRow { from_percent: 90, minor: 12_000 }],
        proposed_by: actor(),
        accepted_by: Some(actor()),
    };
    let proposed = AgreementRow { number: 3, accepted_by: None, ..agreement.clone() };
    let row = AgreementsRow { in_force: vec![agreement], proposed: vec![proposed], numbers: 3, narrowed: true };
    check(
        &row,
        "010a38080210e880021a034555522204080b10022a04080410013205085a10e05d3a0b0a014110031a0201022001420b\
        0a014110031a0201022001122b080310e880021a034555522204080b10022a04080410013205085a10e05d3a0b0a0141\
        10031a020102200118032001",
    );
}

#[test]
fn what_is_owed() {
    let item = OwedItemRow {
        hotel: "h".to_owned(),
        cause: 2,
        points: -5,
        before: 1_000,
        dated: 16_619,
        currency: "EUR".to_owned(),
        amount: -3,
        agreement: 2,
        nights: -1,
        occupancy_percent: 90,
    };
    let origin = Some(OriginRow { date: 16_619, tx: vec![9] });
    check(
        &OwedRow { items: vec![item], business_date: Some(16_619), origin },
        "010a1b0a01681002180920d00f28d683023203455552380540024801505a10d683021a0708d68302120109",
    );
    check(&ThroughRow { through: Some(16_619), after: "k".to_owned() }, "0108d6830212016b");
    let position = PositionRow { amount: WideRow::from(-3), points: WideRow::from(1_i128 << 64), items: 2 };
    check(&position, "010a0b080111fdffffffffffffff120208021802");
}

#[test]
fn disputes_closings_and_folded_totals() {
    let outcome = OutcomeRow { outcome: 3, amount: 2, by: actor() };
    let dispute = DisputeRow {
        by: actor(),
        reason: "r".to_owned(),
        amounts: vec![AmountRow { currency: "EUR".to_owned(), amount: 3 }],
        debtor: Some(outcome.clone()),
        creditor: Some(outcome),
        settled: true,
    };
    check(
        &OutsideRow { dispute: Some(dispute), unpriced: Vec::new() },
        "010a410a0b0a014110031a02010220011201721a070a0345555210062211080310041a0b0a014110031a02010220012a\
        11080310041a0b0a014110031a02010220013001",
    );
    check(&OutsideRow { dispute: None, unpriced: vec![1, 3] }, "0112020103");
    let payable = PayableRow { debtor: "A".to_owned(), creditor: "B".to_owned(), amount: WideRow::from(3) };
    let closing = ClosingRow {
        through: 16_619,
        programmes: vec![ClosedRow { programme: "p".to_owned(), from: Some(16_600) }],
        payables: vec![payable.clone()],
        disputed: vec![payable],
        by: actor(),
        accepted: vec![actor()],
    };
    check(
        &closing,
        "0108d6830212070a017010b083021a110a01411201421a0911030000000000000022110a01411201421a091103000000\
        000000002a0b0a014110031a0201022001320b0a014110031a0201022001",
    );
    let breakage = BreakageRow { numerator: 1, denominator: 5, currency: "EUR".to_owned(), amount: 7, by: actor() };
    let sums = vec![WideSumRow { kind: 1, points: WideRow::from(-5) }];
    check(
        &FoldedRow { sums, breakage: Some(breakage) },
        "010a0f0801120b080111fbffffffffffffff1218080110051a03455552200e2a0b0a014110031a0201022001",
    );
}
