use folio_loyalty::state::{
    AmountRow, CLOSINGS, ClosedRow, ClosingRow, CurrencyCode, DATES, DisputeRow, NewestFirst, OUTSIDE, OWED,
    OWED_FOLDED, OutsideRow, OwedItemRow, OwedRow, POSITIONS, PayableRow, PositionRow, ThroughRow, TxTail,
};

use super::*;
use crate::report::testing::{State, day, org, programme};

fn item(currency: &str, amount: i64, points: i64) -> OwedItemRow {
    OwedItemRow { currency: currency.to_owned(), amount, points, ..OwedItemRow::default() }
}

fn owe(state: &mut State, date: &str, (debtor, creditor): (&str, &str), tx: u8, item: OwedItemRow) {
    let row = OwedRow { items: vec![item], ..OwedRow::default() };
    state.put(&OWED, &(programme(), day(date), org(debtor), org(creditor), TxTail::new([tx; 16])), &row);
}

fn position(state: &mut State, date: &str, (debtor, creditor): (&str, &str), currency: &str, amount: i128) {
    let row = PositionRow { amount: amount.into(), points: 10.into(), items: 1 };
    let currency = CurrencyCode::new(currency).unwrap();
    state.put(&POSITIONS, &(programme(), day(date), org(debtor), org(creditor), currency), &row);
}

fn dispute(state: &mut State, date: &str, (debtor, creditor): (&str, &str), amount: i64) {
    let amounts = vec![AmountRow { currency: "EUR".to_owned(), amount }];
    let row = OutsideRow { dispute: Some(DisputeRow { amounts, ..DisputeRow::default() }), unpriced: Vec::new() };
    state.put(&OUTSIDE, &(programme(), day(date), org(debtor), org(creditor), TxTail::new([9; 16])), &row);
}

fn close(state: &mut State, through: &str, payables: &[(&str, &str, i128)]) {
    let payable = |(debtor, creditor, amount): &(&str, &str, i128)| PayableRow {
        debtor: (*debtor).to_owned(),
        creditor: (*creditor).to_owned(),
        amount: (*amount).into(),
    };
    let row = ClosingRow {
        through: day(through).days(),
        programmes: vec![ClosedRow { programme: programme().to_string(), from: None }],
        payables: payables.iter().map(payable).collect(),
        ..ClosingRow::default()
    };
    state.put(&CLOSINGS, &(CurrencyCode::new("EUR").unwrap(), NewestFirst(1)), &row);
}

fn fold_through(state: &mut State, through: &str) {
    let row = ThroughRow { through: Some(day(through).days()), after: String::new() };
    state.put(&DATES, &(programme(), OWED_FOLDED), &row);
}

/// January is closed, February folded, March open.
fn world() -> State {
    let mut state = State::new();
    owe(&mut state, "2016-01-10", ("A", "B"), 1, item("EUR", 500, 10));
    owe(&mut state, "2016-03-01", ("B", "A"), 2, item("EUR", 70, 7));
    owe(&mut state, "2016-03-02", ("B", "C"), 3, item("", 0, 40));
    position(&mut state, "2016-01-10", ("A", "B"), "EUR", 500);
    dispute(&mut state, "2016-01-10", ("A", "B"), 100);
    position(&mut state, "2016-02-10", ("A", "B"), "EUR", 300);
    position(&mut state, "2016-02-10", ("B", "C"), "EUR", 90);
    dispute(&mut state, "2016-02-10", ("A", "B"), 50);
    fold_through(&mut state, "2016-02-29");
    close(&mut state, "2016-01-31", &[("A", "B", 400)]);
    state
}

#[test]
fn an_amount_stands_in_one_place_from_open_to_closed() {
    let report = Settlement::of(&world().memory, &[programme()]).unwrap();
    let found: Vec<_> = report
        .pairs
        .iter()
        .map(|pair| {
            let Between { open_minor, folded_minor, disputed_minor, closed_minor, points, .. } = pair.between;
            let amounts = [open_minor, folded_minor, disputed_minor, closed_minor];
            (pair.debtor.as_str(), pair.creditor.as_str(), pair.currency.as_deref(), amounts, points)
        })
        .collect();
    assert_eq!(
        found,
        [
            ("A", "B", Some("EUR"), [0, 300, 50, 400], 10),
            ("B", "A", Some("EUR"), [70, 0, 0, 0], 7),
            ("B", "C", Some("EUR"), [0, 90, 0, 0], 10),
            ("B", "C", None, [0, 0, 0, 0], 40),
        ]
    );
    assert_eq!(report.findings(), [] as [String; 0]);
}

#[test]
fn what_is_not_closed_nets_to_zero() {
    let report = Settlement::of(&world().memory, &[programme()]).unwrap();
    let net =
        |organisation, amount_minor| Net { currency: "EUR".to_owned(), organisation: org(organisation), amount_minor };
    assert_eq!(report.open_net, [net("A", -180), net("B", 90), net("C", 90)]);
    assert!(serde_json::to_string(&report).unwrap().contains(r#""amount_minor":-180"#));
}

#[test]
fn a_closing_that_its_positions_do_not_make_is_found() {
    let mut state = world();
    close(&mut state, "2016-01-31", &[("A", "B", 401)]);
    let report = Settlement::of(&state.memory, &[programme()]).unwrap();
    assert_eq!(report.findings(), ["closing 1 in EUR is not what the positions of its dates come to"]);
}

#[test]
fn a_fold_that_stopped_within_a_date_leaves_the_rest_open() {
    let mut state = State::new();
    for tx in 1..=3 {
        owe(&mut state, "2016-01-10", ("A", "B"), tx, item("EUR", 10, 1));
    }
    let after = OWED.key(&(programme(), day("2016-01-10"), org("A"), org("B"), TxTail::new([2; 16])));
    state.put(&DATES, &(programme(), OWED_FOLDED), &ThroughRow { through: None, after });
    position(&mut state, "2016-01-10", ("A", "B"), "EUR", 20);
    let report = Settlement::of(&state.memory, &[programme()]).unwrap();
    assert_eq!((report.pairs[0].between.open_minor, report.pairs[0].between.folded_minor), (10, 20));
}
