//! The bytes of every row as they were when its schema was frozen. A row that reads differently breaks every ledger.

use folio_chaincode_sdk::Record;

use super::*;
use crate::rules::catalogue::ItemTerms;

pub(super) fn actor() -> ActorRow {
    ActorRow { organisation: "A".to_owned(), role: Role::Agent.into(), user: vec![1, 2], member_signed: true }
}

pub(super) fn lot() -> LotRow {
    LotRow {
        points: 300,
        last_day: Some(17_000),
        earned: 16_617,
        issuer: "p".to_owned(),
        funder: "A".to_owned(),
        cost_class: 1,
    }
}

fn tally() -> TallyRow {
    TallyRow { night_parts: 60, stays: 1, spend_steps: -5, points: vec![0, 7], ..TallyRow::default() }
}

/// Whether a row is written as, and read from, exactly these bytes.
pub(super) fn check<R: Record + PartialEq + std::fmt::Debug>(row: &R, golden: &str) {
    let hex: String = row.to_state().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hex, golden);
    assert_eq!(&R::from_state(&row.to_state(), "row").unwrap(), row);
}

#[test]
fn hotels_rates_and_policies() {
    let hotel = HotelRow {
        organisation: "A".to_owned(),
        chain: "c".to_owned(),
        brand: "b".to_owned(),
        name: "n".to_owned(),
        currency: "EUR".to_owned(),
        secret_commitment: vec![9],
        by: actor(),
    };
    check(&hotel, "010a01411201631a016222016e2a034555523201093a0b0a014110031a0201022001");
    check(&AwaitedHotelRow { secret_commitment: vec![9], by: actor() }, "010a0109120b0a014110031a0201022001");
    let rate = DatedRateRow { from: -1, numerator: 11, denominator: 10, organisation: "A".to_owned() };
    check(&ExchangeMonthRow { rates: vec![rate] }, "010a090801100b180a220141");
    check(&ExchangeMonthsRow { months: vec![24_180, 24_181] }, "010a06f4bc01f5bc01");
    let policy = PolicyRow {
        spend_lag_days_max: Some(3),
        number: 1,
        organisations: vec!["A".to_owned(), "B".to_owned()],
        fx_sources: vec!["A".to_owned()],
        recovery_days: 7,
        proposed_by: "A".to_owned(),
        approvals: Vec::new(),
    };
    check(&policy, "01080310011a01411a01422201412807320141");
    let approved = PolicyRow { approvals: vec![actor()], ..policy.clone() };
    check(&approved, "01080310011a01411a014222014128073201413a0b0a014110031a0201022001");
    assert_eq!(approved.content(), policy.content(), "what is approved does not tell by whom");
    let proposal = PolicyProposalRow { policy, approvals: vec![actor()] };
    check(&proposal, "010a12080310011a01411a01422201412807320141120b0a014110031a0201022001");
}

#[test]
fn programmes() {
    let in_force = InForceRow { version: 1, effective_from: 16_436, dated_by: 2 };
    let campaigns = vec![ActiveCampaignRow {
        id: "c".to_owned(),
        from: 16_801,
        until: 16_830,
        dated_by: 2,
        stays: true,
        purchases: true,
    }];
    let plain =
        ProgrammeRow { owner: "A".to_owned(), approvals_required: 2, in_force: vec![in_force], ..Default::default() };
    check(&plain, "010a014110021a08080110e880021802");
    check(
        &ProgrammeRow { campaigns, ..plain },
        "010a014110021a08080110e880021802a201110a016310c2860218fc8602200228013001",
    );
    let version =
        VersionRow { definition: vec![1, 2, 3], by: actor(), approvals: vec![vec![4], vec![5]], approvals_required: 2 };
    check(&version, "010a03010203120b0a014110031a02010220011a01041a01052002");
}

#[test]
fn members_and_reservations() {
    let member = MemberRow {
        home_programme: "p".to_owned(),
        home_organisation: "A".to_owned(),
        enrolled: 16_617,
        key: vec![2, 3],
        number_digest: vec![4],
        by: actor(),
        ..MemberRow::default()
    };
    check(&member, "010a017012014118d28302220202032a0104320b0a014110031a0201022001");
    let reservation = ReservationRow {
        programme: "p".to_owned(),
        member: vec![1],
        hotel: "h".to_owned(),
        hotel_organisation: "A".to_owned(),
        reward: "r".to_owned(),
        points: 5000,
        programme_version: 1,
        ends_at_seconds: 1_454_328_900,
        ended: Ended::Committed.into(),
        item: "i".to_owned(),
        shelf: 2,
        stock_returned: true,
        cash_minor: 2500,
        cash_currency: "EUR".to_owned(),
        worth: 6000,
        lots: Some(LotsRow { points: vec![5], earned: vec![16_617], ..LotsRow::default() }),
        committed_on: Some(16_620),
        certificate: vec![8],
        award: Some(AwardRow { arrival: 16_620, nights: 2, first_night: 2500 }),
        bought_certificate: vec![9],
        held_on: 16_619,
        occupancy_percent: 90,
    };
    check(
        &reservation,
        "010a01701201011a01682201412a017230882738014088b1faea0a480152016958026001688827720345555278\
        f02e8201081a01052203d283028801d88302920101089a010908d88302100218c413a2010109a801d68302b0015a",
    );
}

