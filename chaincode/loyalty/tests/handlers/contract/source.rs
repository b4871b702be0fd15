//! The codes of refusals as they stand in the source, with the messages that go with them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Every code, with its messages as the source has them.
pub(super) type Codes = BTreeMap<String, BTreeSet<String>>;

/// Modules that give no codes of refusals: the catalogue of reasons, which is another, and a ledger for tests.
const OTHERS: [&str; 2] = ["reason", "mock"];

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(String),
    Text(String),
    Mark(char),
}

use Token::{Mark, Text, Word};

/// Every code in the source of the chaincode and of its SDK.
pub(super) fn codes() -> Codes {
    let chaincode = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut codes = Codes::new();
    for root in ["loyalty/src/lib.rs", "sdk/src/lib.rs"] {
        of_module(chaincode, Path::new(root), &mut codes);
    }
    codes
}

/// Reads a file and the modules in it, but for those of tests.
fn of_module(chaincode: &Path, file: &Path, codes: &mut Codes) {
    let tokens = without_tests(tokens(&fs::read_to_string(chaincode.join(file)).unwrap()));
    of_tokens(&tokens, codes);
    let stem = file.file_stem().unwrap();
    let folder = file.parent().unwrap();
    let folder = if stem == "lib" || stem == "mod" { folder.to_owned() } else { folder.join(stem) };
    for window in tokens.windows(3) {
        let [Word(keyword), Word(name), Mark(';')] = window else { continue };
        if keyword != "mod" || OTHERS.contains(&name.as_str()) {
            continue;
        }
        let alone = folder.join(format!("{name}.rs"));
        let inner = if chaincode.join(&alone).exists() { alone } else { folder.join(name).join("mod.rs") };
        of_module(chaincode, &inner, codes);
    }
}

fn of_tokens(tokens: &[Token], codes: &mut Codes) {
    let mut variants = Vec::new();
    let messages = variant_messages(tokens);
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Word(word) if word == "Self" => variants.extend(path_of(tokens, at)),
            Mark('>') if at > 0 && tokens[at - 1] == Mark('=') => {
                if let Some(code) = tokens.get(at + 1).and_then(as_code) {
                    let given = codes.entry(code.to_owned()).or_default();
                    given.extend(variants.iter().filter_map(|variant| messages.get(variant)).cloned());
                }
                variants.clear();
            }
            Text(_) => {
                if let Some(code) = as_code(token) {
                    codes.entry(code.to_owned()).or_default();
                }
            }
            Word(word) if word == "new" => {
                let Some((code, message)) = given_code(tokens, at) else { continue };
                let given = codes.entry(code.to_owned()).or_default();
                given.extend(message_at(tokens, message));
            }
            _ => {}
        }
    }
}

/// The code that an error is made with, and where its message begins.
fn given_code(tokens: &[Token], new: usize) -> Option<(&str, usize)> {
    let of = new.checked_sub(3)?;
    if !matches!(&tokens[of], Word(word) if word == "Error" || word == "Self") {
        return None;
    }
    let (code, end) = match tokens.get(new + 2..)? {
        [Text(code), ..] => (code, new + 3),
        [Word(codes), Mark(':'), Mark(':'), Word(code), ..] if codes == "codes" => (code, new + 6),
        _ => return None,
    };
    (tokens.get(end) == Some(&Mark(','))).then_some((code, end + 1))
}

/// A message that is a text, a `format!` of one, or a name that was given to either above.
fn message_at(tokens: &[Token], at: usize) -> Option<String> {
    match tokens.get(at..)? {
        [Text(text), ..] => Some(text.clone()),
        [Word(format), Mark('!'), Mark('('), Text(text), ..] if format.starts_with("format") => Some(text.clone()),
        [Word(name), Mark(')' | ','), ..] => {
            let named = |window: &[Token]| window == [Word("let".to_owned()), Word(name.clone()), Mark('=')];
            let place = tokens[..at].windows(3).rposition(named)?;
            message_at(tokens, place + 3)
        }
        _ => None,
    }
}

/// The messages of an error's variants.
fn variant_messages(tokens: &[Token]) -> BTreeMap<String, String> {
    let mut messages = BTreeMap::new();
    for (at, window) in tokens.windows(5).enumerate() {
        let [Mark('#'), Mark('['), Word(error), Mark('('), Text(message)] = window else { continue };
        let end = tokens[at..].iter().position(|token| *token == Mark(']'));
        if let (true, Some(Word(variant))) = (error == "error", end.and_then(|end| tokens.get(at + end + 1))) {
            messages.insert(variant.clone(), message.clone());
        }
    }
    messages
}

