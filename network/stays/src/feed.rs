//! One feed to submit, whichever form it has: the data set's CSV or a generated feed, plain or gzip.

use std::io::{self, BufRead, Read as _};
use std::path::Path;

use folio_loyalty::rules::stay::{Stay, StayError};
use folio_loyalty::units::{Currency, Date};

use crate::dataset::{DATASET_CITATION, DATASET_NOTE, Dataset, stay_version};
use crate::error::{StaysError, shown};
use crate::hotels::CURRENCY;
use crate::lines::{FeedLine, HEADER_START, Header, HeaderHome, LINE_BYTES_MAX, LineReader};
use crate::members::{HOMES_DEFAULT, Home, Members};
use crate::source::{self, DigestReader, FeedDigest};

/// Unpacked bytes that a generated feed may have.
pub const FEED_BYTES_MAX: u64 = 1 << 40;

/// A column by which the header of the data set's CSV is known.
const CSV_COLUMN: &[u8] = b"reservation_status_date";

/// One stay version to submit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedRow {
    /// Place in the order of submission, from 0.
    pub position: u64,
    /// The hotel whose PMS sends it.
    pub source: String,
    /// Business date: check-out, cancellation or failed arrival.
    pub business_date: Date,
    /// The member whose stay it is. Rows of one member are submitted one after the other.
    pub member: String,
    /// Its place among the [`Feed::members`], to enrol it when it is first met; none for a member that is not of them.
    pub member_index: Option<u32>,
    /// Nights of all rooms; none for a stay that did not happen.
    pub check_out_nights: Option<u64>,
    /// The canonical JSON of the stay version: what is submitted, and what its digest is made of.
    pub stay: String,
}

impl FeedRow {
    fn new(position: u64, line: &FeedLine<'_>, members: &Members) -> Result<Self, serde_json::Error> {
        let nights = || line.stay.rooms.iter().map(|room| room.nights.len() as u64).sum();
        let index = members.index_of_stay(&line.source, &line.stay.confirmation);
        Ok(Self {
            position,
            source: line.source.to_string(),
            business_date: line.as_of,
            member: line.stay.member.to_string(),
            member_index: (members.member(index).id == line.stay.member).then_some(index),
            check_out_nights: line.stay.took_place().then(nights),
            stay: serde_json::to_string(&line.stay)?,
        })
    }

    /// The stay version, read as the ledger reads it.
    pub fn parse(&self) -> Result<Stay<'_>, StayError> {
        Stay::parse(self.stay.as_bytes())
    }
}

/// A feed, read in the order of submission. Rows of one member are to be submitted one after the other in this order:
/// tiers, and so points, depend on it.
pub struct Feed {
    digest: FeedDigest,
    members: Members,
    rows: u64,
    position: u64,
    kind: Kind,
}

enum Kind {
    Dataset(Dataset, Currency),
    Generated(Box<LineReader<Box<dyn BufRead + Send>>>),
}

impl Feed {
    /// Opens a file and finds out its form. The data set gets the members given; a generated feed names its own, and
    /// where they are at home: in the default programmes, or where those given are.
    pub fn open(path: &Path, members_of_dataset: Members) -> Result<Self, StaysError> {
        let mut input = source::open(path)?;
        let mut header = Vec::new();
        (&mut input)
            .take(LINE_BYTES_MAX)
            .read_until(b'\n', &mut header)
            .map_err(|source| StaysError::Stream { line: 0, source })?;
        if header.starts_with(HEADER_START) {
            return Self::generated(path, members_of_dataset.homes());
        }
        if !header.windows(CSV_COLUMN.len()).any(|window| window == CSV_COLUMN) {
            return Err(StaysError::UnknownFormat { got: shown(header.trim_ascii_end()) });
        }
        let dataset = Dataset::read(io::Cursor::new(header).chain(input))?;
        Ok(Self {
            digest: dataset.digest(),
            members: members_of_dataset,
            rows: dataset.bookings().len() as u64,
            position: 0,
            kind: Kind::Dataset(dataset, CURRENCY.parse()?),
        })
    }

