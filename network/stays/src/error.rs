//! What can be wrong with a feed, a seed or a journal.

use std::io;
use std::path::PathBuf;

use folio_loyalty::units::{CurrencyError, DateError};

use crate::dates::{YEAR_MAX, YEAR_MIN};

/// Characters of a bad value that an error shows.
const VALUE_SHOWN_CHARS_MAX: usize = 60;

/// Why a feed cannot be read, written or resumed.
#[derive(Debug, thiserror::Error)]
pub enum StaysError {
    /// The file system refused.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the file system said.
        source: io::Error,
    },
    /// Reading or writing broke off, or the gzip stream is damaged.
    #[error("the feed breaks off after line {line}: {source}")]
    Stream {
        /// The last whole line.
        line: u64,
        /// What went wrong.
        source: io::Error,
    },
    /// A file that is neither the data set's CSV nor a generated feed.
    #[error("not a feed: the first line is {got:?}, not the data set's header nor that of a generated feed")]
    UnknownFormat {
        /// The first line, shortened.
        got: String,
    },
    /// A generated feed of another version.
    #[error("the feed has format {got}, this program reads {expected}")]
    FormatVersion {
        /// The version understood.
        expected: u32,
        /// The version found.
        got: u32,
    },
    /// A generated feed whose members are at home in programmes that are not expected here.
    #[error("the feed's members are at home in {}, in thousandths, which is not known here: generate it anew", got.join(", "))]
    Homes {
        /// Programmes, each with its share in thousandths.
        got: Vec<String>,
    },
    /// The CSV header misses a column.
    #[error("the header has no column {column:?}")]
    MissingColumn {
        /// The column's name.
        column: &'static str,
    },
    /// A row with more or fewer cells than the header.
    #[error("line {line}: {got} cells, the header has {expected}")]
    RowShape {
        /// Line of the file.
        line: u64,
        /// Cells of the header.
        expected: u64,
        /// Cells found.
        got: u64,
    },
    /// A cell that does not hold what its column must.
    #[error("line {line}, column {column}: {value:?} is not {expected}")]
    Cell {
        /// Line of the file.
        line: u64,
        /// The column's name.
        column: &'static str,
        /// The value, shortened.
        value: String,
        /// What would be right.
        expected: &'static str,
    },
    /// Two rows that claim the same row number.
    #[error("row number {row} stands twice in the file: confirmation numbers would not be unique")]
    RepeatedRow {
        /// The number.
        row: u64,
    },
    /// A line of a generated feed that is no stay of this format.
    #[error("line {line}, column {column}: {reason}")]
    Line {
        /// Line of the file.
        line: u64,
        /// Character of the line.
        column: u64,
        /// Why.
        reason: String,
    },
    /// A generated feed without its last line, or with another number of lines than that says.
    #[error("the feed is cut off: {got} stay lines, its last line should say so and {detail}")]
    CutOff {
        /// Stay lines found.
        got: u64,
        /// What the last line is or says.
        detail: String,
    },
    /// A journal that another process writes.
    #[error("{}: another process is submitting this feed; wait for it, or stop it first", path.display())]
    JournalBusy {
        /// The journal.
        path: PathBuf,
    },
    /// A currency of this crate that is none.
    #[error(transparent)]
    Currency(#[from] CurrencyError),
    /// A stay that cannot be written as JSON.
    #[error("a stay cannot be written: {0}")]
    Json(serde_json::Error),
    /// A date outside of the years of feeds.
    #[error("a feed has dates from {YEAR_MIN} to {YEAR_MAX}: {0}")]
    Date(#[from] DateError),
    /// A limit of this program.
    #[error("{what}: more than {limit}")]
    TooMuch {
        /// What there is too much of.
        what: &'static str,
        /// The limit.
        limit: u64,
    },
    /// A setting outside of its range.
    #[error("{name} is {got}, it must be from {min} to {max}")]
    Setting {
        /// The setting.
        name: &'static str,
        /// The smallest value.
        min: u64,
        /// The largest value.
        max: u64,
        /// The value given.
        got: u64,
    },
}

/// A value as an error may show it: never longer than a line of a terminal.
pub(crate) fn shown(value: &[u8]) -> String {
    let text = String::from_utf8_lossy(value);
    let mut short: String = text.chars().take(VALUE_SHOWN_CHARS_MAX).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