fn path_of(tokens: &[Token], at: usize) -> Option<String> {
    match tokens.get(at + 1..at + 4)? {
        [Mark(':'), Mark(':'), Word(variant)] => Some(variant.clone()),
        _ => None,
    }
}

/// Two or more words in capitals are a code, and nothing else in the source.
fn as_code(token: &Token) -> Option<&str> {
    let Text(text) = token else { return None };
    let is_word =
        |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    (text.contains('_') && text.split('_').all(is_word)).then_some(text)
}

/// The tokens without the modules that are built for tests only.
fn without_tests(tokens: Vec<Token>) -> Vec<Token> {
    let attribute = ["#", "[", "cfg", "(", "test", ")", "]", "mod"];
    let is = |token: &Token, text: &str| match token {
        Word(word) => word == text,
        Mark(mark) => text.chars().eq([*mark]),
        Text(_) => false,
    };
    let mut kept = Vec::new();
    let mut rest = tokens.as_slice();
    while let Some(token) = rest.first() {
        let begins = rest.len() > attribute.len() && rest.iter().zip(attribute).all(|(token, text)| is(token, text));
        if begins {
            rest = after_module(&rest[attribute.len()..]);
        } else {
            kept.push(token.clone());
            rest = &rest[1..];
        }
    }
    kept
}

/// What comes after the module of which the name is first.
fn after_module(tokens: &[Token]) -> &[Token] {
    let mut open = 0;
    for (at, token) in tokens.iter().enumerate() {
        open += match token {
            Mark('{') => 1,
            Mark('}') => -1,
            _ => 0,
        };
        if open == 0 && matches!(token, Mark('}' | ';')) {
            return &tokens[at + 1..];
        }
    }
    &[]
}

/// The words, texts and marks of a source, without its comments.
fn tokens(source: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut rest = source.trim_start();
    while let Some(first) = rest.chars().next() {
        let end = match first {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '"' => {
                let end = end_of_text(rest);
                found.push(Text(unescaped(&rest[1..end - 1])));
                end
            }
            'r' if rest.starts_with("r#\"") => rest.find("\"#").unwrap() + 2,
            '\'' => {
                let quoted = rest[1..].char_indices().find(|(at, it)| *at > 0 && *it == '\'').map(|(at, _)| at + 2);
                let is_letter = rest.starts_with("'\\") || rest.chars().nth(2) == Some('\'');
                quoted.filter(|_| is_letter).unwrap_or(1)
            }
            letter if letter.is_alphanumeric() || letter == '_' => {
                let end = rest.find(|it: char| !it.is_alphanumeric() && it != '_').unwrap_or(rest.len());
                found.push(Word(rest[..end].to_owned()));
                end
            }
            mark => {
                found.push(Mark(mark));
                mark.len_utf8()
            }
        };
        rest = rest[end..].trim_start();
    }
    found
}

fn end_of_text(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// A text as it is meant: a line that ends in a backslash goes on with the next.
fn unescaped(text: &str) -> String {
    let mut parts = text.split("\\\n");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |whole, part| whole + part.trim_start()).replace("\\\"", "\"").replace("\\n", "\n")
}

#[test]
fn codes_are_found_with_their_messages() {
    let source = r#"
        // "IN_A_COMMENT"
        enum E { #[error("too few of {what}")] Few { what: u8 }, #[error(transparent)] Other(u8) }
        fn code(&self) { match self { Self::Few { .. } => "TOO_FEW", Self::Other(_) => "OF_OTHERS" } }
        fn a<'a>() { let message = format!("with {} \
            lines", 'x'); Err(Error::new("NAMED_ABOVE", message)) }
        fn b() { Error::new(codes::BAD_ARGUMENTS, "plain"); Error::new("NO_TEXT", error.to_string()) }
        #[cfg(test)] mod tests { fn c() { Error::new("IN_A_TEST", "no") } }
    "#;
    let mut found = Codes::new();
    of_tokens(&without_tests(tokens(source)), &mut found);
    let told: Vec<(&str, Vec<&str>)> =
        found.iter().map(|(code, given)| (code.as_str(), given.iter().map(String::as_str).collect())).collect();
    assert_eq!(
        told,
        [
            ("BAD_ARGUMENTS", vec!["plain"]),
            ("NAMED_ABOVE", vec!["with {} lines"]),
            ("NO_TEXT", vec![]),
            ("OF_OTHERS", vec![]),
            ("TOO_FEW", vec!["too few of {what}"]),
        ]
    );
}
