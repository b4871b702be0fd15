//! The hotel booking demand data set: 119,390 bookings of two Portuguese hotels.
//!
//! N. Antonio, A. de Almeida, L. Nunes, "Hotel booking demand datasets", Data in Brief 22 (2019) 41-49,
//! doi 10.1016/j.dib.2018.11.126, CC BY 4.0. It is read where it stands and not part of this project.
//!
//! A confirmation number is the number of its row **in the file given**, from 1, the header not counted. Keys are
//! therefore stable only for the full file and for its beginnings. A cut from the middle keeps them with one more
//! column, `row`, that carries each booking's number in the full file.

mod booking;
mod columns;
mod mapping;

pub use booking::{Booking, BookingStatus};
pub use mapping::{DATASET_CITATION, DATASET_NOTE, stay_version};

use std::io::BufRead;
use std::sync::Arc;

use crate::error::StaysError;
use crate::source::{DigestReader, FeedDigest};
use columns::Columns;

/// Rows that one file may have: all are held, because they are submitted by date.
pub const DATASET_ROWS_MAX: u64 = 4_000_000;

/// Unpacked bytes that one file may have.
pub const DATASET_BYTES_MAX: u64 = 1024 * 1024 * 1024;

/// Distinct values that a text column may have.
const TEXTS_MAX: usize = 10_000;

/// Reads bookings one by one, in the order of the file.
pub struct BookingReader<R> {
    csv: csv::Reader<DigestReader<R>>,
    columns: Columns,
    record: csv::ByteRecord,
    texts: Texts,
    rows: u64,
}

impl<R: BufRead> BookingReader<R> {
    /// Reads the header.
    pub fn new(input: R) -> Result<Self, StaysError> {
        let input = DigestReader::new(input, DATASET_BYTES_MAX);
        let mut csv = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(input);
        let columns = Columns::find(csv.byte_headers().map_err(csv_error)?)?;
        Ok(Self { csv, columns, record: csv::ByteRecord::new(), texts: Texts::default(), rows: 0 })
    }

    /// The next booking, or nothing at the end.
    pub fn next_booking(&mut self) -> Result<Option<Booking>, StaysError> {
        if !self.csv.read_byte_record(&mut self.record).map_err(csv_error)? {
            return Ok(None);
        }
        self.rows += 1;
        if self.rows > DATASET_ROWS_MAX {
            return Err(StaysError::TooMuch { what: "rows in the file", limit: DATASET_ROWS_MAX });
        }
        booking::read(&self.record, &self.columns, self.rows, &mut self.texts).map(Some)
    }

    /// The digest of the file, once [`Self::next_booking`] has come to its end.
    pub fn finish(self) -> FeedDigest {
        self.csv.into_inner().finish()
    }
}

/// All bookings of a file, in the order in which they are submitted.
#[derive(Clone, Debug)]
pub struct Dataset {
    bookings: Vec<Booking>,
    digest: FeedDigest,
}

impl Dataset {
    /// Reads a whole file and puts it in the order of (check-out or status date, row).
    pub fn read(input: impl BufRead) -> Result<Self, StaysError> {
        let mut reader = BookingReader::new(input)?;
        let mut bookings = Vec::new();
        while let Some(booking) = reader.next_booking()? {
            bookings.push(booking);
        }
        let digest = reader.finish();
        bookings.sort_unstable_by_key(|booking| (booking.status_date, booking.row));
        let mut rows: Vec<u64> = bookings.iter().map(|booking| booking.row).collect();
        rows.sort_unstable();
        match rows.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(pair) => Err(StaysError::RepeatedRow { row: pair[0] }),
            None => Ok(Self { bookings, digest }),
        }
    }

    /// The bookings, by (check-out or status date, row).
    pub fn bookings(&self) -> &[Booking] {
        &self.bookings
    }

    /// The digest of the file.
    pub const fn digest(&self) -> FeedDigest {
        self.digest
    }
}

/// Texts met so far: the columns repeat a few values over and over.
#[derive(Default)]
struct Texts(std::collections::BTreeSet<Arc<str>>);

impl Texts {
    fn share(&mut self, text: &str) -> Result<Arc<str>, StaysError> {
        if let Some(known) = self.0.get(text) {
            return Ok(Arc::clone(known));
        }
        if self.0.len() >= TEXTS_MAX {
            return Err(StaysError::TooMuch { what: "distinct texts in the file", limit: TEXTS_MAX as u64 });
        }
        let text: Arc<str> = text.into();
        self.0.insert(Arc::clone(&text));
        Ok(text)
    }
}

fn csv_error(error: csv::Error) -> StaysError {
    let line = error.position().map_or(0, csv::Position::line);
    match error.into_kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            StaysError::RowShape { line, expected: expected_len, got: len }
        }
        csv::ErrorKind::Io(source) => StaysError::Stream { line, source },
        other => StaysError::Stream { line, source: std::io::Error::other(format!("{other:?}")) },
    }
}