#[test]
fn catalogues_stocks_and_certificates() {
    let line = LineRow {
        by: actor(),
        item: "i".to_owned(),
        good_cause: "g".to_owned(),
        certificate: vec![13],
        ..LineRow::default()
    };
    check(&line, "014a0b0a014110031a0201022001a2010169aa010167b201010d");
    let terms = r#"{
        "name": "Bag", "prices": [{ "points": 9 }, { "points": 4, "cash": { "minor": 25, "currency": "EUR" } }],
        "kind": { "certificate": { "worth": { "up_to": { "points": 7 } }, "days": 30 } },
        "given_by": { "hotels": { "brands": { "only": ["b"] } } }, "from": "2015-07-03", "from_tier": "Gold",
        "member_cap": 2, "shelves": 4
    }"#;
    let terms: ItemTerms = serde_json::from_str(terms).unwrap();
    let item = ItemRow { withdrawn_by: Some(actor()), pieces: 3, ..ItemRow::of(&terms, actor()) };
    assert_eq!(item.terms().unwrap(), terms);
    check(
        &item,
        "010a3009034261670203000207001e0002020900020401023203455552000300010101620001d6830200010447\
        6f6c64010204120b0a014110031a02010220011a0b0a014110031a02010220012003",
    );
    let taken = StockTakenRow { reservation: vec![1], ends_at_seconds: 60 };
    check(&StockRow { gone: 3, taken: vec![taken] }, "01080312050a01011078");
    check(&TakenRow { reservations: vec![vec![1], vec![2]] }, "010a01010a0102");
    let certificate = CertificateRow {
        points: 7,
        top_up: 8,
        category: "4".to_owned(),
        last_day: 16_620,
        transferable: true,
        state: CertificateState::Held.into(),
        reservation: vec![1],
        origin: "o".to_owned(),
        by: actor(),
    };
    check(&certificate, "01080710081a013420d88302280130013a010142016f4a0b0a014110031a0201022001");
}

#[test]
fn accounts() {
    let account = AccountRow {
        opened: 16_587,
        holds: vec![HoldRow { reservation: vec![7; 16], lots: vec![lot()], ends_at_seconds: 60 }],
        debt: 4,
        tier: "Gold".to_owned(),
        tier_until: Some(17_256),
        counters: CountersRow {
            lifetime: tally(),
            years: vec![PeriodRow { number: 2015, tally: tally() }],
            months: vec![PeriodRow { number: 24_186, tally: tally() }],
            ..CountersRow::default()
        },
        last_activity: Some(16_620),
        last_business_date: 16_621,
        lines: 3,
        transfers: Some(TransferYearRow {
            year: 2015,
            sent: 1,
            received: 2,
            sent_count: 3,
            received_count: 4,
            ..TransferYearRow::default()
        }),
        member_since: 16_587,
        active_at_home: true,
        lots: LotsRow {
            kinds: vec![
                LotKindRow { issuer: "p".to_owned(), funder: "A".to_owned(), cost_class: 1 },
                LotKindRow { issuer: String::new(), funder: "B".to_owned(), cost_class: 2 },
            ],
            kind: vec![0, 1, 0],
            points: vec![300, 5, 1000],
            earned: vec![16_617, 0, 31],
            last_days: vec![17_000, 31],
        },
        ..AccountRow::default()
    };
    let body = "089683021a290a1007070707070707070707070707070707121308ac0210d0890218d283022201702a0141300118\
        7820042a04476f6c6430d08d023a2f0a0a0878100218092202000e120f08be1f120a0878100218092202000e1a10\
        08f4f902120a0878100218092202000e40d8830248da830250035a0b08be1f100118022003280460968302680172\
        2a0a080a017012014118010a05120142180212030001001a05ac0205e8072205d28302003e2a04d089023e";
    check(&account, &format!("04{body}"));
}

