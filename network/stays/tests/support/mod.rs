//! Where the data set stands, beside the project and not in it.

use std::path::{Path, PathBuf};

/// The data set, or nothing and a line that says so.
pub(crate) fn data_set() -> Option<PathBuf> {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/hotel_bookings.csv.gz"));
    if path.exists() {
        return Some(path.to_owned());
    }
    println!("skipped: ../shared/data/hotel_bookings.csv.gz is not beside the project");
    None
}
