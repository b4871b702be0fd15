//! The hotels that feeds speak of: those of the shipped topology.

/// A hotel with a PMS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hotel {
    /// Code on the ledger.
    pub code: &'static str,
    /// Name in the data set.
    pub data_set_name: &'static str,
}

/// The city hotel, of the first chain.
pub const CITY: Hotel = Hotel { code: "AUR-CITY", data_set_name: "City Hotel" };

/// The resort hotel, of the second chain.
pub const RESORT: Hotel = Hotel { code: "BOR-RESORT", data_set_name: "Resort Hotel" };

/// All hotels with a PMS.
pub const HOTELS: [Hotel; 2] = [CITY, RESORT];

/// Currency of their folios. The data set states none: EUR is assumed, both hotels being Portuguese.
pub const CURRENCY: &str = "EUR";