    // The file is read once more before its stays are: for the digest, and to refuse one that is cut off before the
    // first of its stays is submitted.
    fn generated(path: &Path, homes: &'static [Home]) -> Result<Self, StaysError> {
        let mut counted = LineReader::new(io::BufReader::new(DigestReader::new(source::open(path)?, FEED_BYTES_MAX)))?;
        let mut rows = 0;
        while counted.skip_lines(1)? {
            rows += 1;
        }
        let header = counted.header();
        let homes = homes_of(header, homes)?;
        let members = Members::new(header.members_seed, header.members_count)?.at_home_in(homes);
        Ok(Self {
            digest: counted.into_input().into_inner().finish(),
            members,
            rows,
            position: 0,
            kind: Kind::Generated(Box::new(LineReader::new(source::open(path)?)?)),
        })
    }

    /// Number of rows.
    pub const fn rows(&self) -> u64 {
        self.rows
    }

    /// The members whose stays these are.
    pub const fn members(&self) -> Members {
        self.members
    }

    /// What the feed is, in sentences to be shown with every figure made from it.
    pub fn notices(&self) -> Vec<String> {
        let members = format!("{} synthetic members of seed {}", self.members.count(), self.members.seed());
        match &self.kind {
            Kind::Dataset(..) => vec![
                format!("hotel booking demand data set, {} rows; {DATASET_CITATION}", self.rows),
                format!("{DATASET_NOTE}; {members}"),
            ],
            Kind::Generated(lines) => vec![
                format!("synthetic feed of seed {}, {} rows; {members}", lines.header().seed, self.rows),
                lines.header().figures.clone(),
            ],
        }
    }

    /// What a journal of this feed is named by: equal for the same stays of the same members, and only for these.
    pub fn digest(&self) -> FeedDigest {
        let (seed, count) = (self.members.seed().to_be_bytes(), self.members.count().to_be_bytes());
        let homes: String = self
            .members
            .homes()
            .iter()
            .map(|home| format!("{} {}\n", home.programme, home.members_per_mille))
            .collect();
        source::sha256(&[b"folio-feed-v2", &self.digest, &seed, &count, homes.as_bytes()])
    }

    /// Goes on at a position, to resume; past the end, nothing follows.
    pub fn resume_at(&mut self, position: u64) -> Result<(), StaysError> {
        if let Kind::Generated(lines) = &mut self.kind {
            lines.skip_lines(position.saturating_sub(self.position))?;
        }
        self.position = self.position.max(position);
        Ok(())
    }

    fn next_row(&mut self) -> Result<Option<FeedRow>, StaysError> {
        let position = self.position;
        let row = match &mut self.kind {
            Kind::Dataset(dataset, currency) => dataset.bookings().get(position as usize).map(|booking| FeedLine {
                source: booking.hotel.code.into(),
                as_of: booking.status_date,
                stay: stay_version(booking, &self.members, *currency),
            }),
            Kind::Generated(lines) => lines.next_line()?,
        };
        let row = row.map(|line| FeedRow::new(position, &line, &self.members)).transpose().map_err(StaysError::Json)?;
        self.position += u64::from(row.is_some());
        Ok(row)
    }
}

/// Where the members of a generated feed are at home. Other programmes than its stays name would enrol them for nothing.
fn homes_of(header: &Header, given: &'static [Home]) -> Result<&'static [Home], StaysError> {
    if header.homes.is_empty() {
        return Ok(HOMES_DEFAULT);
    }
    let is_of_header = |homes: &&'static [Home]| homes.iter().map(HeaderHome::from).eq(header.homes.iter().cloned());
    [given, HOMES_DEFAULT].into_iter().find(is_of_header).ok_or_else(|| StaysError::Homes {
        got: header.homes.iter().map(|home| format!("{} {}", home.programme, home.members_per_mille)).collect(),
    })
}

impl Iterator for Feed {
    type Item = Result<FeedRow, StaysError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_row().transpose()
    }
}
