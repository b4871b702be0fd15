//! The columns of the data set that a stay is made of, found by name.

use csv::ByteRecord;

use crate::error::{StaysError, shown};

/// A column: its place in the file and its name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    index: usize,
    name: &'static str,
}

/// Where the columns stand that the mapping uses.
#[derive(Clone, Copy, Debug)]
pub(super) struct Columns {
    pub(super) hotel: Column,
    pub(super) lead_time: Column,
    pub(super) arrival_year: Column,
    pub(super) arrival_month: Column,
    pub(super) arrival_day: Column,
    pub(super) weekend_nights: Column,
    pub(super) week_nights: Column,
    pub(super) market_segment: Column,
    pub(super) distribution_channel: Column,
    pub(super) assigned_room_type: Column,
    pub(super) customer_type: Column,
    pub(super) adr: Column,
    pub(super) status: Column,
    pub(super) status_date: Column,
    /// Number in the full file; only cuts of it have this column.
    pub(super) row: Option<Column>,
}

impl Columns {
    pub(super) fn find(header: &ByteRecord) -> Result<Self, StaysError> {
        let optional = |name: &'static str| {
            header.iter().position(|cell| cell == name.as_bytes()).map(|index| Column { index, name })
        };
        let column = |name| optional(name).ok_or(StaysError::MissingColumn { column: name });
        Ok(Self {
            hotel: column("hotel")?,
            lead_time: column("lead_time")?,
            arrival_year: column("arrival_date_year")?,
            arrival_month: column("arrival_date_month")?,
            arrival_day: column("arrival_date_day_of_month")?,
            weekend_nights: column("stays_in_weekend_nights")?,
            week_nights: column("stays_in_week_nights")?,
            market_segment: column("market_segment")?,
            distribution_channel: column("distribution_channel")?,
            assigned_room_type: column("assigned_room_type")?,
            customer_type: column("customer_type")?,
            adr: column("adr")?,
            status: column("reservation_status")?,
            status_date: column("reservation_status_date")?,
            row: optional("row"),
        })
    }
}

/// A record with the line that it stands on, for errors.
pub(super) struct Cells<'a> {
    record: &'a ByteRecord,
    line: u64,
}

impl<'a> Cells<'a> {
    pub(super) fn new(record: &'a ByteRecord) -> Self {
        Self { record, line: record.position().map_or(0, csv::Position::line) }
    }

    /// The cell of a column, read by a function that knows what it must be.
    pub(super) fn read<T>(
        &self,
        column: Column,
        expected: &'static str,
        read: impl Fn(&'a str) -> Option<T>,
    ) -> Result<T, StaysError> {
        let cell = self.record.get(column.index).unwrap_or_default();
        std::str::from_utf8(cell).ok().and_then(read).ok_or_else(|| StaysError::Cell {
            line: self.line,
            column: column.name,
            value: shown(cell),
            expected,
        })
    }
}
