//! Holds JSON values against JSON Schemas, as far as the schemas of functions go. A keyword that is not known here stops
//! the test: nothing is passed over in silence.

use std::collections::BTreeMap;
use std::fmt;

use regex::Regex;
use serde_json::{Map, Value};

/// A schema, ready to hold many values against.
pub struct Schema {
    root: Value,
    patterns: BTreeMap<String, Regex>,
}

/// Keywords that tell readers something and hold nothing.
const NOTES: [&str; 6] = ["$schema", "$defs", "title", "description", "default", "examples"];

impl Schema {
    pub fn new(root: Value) -> Self {
        let mut patterns = BTreeMap::new();
        compile(&root, &mut patterns);
        Self { root, patterns }
    }

    /// Where the value does not fit, and why.
    pub fn check(&self, value: &Value) -> Result<(), String> {
        self.fits(&self.root, value).map_err(|fault| fault.to_string())
    }

    fn fits<'a>(&'a self, schema: &'a Value, value: &'a Value) -> Result<(), Fault<'a>> {
        let Value::Object(keywords) = schema else {
            let any = schema.as_bool().expect("a schema is an object or a boolean");
            return if any { Ok(()) } else { Err(Fault::new("false", schema, value)) };
        };
        let mut checks = keywords.iter().filter(|(keyword, _)| !NOTES.contains(&keyword.as_str()));
        checks.try_for_each(|(keyword, rule)| self.keyword(keywords, keyword, rule, value))
    }

    fn keyword<'a>(
        &'a self,
        keywords: &'a Map<String, Value>,
        keyword: &'a str,
        rule: &'a Value,
        value: &'a Value,
    ) -> Result<(), Fault<'a>> {
        let holds = match keyword {
            "$ref" => return self.fits(self.definition(rule), value),
            "anyOf" => list(rule).iter().any(|schema| self.fits(schema, value).is_ok()),
            "oneOf" => list(rule).iter().filter(|schema| self.fits(schema, value).is_ok()).count() == 1,
            "allOf" => return list(rule).iter().try_for_each(|schema| self.fits(schema, value)),
            "type" => one_or_more(rule).iter().any(|name| is_a(value, text(name))),
            "const" => rule == value,
            "enum" => list(rule).contains(value),
            "format" => is_formatted(value, text(rule)),
            "pattern" => value.as_str().is_none_or(|it| self.patterns[text(rule)].is_match(it)),
            "minLength" => value.as_str().is_none_or(|it| it.chars().count() >= size(rule)),
            "maxLength" => value.as_str().is_none_or(|it| it.chars().count() <= size(rule)),
            "minimum" => number(value).is_none_or(|it| it >= number(rule).unwrap()),
            "maximum" => number(value).is_none_or(|it| it <= number(rule).unwrap()),
            "minItems" => value.as_array().is_none_or(|items| items.len() >= size(rule)),
            "maxItems" => value.as_array().is_none_or(|items| items.len() <= size(rule)),
            "items" => return self.items(keywords, rule, value),
            "prefixItems" => return self.prefix_items(rule, value),
            "required" => {
                value.as_object().is_none_or(|fields| list(rule).iter().all(|name| fields.contains_key(text(name))))
            }
            "properties" => return self.properties(rule, value),
            "additionalProperties" => return self.additional_properties(keywords, rule, value),
            unknown => panic!("this checker does not know the keyword {unknown}"),
        };
        if holds { Ok(()) } else { Err(Fault::new(keyword, rule, value)) }
    }

    fn definition(&self, reference: &Value) -> &Value {
        let pointer = text(reference).strip_prefix('#').expect("references stay within their file");
        self.root.pointer(pointer).unwrap_or_else(|| panic!("{reference} leads nowhere"))
    }

    fn items<'a>(
        &'a self,
        keywords: &'a Map<String, Value>,
        rule: &'a Value,
        value: &'a Value,
    ) -> Result<(), Fault<'a>> {
        let before = keywords.get("prefixItems").map_or(0, |prefix| list(prefix).len());
        let mut items = value.as_array().into_iter().flatten().enumerate().skip(before);
        items.try_for_each(|(at, item)| self.fits(rule, item).map_err(|fault| fault.within(&at.to_string())))
    }

    fn prefix_items<'a>(&'a self, rule: &'a Value, value: &'a Value) -> Result<(), Fault<'a>> {
        let mut items = value.as_array().into_iter().flatten().zip(list(rule)).enumerate();
        items
            .try_for_each(|(at, (item, schema))| self.fits(schema, item).map_err(|fault| fault.within(&at.to_string())))
    }

    fn properties<'a>(&'a self, rule: &'a Value, value: &'a Value) -> Result<(), Fault<'a>> {
        let Value::Object(fields) = value else { return Ok(()) };
        let known = rule.as_object().unwrap();
        let mut described = fields.iter().filter_map(|(name, field)| Some((name, field, known.get(name)?)));
        described.try_for_each(|(name, field, schema)| self.fits(schema, field).map_err(|fault| fault.within(name)))
    }

    fn additional_properties<'a>(
        &'a self,
        keywords: &'a Map<String, Value>,
        rule: &'a Value,
        value: &'a Value,
    ) -> Result<(), Fault<'a>> {
        let Value::Object(fields) = value else { return Ok(()) };
        let known = keywords.get("properties").and_then(Value::as_object);
        let mut others = fields.iter().filter(|(name, _)| known.is_none_or(|known| !known.contains_key(*name)));
        others.try_for_each(|(name, field)| self.fits(rule, field).map_err(|fault| fault.within(name)))
    }
}

