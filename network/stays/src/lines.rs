//! The form of a generated feed: one JSON object a line.
//!
//! The first line is the [`Header`], which says that the feed is synthetic and how to make it again; then a
//! [`FeedLine`] for every stay version that the PMS sends; then the [`End`], without which the feed is cut off.

use std::borrow::Cow;
use std::io::{self, BufRead, Read as _, Write};

use folio_loyalty::rules::stay::Stay;
use folio_loyalty::units::Date;
use serde::{Deserialize, Serialize};

use crate::error::{StaysError, shown};
use crate::members::Home;

/// Version of this form.
pub const FEED_FORMAT: u32 = 1;

/// Bytes of one line.
pub const LINE_BYTES_MAX: u64 = 256 * 1024;

/// What every generated feed begins with, whatever its format version.
pub(crate) const HEADER_START: &[u8] = b"{\"folio_feed\":";

/// What its last line begins with.
const END_START: &[u8] = b"{\"end\":";

/// The first line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// Format version.
    pub folio_feed: u32,
    /// Always true: no such feed holds a real guest or stay.
    pub synthetic: bool,
    /// Seed of the feed.
    pub seed: u64,
    /// Reservations made; there are more lines, because some are sent again or corrected.
    pub stays: u64,
    /// First business date.
    pub first_date: Date,
    /// Number of business dates.
    pub days: u32,
    /// Seed of the members.
    pub members_seed: u64,
    /// Count of the members.
    pub members_count: u32,
    /// Where the members are at home; nothing in feeds that were written before headers told, which are of
    /// [`HOMES_DEFAULT`](crate::HOMES_DEFAULT).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub homes: Vec<HeaderHome>,
    /// Where the distributions come from.
    pub figures: String,
}

/// A programme that enrols members, as a header names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeaderHome {
    /// The programme.
    pub programme: String,
    /// Its share of all members.
    pub members_per_mille: u64,
}

impl From<&Home> for HeaderHome {
    fn from(home: &Home) -> Self {
        Self { programme: home.programme.to_owned(), members_per_mille: home.members_per_mille }
    }
}

/// One message of a PMS.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeedLine<'a> {
    /// The hotel whose PMS sends it; the stay itself may name, by mistake, another.
    #[serde(borrow)]
    pub source: Cow<'a, str>,
    /// Business date: check-out, cancellation or failed arrival.
    pub as_of: Date,
    /// The stay version.
    #[serde(borrow)]
    pub stay: Stay<'a>,
}

/// The last line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct End {
    /// Number of [`FeedLine`]s.
    pub end: u64,
}

/// Writes one object as one line.
pub(crate) fn write_line(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")
}

/// Reads the lines of a feed one by one, in constant memory.
pub struct LineReader<R> {
    lines: RawLines<R>,
    header: Header,
    stays: u64,
    ended: bool,
}

impl<R: BufRead> LineReader<R> {
    /// Reads the header.
    pub fn new(input: R) -> Result<Self, StaysError> {
        let mut lines = RawLines { input, text: Vec::new(), line: 0 };
        lines.read()?;
        let header: Header = lines.parse().map_err(|error| foreign_header(&lines.text).unwrap_or(error))?;
        if header.folio_feed != FEED_FORMAT {
            return Err(StaysError::FormatVersion { expected: FEED_FORMAT, got: header.folio_feed });
        }
        Ok(Self { lines, header, stays: 0, ended: false })
    }

    /// The header.
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// The number of the line read last, from 1.
    pub const fn line(&self) -> u64 {
        self.lines.line
    }

    /// The input, as far as it was read.
    pub fn into_input(self) -> R {
        self.lines.input
    }

    /// The next stay line, or nothing after the last line, which must be there and agree.
    pub fn next_line(&mut self) -> Result<Option<FeedLine<'_>>, StaysError> {
        if self.advance()? { self.lines.parse().map(Some) } else { Ok(None) }
    }

    /// Passes over stay lines without looking into them; false when the feed ends first.
    pub fn skip_lines(&mut self, count: u64) -> Result<bool, StaysError> {
        for _ in 0..count {
            if !self.advance()? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    // Reads a line and says whether it is a stay line.
    fn advance(&mut self) -> Result<bool, StaysError> {
        if self.ended {
            return Ok(false);
        }
        self.lines.read()?;
        let text = &self.lines.text;
        if !text.is_empty() && !text.starts_with(END_START) {
            self.stays += 1;
            return Ok(true);
        }
        self.ended = true;
        let detail = match serde_json::from_slice::<End>(text) {
            Ok(End { end }) if end == self.stays => return self.nothing_follows().map(|()| false),
            Ok(End { end }) => format!("says {end}"),
            Err(_) if text.is_empty() => "is missing".to_owned(),
            Err(_) => format!("is {:?}", shown(text)),
        };
        Err(StaysError::CutOff { got: self.stays, detail })
    }
}

impl<R: BufRead> LineReader<R> {
    // To read on to the very end also lets gzip check its own sum.
    fn nothing_follows(&mut self) -> Result<(), StaysError> {
        self.lines.read()?;
        let (line, got) = (self.lines.line, &self.lines.text);
        if got.is_empty() {
            return Ok(());
        }
        Err(StaysError::Line { line, column: 1, reason: format!("{:?} after the last line", shown(got)) })
    }
}

/// Lines of bounded length, counted.
struct RawLines<R> {
    input: R,
    text: Vec<u8>,
    line: u64,
}

impl<R: BufRead> RawLines<R> {
    // The next line, without its end; empty at the end of the file.
    fn read(&mut self) -> Result<(), StaysError> {
        self.text.clear();
        let bounded = &mut (&mut self.input).take(LINE_BYTES_MAX);
        let count = bounded
            .read_until(b'\n', &mut self.text)
            .map_err(|source| StaysError::Stream { line: self.line, source })?;
        self.line += 1;
        if self.text.pop_if(|last| *last == b'\n').is_none() && count as u64 == LINE_BYTES_MAX {
            return Err(StaysError::TooMuch { what: "bytes in one line", limit: LINE_BYTES_MAX });
        }
        Ok(())
    }

    fn parse<'a, T: Deserialize<'a>>(&'a self) -> Result<T, StaysError> {
        serde_json::from_slice(&self.text).map_err(|error| StaysError::Line {
            line: self.line,
            column: error.column() as u64,
            reason: error.to_string(),
        })
    }
}

// A header of another format version has other fields: the version is then what is wrong with it.
fn foreign_header(text: &[u8]) -> Option<StaysError> {
    #[derive(Deserialize)]
    struct Versioned {
        folio_feed: u32,
    }
    let Versioned { folio_feed: got } = serde_json::from_slice(text).ok()?;
    (got != FEED_FORMAT).then_some(StaysError::FormatVersion { expected: FEED_FORMAT, got })
}
