//! What the SDK promises a chaincode author, over the mock ledger.

#![allow(clippy::unwrap_used, reason = "tests may stop where they stand")]

use folio_chaincode_sdk::{
    Conflict, Context, Cursor, Date, Error, HexId, MockLedger, Query, Record, Result, Router, Submit, Table, TableSpec,
    Text, codes, overlapping_prefixes,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

const MSP: &str = "AuroraMSP";

#[derive(Clone, PartialEq, prost::Message)]
struct Counter {
    #[prost(uint64, tag = "1")]
    count: u64,
}

impl Record for Counter {
    const SCHEMA: u8 = 2;

    /// Schema 1 was the count as decimal text.
    fn older(schema: u8, body: &[u8]) -> Option<std::result::Result<Self, prost::DecodeError>> {
        (schema == 1).then(|| Ok(Self { count: std::str::from_utf8(body).unwrap().parse().unwrap() }))
    }
}

type Name = Text<16>;

static COUNTERS_SPEC: TableSpec =
    TableSpec { prefix: 'c', name: "counter", components: &["name", "day"], scanned_by: &["list"] };
const COUNTERS: Table<(Name, Date), Counter> = Table::new(&COUNTERS_SPEC);

#[derive(Deserialize, JsonSchema)]
struct Add {
    name: Name,
    day: Date,
    by: u64,
}

#[derive(Deserialize, JsonSchema)]
struct List {
    name: Name,
    after: Option<Cursor>,
    limit: u32,
}

#[derive(Serialize, JsonSchema)]
struct Listed {
    counts: Vec<u64>,
    next: Option<Cursor>,
}

fn add(context: &mut Context<'_>, arguments: Add) -> Result<u64> {
    let key = (arguments.name, arguments.day);
    let mut counter = COUNTERS.get(context, &key)?.unwrap_or_default();
    counter.count = counter.count.checked_add(arguments.by).ok_or_else(|| Error::new("OVERFLOW", "too many"))?;
    COUNTERS.put(context, &key, &counter);
    context.emit("counter.added", &json!({ "by": arguments.by }))?;
    Ok(counter.count)
}

fn list(context: &Context<'_>, arguments: List) -> Result<Listed> {
    let page = COUNTERS.page(context, &(arguments.name,), arguments.after.as_ref(), arguments.limit)?;
    Ok(Listed { counts: page.rows.iter().map(|(_, row)| row.count).collect(), next: page.next })
}

static ROUTER: Router = Router::new(&[("add", &Submit(add)), ("list", &Query(list))]);
folio_chaincode_sdk::export!(ROUTER);

fn name(text: &str) -> Name {
    Text::new(text).unwrap()
}

fn day(day: u8) -> Date {
    Date::new(2015, 7, day).unwrap()
}

fn add_one(ledger: &mut MockLedger, name: &str, day: u8) {
    let call = ledger.submit(&ROUTER, "add", &json!({ "name": name, "day": self::day(day), "by": 1 }));
    assert_eq!(call.refusal(), None);
}

#[test]
fn a_handler_reads_its_own_writes_by_key_and_never_in_a_range() {
    let mut ledger = MockLedger::new(MSP);
    add_one(&mut ledger, "a", 1);
    let call = ledger.run(|context| {
        COUNTERS.put(context, &(name("a"), day(1)), &Counter { count: 9 });
        COUNTERS.put(context, &(name("a"), day(2)), &Counter { count: 8 });
        assert_eq!(COUNTERS.get(context, &(name("a"), day(1)))?, Some(Counter { count: 9 }));
        assert!(COUNTERS.contains(context, &(name("a"), day(2))));
        let page = COUNTERS.page(context, &(name("a"),), None, 10)?;
        assert_eq!(page.rows, [((name("a"), day(1)), Counter { count: 1 })]);
        COUNTERS.delete(context, &(name("a"), day(1)));
        assert!(!COUNTERS.contains(context, &(name("a"), day(1))));
        Ok(())
    });
    assert_eq!(call.result, Ok(()));
    assert_eq!(call.writes["ca,2015-07-01"], None);
    // Reads that the overlay answered are no reads of the ledger.
    assert!(call.reads.is_empty());
}

#[test]
fn a_refused_call_writes_nothing() {
    let mut ledger = MockLedger::new(MSP);
    let call = ledger.update(|context| {
        context.put("k".to_owned(), vec![1]);
        context.private_put("_implicit_org_AuroraMSP", "k", vec![1]);
        context.emit("changed", &1)?;
        Err::<(), _>(Error::new("NO", "not today"))
    });
    assert_eq!(call.result.clone().unwrap_err().to_string(), "NO: not today");
    assert!(!call.writes_anything());
    assert_eq!(call.event, None);
    assert_eq!(ledger.state().count(), 0);
}

#[test]
fn pages_follow_one_another_by_cursor() {
    let mut ledger = MockLedger::new(MSP);
    for (n, other) in [(1, "a-b"), (2, "b"), (3, "a."), (4, "A"), (5, "aa")] {
        add_one(&mut ledger, "a", n);
        add_one(&mut ledger, other, n);
    }
    let mut after: Option<String> = None;
    let mut counts = Vec::new();
    for _ in 0..3 {
        let call = ledger.simulate(&ROUTER, "list", &json!({ "name": "a", "after": after, "limit": 2 }));
        let page: serde_json::Value = call.json().unwrap();
        counts.push(page["counts"].as_array().unwrap().len());
        after = page["next"].as_str().map(str::to_owned);
    }
    assert_eq!(counts, [2, 2, 1]);
    assert_eq!(after, None);
}

#[test]
fn a_cursor_of_another_range_is_refused() {
    let mut ledger = MockLedger::new(MSP);
    for cursor in ["", "c", "cb,2015-07-01", "ca,2015-07-0", "ca,2015-07-01x", "x", "ca,~"] {
        let call = ledger.simulate(&ROUTER, "list", &json!({ "name": "a", "after": cursor, "limit": 2 }));
        assert_eq!(call.refusal(), Some(codes::BAD_CURSOR), "{cursor}");
    }
}

#[test]
fn keys_sort_as_their_components_do() {
    let mut sorted = vec![];
    for text in ["A", "a", "a-", "a-b", "a.", "a0", "aZ", "a_", "aa", "b"] {
        for day in [1, 2, 30] {
            sorted.push((name(text), self::day(day)));
        }
    }
    assert!(sorted.is_sorted());
    let keys: Vec<String> = sorted.iter().map(|key| COUNTERS.key(key)).collect();
    assert!(keys.is_sorted());
}

#[test]
fn rows_between_two_days_are_a_range() {
    let mut ledger = MockLedger::new(MSP);
    static SPEC: TableSpec = TableSpec { prefix: 'd', name: "day", components: &["day", "number"], scanned_by: &[] };
    const DAYS: Table<(Date, u64), Counter> = Table::new(&SPEC);
    ledger.update(|context| {
        for (n, number) in [(1, 255), (2, 256), (2, 70_000), (3, 1)] {
            DAYS.put(context, &(day(n), number), &Counter { count: number });
        }
        Ok(())
    });
    let page = ledger.run(|context| DAYS.page_between(context, &(day(2),), &(day(3),), None, 9)).result.unwrap();
    assert_eq!(page.rows.iter().map(|(_, row)| row.count).collect::<Vec<_>>(), [256, 70_000]);
    let all = ledger.run(|context| DAYS.page(context, &(), None, 9)).result.unwrap();
    assert_eq!(all.rows.len(), 4);
}

#[test]
fn older_schemas_are_read_and_the_latest_written() {
    let mut ledger = MockLedger::new(MSP);
    let key = (name("a"), day(1));
    for (state, expected) in
        [(&b"\x0142"[..], Ok(42)), (b"\x02\x08\x07", Ok(7)), (b"\x03", Err(codes::STATE_UNREADABLE))]
    {
        ledger.update(|context| {
            context.put(COUNTERS.key(&key), state.to_vec());
            Ok(())
        });
        let read = ledger.run(|context| COUNTERS.get(context, &key)).result;
        assert_eq!(read.map(|row| row.unwrap().count).map_err(|error| error.code), expected);
    }
    assert_eq!(Counter { count: 7 }.to_state(), b"\x02\x08\x07");
}

#[test]
fn arguments_are_one_json_object_whose_fields_are_all_known() {
    let good = r#" {"name":"a","day":"2015-07-01","by":1} "#;
    let large = format!(r#"{{"name":"a","day":"2015-07-01","by":{}1}}"#, " ".repeat(64 * 1024));
    let deep = format!(r#"{{"name":"a","day":"2015-07-01","by":1,"deep":{}{}}}"#, "[".repeat(24), "]".repeat(24));
    let cases = [
        (vec!["add", &deep], Some(codes::BAD_ARGUMENTS)),
        (vec!["add", good], None),
        (vec!["contract:add", good], None),
        (vec!["add"], Some(codes::BAD_ARGUMENTS)),
        (vec![], Some(codes::BAD_ARGUMENTS)),
        (vec!["add", good, good], Some(codes::BAD_ARGUMENTS)),
        (vec!["add", r#"["a","2015-07-01",1]"#], Some(codes::BAD_ARGUMENTS)),
        (vec!["add", r#"{"name":"a","day":"2015-07-01","by":1}{}"#], Some(codes::BAD_ARGUMENTS)),
        (vec!["add", r#"{"name":"a","day":"2015-07-01","by":1,"to":2}"#], Some(codes::BAD_ARGUMENTS)),
        (vec!["add", r#"{"name":"a","day":"2015-07-01","by":1,"by":2}"#], Some(codes::BAD_ARGUMENTS)),
        (vec!["add", r#"{"name":"a b","day":"2015-07-01","by":1}"#], Some(codes::BAD_ARGUMENTS)),
        (vec!["add", r#"{"name":"a","day":"2015-02-30","by":1}"#], Some(codes::BAD_ARGUMENTS)),
        (vec!["add", &large], Some(codes::BAD_ARGUMENTS)),
        (vec!["subtract", good], Some(codes::UNKNOWN_FUNCTION)),
        (vec!["add:", good], Some(codes::UNKNOWN_FUNCTION)),
    ];
    for (args, refusal) in cases {
        let bytes = args.iter().map(|arg| arg.as_bytes().to_vec()).collect();
        let call = MockLedger::new(MSP).simulate_args(&ROUTER, bytes);
        assert_eq!(call.refusal(), refusal, "{:.80?}", args);
    }
}

#[test]
fn of_two_calls_on_one_key_the_second_conflicts() {
    let mut ledger = MockLedger::new(MSP);
    let arguments = json!({ "name": "a", "day": "2015-07-01", "by": 1 });
    let first = ledger.simulate(&ROUTER, "add", &arguments);
    let second = ledger.simulate(&ROUTER, "add", &arguments);
    let scan = ledger.simulate(&ROUTER, "list", &json!({ "name": "a", "limit": 1 }));
    ledger.commit(&first).unwrap();
    assert_eq!(ledger.commit(&second), Err(Conflict::Read { key: "ca,2015-07-01".to_owned() }));
    assert_eq!(ledger.commit(&scan), Err(Conflict::Phantom { start: "ca,".to_owned() }));
    assert_eq!(first.written_keys(), first.read_keys());
    assert_eq!(first.event, Some(("counter.added".to_owned(), br#"{"by":1}"#.to_vec())));
}

#[test]
fn private_values_are_read_at_home_and_hashed_everywhere() {
    let mut ledger = MockLedger::new(MSP);
    let collection = "_implicit_org_AuroraMSP";
    ledger.update(|context| {
        context.private_put(collection, "k", b"secret".to_vec());
        assert_eq!(context.private_get(collection, "k"), Some(b"secret".to_vec()));
        assert_eq!(context.private_hash(collection, "k"), Some(context.sha256(&[b"sec", b"ret"]).to_vec()));
        Ok(())
    });
    let read = |ledger: &mut MockLedger| ledger.run(|context| Ok(context.private_get(collection, "k")));
    assert_eq!(read(&mut ledger).result, Ok(Some(b"secret".to_vec())));
    ledger.set_peer("BoreaMSP");
    assert_eq!(read(&mut ledger).refusal(), Some(codes::MISUSE));
    let hash = ledger.run(|context| Ok(context.private_hash(collection, "k"))).result;
    assert!(hash.unwrap().is_some());
}

#[test]
fn misuse_ends_a_call_whatever_the_handler_returns() {
    type Body = fn(&mut Context<'_>);
    let cases: [(&str, Body); 5] = [
        ("empty key", |context| drop(context.get(""))),
        ("empty value", |context| context.put("k".to_owned(), vec![])),
        ("open range", |context| drop(context.scan("a", "", 1))),
        ("undeclared collection", |context| context.private_put("shared", "k", vec![1])),
        ("history and writes", |context| {
            context.changes("k", None, 1);
            context.put("k".to_owned(), vec![1]);
        }),
    ];
    for (what, body) in cases {
        let call = MockLedger::new(MSP).run(|context| {
            body(context);
            Ok(())
        });
        assert_eq!(call.refusal(), Some(codes::MISUSE), "{what}");
    }
}

#[test]
fn history_comes_newest_first() {
    let mut ledger = MockLedger::new(MSP);
    for _ in 0..3 {
        add_one(&mut ledger, "a", 1);
    }
    let changes = ledger.run(|context| {
        let newest = context.changes("ca,2015-07-01", None, 2);
        let rest = context.changes("ca,2015-07-01", newest.last().map(|change| change.position), 2);
        Ok([newest, rest].concat())
    });
    let blocks: Vec<u64> = changes.result.unwrap().iter().map(|change| change.position.block).collect();
    assert_eq!(blocks, [3, 2, 1]);
}

#[test]
fn hmac_agrees_with_the_published_vectors() {
    // RFC 4231, cases 1, 2 and 6.
    let cases: [(&[u8], &[u8], &str); 3] = [
        (&[0x0b; 20], b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
        (b"Jefe", b"what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
        (
            &[0xaa; 131],
            b"Test Using Larger Than Block-Size Key - Hash Key First",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
        ),
    ];
    for (key, message, expected) in cases {
        let mac = MockLedger::new(MSP).run(|context| Ok(context.hmac_sha256(key, message))).result.unwrap();
        assert_eq!(HexId::new(mac).to_string(), expected);
    }
}

#[test]
fn ids_and_text_have_one_form() {
    assert_eq!(HexId::<2>::parse("0aff").unwrap().bytes(), &[0x0a, 0xff]);
    for bad in ["", "0af", "0aff0", "0AFF", "0agf"] {
        assert_eq!(HexId::<2>::parse(bad), None, "{bad}");
    }
    assert_eq!(HexId::<2>::from_start_of(&[1, 2, 3]), HexId::parse("0102"));
    assert_eq!(HexId::<2>::from_start_of(&[1]), None);
    for bad in ["", "a b", "a,b", "a~b", "é", "\"", "seventeen-letters"] {
        assert_eq!(Text::<16>::new(bad), None, "{bad}");
    }
}

#[test]
fn two_tables_with_one_prefix_are_found() {
    let other = TableSpec { prefix: 'c', name: "other", components: &[], scanned_by: &[] };
    assert_eq!(overlapping_prefixes(&[&COUNTERS_SPEC, &other]), ['c']);
    assert!(overlapping_prefixes(&[&COUNTERS_SPEC]).is_empty());
}