/// Where a value does not fit. It is put into words only when somebody reads it: of a choice, most faults are forgotten.
struct Fault<'a> {
    place: String,
    keyword: &'a str,
    rule: &'a Value,
    value: &'a Value,
}

impl<'a> Fault<'a> {
    fn new(keyword: &'a str, rule: &'a Value, value: &'a Value) -> Self {
        Self { place: String::new(), keyword, rule, value }
    }

    fn within(self, name: &str) -> Self {
        Self { place: format!("/{name}{}", self.place), ..self }
    }
}

impl fmt::Display for Fault<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place, keyword, rule, value } = self;
        write!(formatter, "{place}: {value} breaks {keyword} {rule}")
    }
}

fn compile(schema: &Value, patterns: &mut BTreeMap<String, Regex>) {
    match schema {
        Value::Object(keywords) => {
            if let Some(Value::String(pattern)) = keywords.get("pattern") {
                patterns.entry(pattern.clone()).or_insert_with(|| Regex::new(pattern).unwrap());
            }
            keywords.values().for_each(|inner| compile(inner, patterns));
        }
        Value::Array(items) => items.iter().for_each(|inner| compile(inner, patterns)),
        _ => {}
    }
}

fn list(rule: &Value) -> &[Value] {
    rule.as_array().expect("the keyword has a list")
}

fn one_or_more(rule: &Value) -> &[Value] {
    rule.as_array().map_or(std::slice::from_ref(rule), Vec::as_slice)
}

fn text(value: &Value) -> &str {
    value.as_str().expect("the keyword has a text")
}

fn size(rule: &Value) -> usize {
    rule.as_u64().and_then(|size| usize::try_from(size).ok()).expect("the keyword has a size")
}

fn number(value: &Value) -> Option<i128> {
    value.as_i64().map(i128::from).or_else(|| value.as_u64().map(i128::from))
}

fn is_a(value: &Value, name: &str) -> bool {
    match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => number(value).is_some(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("there is no type {other}"),
    }
}

fn is_formatted(value: &Value, format: &str) -> bool {
    let within = |from: i128, to: i128| number(value).is_none_or(|it| (from..=to).contains(&it));
    match format {
        "date" => value.as_str().is_none_or(|day| day.parse::<folio_loyalty::units::Date>().is_ok()),
        "uint8" => within(0, u8::MAX.into()),
        "uint16" => within(0, u16::MAX.into()),
        "uint32" => within(0, u32::MAX.into()),
        "uint64" => within(0, u64::MAX.into()),
        "int16" => within(i16::MIN.into(), i16::MAX.into()),
        "int32" => within(i32::MIN.into(), i32::MAX.into()),
        "int64" => within(i64::MIN.into(), i64::MAX.into()),
        "int128" => true,
        other => panic!("this checker does not know the format {other}"),
    }
}

#[test]
fn a_value_fits_its_schema_or_is_told_where_it_does_not() {
    let schema = Schema::new(serde_json::json!({
        "type": "object", "additionalProperties": false, "required": ["id"],
        "properties": {
            "id": { "type": "string", "pattern": "^[0-9a-f]{4}$" },
            "day": { "anyOf": [{ "$ref": "#/$defs/Day" }, { "type": "null" }] },
            "list": { "type": "array", "items": { "type": "integer", "format": "uint8", "minimum": 1 } },
        },
        "$defs": { "Day": { "type": "string", "format": "date" } },
    }));
    for (value, fault) in [
        (serde_json::json!({ "id": "00ff", "day": "2016-02-29", "list": [1, 255] }), None),
        (serde_json::json!({ "id": "00ff", "day": null }), None),
        (serde_json::json!({ "day": null }), Some("")),
        (serde_json::json!({ "id": "00FF" }), Some("/id")),
        (serde_json::json!({ "id": "00ff", "day": "2015-02-29" }), Some("/day")),
        (serde_json::json!({ "id": "00ff", "list": [1, 0] }), Some("/list/1")),
        (serde_json::json!({ "id": "00ff", "list": [256] }), Some("/list/0")),
        (serde_json::json!({ "id": "00ff", "more": 1 }), Some("/more")),
        (serde_json::json!([]), Some("")),
    ] {
        let told = schema.check(&value).err();
        let place = told.as_deref().and_then(|told| told.split_once(':')).map(|(place, _)| place);
        assert_eq!(place, fault, "{value}: {told:?}");
    }
}
