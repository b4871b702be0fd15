//! A PMS feed: read, mapped to stay versions, made up where there is none, and counted when it has been submitted.
//!
//! Everything here is pure or a file: it neither knows the network nor reads a clock. Reading a feed again gives the
//! same stay versions of the same members in the same order, whatever the machine. The form of a stay version is that
//! of the chaincode, [`folio_loyalty::rules::stay`].

#![forbid(unsafe_code)]

mod dataset;
mod dates;
mod error;
mod feed;
mod hotels;
mod lines;
mod members;
mod outcome;
mod progress;
mod report;
mod source;
mod synthetic;

pub use dataset::{
    Booking, BookingReader, BookingStatus, DATASET_BYTES_MAX, DATASET_CITATION, DATASET_NOTE, DATASET_ROWS_MAX,
    Dataset, stay_version,
};
pub use error::StaysError;
pub use feed::{FEED_BYTES_MAX, Feed, FeedRow};
pub use hotels::{CITY, CURRENCY, HOTELS, Hotel, RESORT};
pub use lines::{End, FEED_FORMAT, FeedLine, Header, HeaderHome, LINE_BYTES_MAX, LineReader};
pub use members::{
    CLASSES, Class, HILTON_HONORS, HOMES_DEFAULT, Home, MEMBERS_COUNT_DEFAULT, MEMBERS_COUNT_MAX, MEMBERS_SEED_DEFAULT,
    Member, Members, TEXTBOOK,
};
pub use outcome::{
    Answer, DISTINCT_MAX, OTHER, Outcome, Receipt, ReceiptOutcome, ReceiptPoints, RowResult, TierChange,
};
pub use progress::{AHEAD_ROWS_MAX, Checkpoint, Journal, Progress};
pub use report::Report;
pub use source::FeedDigest;
pub use synthetic::{
    DAYS_DEFAULT, DAYS_MAX, FIRST_DATE_DEFAULT, INCIDENTS_PER_MILLE, Incident, SEED_DEFAULT, STAYS_DEFAULT, STAYS_MAX,
    Synthetic, UNKNOWN_CURRENCY, UNKNOWN_HOTEL, UNKNOWN_MEMBER, Written,
};