#[test]
fn stays() {
    let receipt = ReceiptRow {
        version: 2,
        digest: vec![1, 2],
        outcome: Outcome::Posted.into(),
        as_of: 16_619,
        programme: "p".to_owned(),
        programme_version: 1,
        base: 2400,
        bonus: 480,
        delta: -120,
        night_parts: 120,
        tier_before: "Silver".to_owned(),
        tier_after: "Gold".to_owned(),
        reasons: vec!["ROOM_LIMIT".to_owned()],
        ..ReceiptRow::default()
    };
    let posted = PostedRow {
        programme: "p".to_owned(),
        member: vec![3],
        tier: "Silver".to_owned(),
        lot: lot(),
        contributions: vec![ContributionRow { date: 16_619, tally: tally() }],
        earned_on: 16_619,
        extras: Vec::new(),
    };
    let stay = StayRow { hotel: "h".to_owned(), receipts: vec![receipt], posted: Some(posted), ..StayRow::default() };
    let body = "0a01681237080212020102180120d683022a0170300138e01240e00348ef0150f0015a0653696c\
        7665726204476f6c646a0a524f4f4d5f4c494d49541a390a01701201031a0653696c766572221308\
        ac0210d0890218d283022201702a014130012a1008d68302120a0878100218092202000e78d68302";
    check(&stay, &format!("02{body}"));
    let awaited = StayRow { hotel: "h".to_owned(), organisation: "A".to_owned(), ..StayRow::default() };
    check(&awaited, "020a0168220141");
    check(
        &SuspenseRow { version: 1, as_of: 16_619, reason: "MEMBER_UNKNOWN".to_owned() },
        "01080110d683021a0e4d454d4245525f554e4b4e4f574e",
    );
}

#[test]
fn lines_totals_requests_and_nonces() {
    let line = LineRow {
        date: 16_619,
        cause: Cause::Stay.into(),
        available: -5,
        reserved: 6,
        debt: 7,
        balance: 8,
        tx: vec![9],
        programme_version: 1,
        by: actor(),
        hotel: "h".to_owned(),
        stay: vec![10],
        stay_version: 2,
        reservation: vec![11],
        other_member: vec![12],
        tier: "Gold".to_owned(),
        activity: "enrolment".to_owned(),
        payment: "c1".to_owned(),
        partner: "air".to_owned(),
        units: 9,
        ..LineRow::default()
    };
    check(
        &line,
        "0108d6830210021809200c280e30083a010940014a0b0a014110031a02010220015201685a010a60\
        026a010b72010c7a04476f6c64820109656e726f6c6d656e748a01026331920103616972980109",
    );
    let totals =
        TotalsRow { sums: vec![SumRow { kind: 1, points: -5 }], hotel: "h".to_owned(), business_date: Some(16_619) };
    check(&totals, "010a040801100912016818d68302");
    check(&RequestRow { digest: vec![1], answer: b"{}".to_vec() }, "010a010112027b7d");
    check(&NonceRow {}, "01");
    check(&PaymentRow {}, "01");
}

#[test]
fn wallets_and_vouchers() {
    let lots = LotsRow {
        kinds: vec![LotKindRow { issuer: String::new(), funder: "A".to_owned(), cost_class: 1 }],
        kind: Vec::new(),
        points: vec![300],
        earned: vec![16_617],
        last_days: Vec::new(),
    };
    check(&WalletRow { lots, last_business_date: 16_621 }, "010a100a0512014118011a02ac022203d2830210da8302");
    check(&AllowanceRow { points: 300, operator: true }, "0108ac021001");
    let voucher = VoucherRow {
        owner: vec![1],
        approved: vec![2],
        kind: "free-night".to_owned(),
        uri: "u:1".to_owned(),
        valid_until: Some(17_000),
        minted: 16_617,
        by: Some(actor()),
    };
    check(&voucher, "010a01011201021a0a667265652d6e696768742203753a3128d0890230d283023a0b0a014110031a0201022001");
    check(&VoucherRow::default(), "01");
    let withdrawn = WithdrawnDayRow { day: 16_620, points: 9 };
    let account = AccountRow { withdrawn: Some(withdrawn), imported: true, ..AccountRow::default() };
    check(&account, "043a020a007200ca010608d883021009d00101");
    let line = LineRow {
        wallet: vec![13],
        treasury: vec![14],
        import: vec![15],
        reason: "GOODWILL".to_owned(),
        ..LineRow::default()
    };
    check(&line, "014a00ca01010dd201010eda01010fe20108474f4f4457494c4c");
}

#[test]
fn treasuries_imports_and_mirrors() {
    let head = TreasuryHeadRow {
        programme: "p".to_owned(),
        organisation: "A".to_owned(),
        hotel: "h".to_owned(),
        tills: 16,
        by: actor(),
        spread: 7,
    };
    check(&TreasuryRow { head: Some(head), points: 0 }, "010a1a0a01701201411a016820102a0b0a014110031a02010220013007");
    check(&TreasuryRow { head: None, points: -300 }, "0110d704");
    let totals = ImportTotalsRow { members: 2, lots: 3, points: 300, debt: 4, check: vec![5] };
    let import = ImportRow { digest: vec![1], totals, enrolled: 1, as_of: 16_617, batches: 6, by: actor() };
    check(&import, "010a0101120c0802100318ac0220042a0105180120d283022806320b0a014110031a0201022001");
    let mirror =
        MirrorRow { members: 9, matching: 5, unknown: 1, moved: 2, ledger: -300, legacy: 300, by: actor(), due: 3 };
    check(&mirror, "01080910051801200228d70430d8043a0b0a014110031a02010220014003");
}
