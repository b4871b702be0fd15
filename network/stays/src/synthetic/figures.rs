//! Figures of the hotel booking demand data set, that a generated feed is drawn from.
//!
//! Counted once in the 119,390 bookings of N. Antonio, A. de Almeida, L. Nunes, "Hotel booking demand datasets", Data
//! in Brief 22 (2019) 41-49, doi 10.1016/j.dib.2018.11.126, CC BY 4.0. They are counts and means of the whole, no
//! booking stands here; a test counts them again where the data set is at hand. The data set has no revenue beyond the
//! room: what else a guest pays is made up, in `revenue`.

use crate::hotels::{CITY, Hotel, RESORT};

/// Values with their weights: how often each was counted.
pub(super) type Weighted<T> = &'static [(T, u32)];

/// A distribution by points of it: (thousandth of the cases, value there), straight lines between them.
pub(super) type Quantiles = &'static [(u32, u32)];

/// What was counted at one hotel.
#[derive(Debug)]
pub(super) struct HotelFigures {
    pub(super) hotel: Hotel,
    /// Bookings of any status.
    pub(super) bookings: u32,
    /// Check-outs a day by month, in hundredths, from August 2015 to July 2017: two whole years.
    pub(super) check_outs_per_day: [u32; 12],
    /// Check-outs by day of the week from Monday, in thousandths, over the same two years.
    pub(super) check_outs_per_mille: [u32; 7],
    /// Nights of a stay by day of the week of its check-out, in ten-thousandths: 0 to 14 nights, then 15 or more.
    pub(super) nights: [[u32; 16]; 7],
    /// Mean rate of check-outs by month of arrival, in cents.
    pub(super) rate_cents: [u32; 12],
    /// Thousandths of the mean rate of month and segment; without complimentary stays.
    pub(super) rate_spread: Quantiles,
    /// Days from booking to arrival.
    pub(super) lead_days: Quantiles,
    /// Room types of check-outs.
    pub(super) room_types: Weighted<&'static str>,
    /// Guests of check-outs: one, two, three or more.
    pub(super) guests: Weighted<u32>,
    /// Of a thousand check-outs, those with a car.
    pub(super) parking_per_mille: u32,
    /// Market segments, weighed by their bookings of any status.
    pub(super) segments: Weighted<Segment>,
}

/// What was counted in one market segment of a hotel.
#[derive(Clone, Copy, Debug)]
pub(super) struct Segment {
    pub(super) name: &'static str,
    /// Distribution channels.
    pub(super) channels: Weighted<&'static str>,
    /// Cancellations and no-shows of a thousand bookings.
    pub(super) cancelled_per_mille: u32,
    pub(super) no_show_per_mille: u32,
    /// Mean rate in thousandths of the month's.
    pub(super) rate_per_mille: u32,
}

/// Part of the lead time that was left when a booking was cancelled, in thousandths, both hotels.
pub(super) const CANCELLED_LEAD_LEFT: Quantiles =
    &[(0, 0), (100, 110), (250, 320), (500, 720), (750, 950), (900, 1_000), (1_000, 1_000)];

/// Both hotels.
pub(super) static FIGURES: [HotelFigures; 2] = [CITY_FIGURES, RESORT_FIGURES];

const CITY_FIGURES: HotelFigures = HotelFigures {
    hotel: CITY,
    bookings: 79_330,
    check_outs_per_day: [4_081, 5_088, 6_413, 6_667, 7_452, 7_223, 6_966, 5_321, 7_110, 7_018, 4_803, 3_376],
    check_outs_per_mille: [136, 120, 135, 145, 156, 129, 179],
    nights: [
        [41, 1499, 2204, 3375, 1549, 606, 250, 314, 80, 29, 14, 8, 13, 2, 6, 8],
        [126, 2101, 1909, 2926, 1489, 761, 228, 330, 43, 25, 11, 4, 11, 5, 14, 18],
        [88, 2158, 2634, 2297, 1563, 675, 187, 267, 48, 40, 16, 6, 3, 0, 6, 11],
        [68, 2453, 1920, 2625, 1835, 608, 151, 213, 42, 38, 24, 8, 8, 0, 3, 5],
        [54, 2041, 2162, 1876, 2298, 1076, 237, 137, 26, 16, 24, 18, 10, 4, 5, 14],
        [69, 2249, 2082, 2352, 1446, 840, 430, 434, 37, 20, 12, 2, 2, 10, 8, 8],
        [38, 1517, 3408, 2675, 1414, 368, 226, 248, 44, 16, 21, 7, 7, 4, 2, 5],
    ],
    rate_cents: [8_216, 8_618, 9_017, 11_186, 12_045, 11_770, 11_556, 11_841, 11_260, 10_175, 8_650, 8_786],
    rate_spread: &[
        (0, 0),
        (10, 0),
        (20, 485),
        (50, 621),
        (100, 687),
        (200, 778),
        (300, 845),
        (400, 913),
        (500, 968),
        (600, 1_033),
        (700, 1_107),
        (800, 1_199),
        (900, 1_357),
        (950, 1_538),
        (980, 1_822),
        (990, 1_971),
        (998, 2_380),
        (1_000, 5_000),
    ],
    lead_days: &[
        (0, 0),
        (50, 1),
        (100, 4),
        (200, 15),
        (300, 32),
        (400, 51),
        (500, 74),
        (600, 103),
        (700, 141),
        (800, 188),
        (900, 277),
        (950, 335),
        (990, 461),
        (1_000, 629),
    ],
    room_types: &[
        ("A", 30_106),
        ("D", 10_710),
        ("E", 1_628),
        ("B", 1_501),
        ("F", 1_299),
        ("G", 571),
        ("K", 267),
        ("C", 146),
    ],
    guests: &[(1, 10_345), (2, 29_952), (3, 5_931)],
    parking_per_mille: 42,
    segments: &[
        (
            Segment {
                name: "Online TA",
                channels: &[("TA/TO", 38_512), ("GDS", 147), ("Direct", 56), ("Corporate", 32)],
                cancelled_per_mille: 362,
                no_show_per_mille: 12,
                rate_per_mille: 1_106,
            },
            38_748,
        ),
        (
            Segment {
                name: "Offline TA/TO",
                channels: &[("TA/TO", 16_498), ("Corporate", 198), ("GDS", 45), ("Direct", 6)],
                cancelled_per_mille: 417,
                no_show_per_mille: 11,
                rate_per_mille: 847,
            },
            16_747,
        ),
        (
            Segment {
                name: "Groups",
                channels: &[("TA/TO", 13_558), ("Corporate", 240), ("Direct", 177)],
                cancelled_per_mille: 684,
                no_show_per_mille: 4,
                rate_per_mille: 801,
            },
            13_975,
        ),
        (
            Segment {
                name: "Direct",
                channels: &[("Direct", 6_048), ("TA/TO", 37), ("Corporate", 6)],
                cancelled_per_mille: 148,
                no_show_per_mille: 25,
                rate_per_mille: 1_130,
            },
            6_093,
        ),
        (
            Segment {
                name: "Corporate",
                channels: &[("Corporate", 2_636), ("TA/TO", 294), ("Direct", 56)],
                cancelled_per_mille: 200,
                no_show_per_mille: 15,
                rate_per_mille: 805,
            },
            2_986,
        ),
        (
            Segment {
                name: "Complementary",
                channels: &[("Direct", 437), ("Corporate", 69), ("TA/TO", 36)],
                cancelled_per_mille: 103,
                no_show_per_mille: 15,
                rate_per_mille: 26,
            },
            542,
        ),
        (
            Segment {
                name: "Aviation",
                channels: &[("Corporate", 227), ("TA/TO", 10)],
                cancelled_per_mille: 173,
                no_show_per_mille: 46,
                rate_per_mille: 907,
            },
            237,
        ),
    ],
};

const RESORT_FIGURES: HotelFigures = HotelFigures {
    hotel: RESORT,
    bookings: 40_060,
    check_outs_per_day: [3_371, 3_930, 3_926, 4_215, 4_106, 3_387, 3_382, 3_492, 3_447, 4_269, 3_595, 2_871],
    check_outs_per_mille: [152, 117, 124, 153, 123, 136, 196],
    nights: [
        [193, 1503, 1673, 1677, 1622, 762, 308, 1516, 99, 122, 175, 58, 25, 46, 170, 51],
        [212, 2442, 1163, 1434, 851, 701, 459, 1641, 244, 162, 315, 53, 24, 15, 191, 91],
        [161, 2992, 2101, 752, 952, 499, 352, 1132, 203, 220, 279, 65, 23, 31, 192, 48],
        [126, 2569, 1372, 1305, 1069, 528, 229, 1462, 112, 184, 406, 195, 43, 9, 357, 34],
        [146, 2578, 1319, 811, 1828, 803, 434, 1138, 159, 129, 256, 113, 55, 14, 181, 36],
        [76, 1739, 1096, 1027, 923, 999, 719, 2603, 163, 92, 117, 71, 33, 33, 236, 74],
        [36, 2267, 1960, 1901, 866, 414, 443, 1287, 250, 100, 170, 32, 20, 30, 179, 45],
    ],
    rate_cents: [4_871, 5_415, 5_701, 7_587, 7_666, 10_792, 15_012, 18_121, 9_642, 6_173, 4_868, 6_832],
    rate_spread: &[
        (0, 0),
        (10, 0),
        (20, 108),
        (50, 535),
        (100, 625),
        (200, 722),
        (300, 803),
        (400, 884),
        (500, 958),
        (600, 1_038),
        (700, 1_140),
        (800, 1_257),
        (900, 1_470),
        (950, 1_685),
        (980, 1_974),
        (990, 2_207),
        (998, 3_382),
        (1_000, 5_525),
    ],
    lead_days: &[
        (0, 0),
        (50, 0),
        (100, 1),
        (200, 6),
        (300, 17),
        (400, 33),
        (500, 57),
        (600, 90),
        (700, 131),
        (800, 177),
        (900, 238),
        (950, 287),
        (990, 379),
        (1_000, 737),
    ],
    room_types: &[
        ("A", 10_999),
        ("D", 8_250),
        ("E", 4_210),
        ("C", 1_783),
        ("F", 1_525),
        ("G", 1_202),
        ("H", 461),
        ("I", 358),
        ("B", 150),
    ],
    guests: &[(1, 5_843), (2, 20_117), (3, 2_978)],
    parking_per_mille: 190,
    segments: &[
        (
            Segment {
                name: "Online TA",
                channels: &[("TA/TO", 17_641), ("Direct", 77), ("Corporate", 11)],
                cancelled_per_mille: 345,
                no_show_per_mille: 8,
                rate_per_mille: 1_100,
            },
            17_729,
        ),
        (
            Segment {
                name: "Offline TA/TO",
                channels: &[("TA/TO", 7_448), ("Corporate", 14), ("Direct", 10)],
                cancelled_per_mille: 146,
                no_show_per_mille: 6,
                rate_per_mille: 768,
            },
            7_472,
        ),
        (
            Segment {
                name: "Direct",
                channels: &[("Direct", 6_228), ("TA/TO", 200), ("Corporate", 84)],
                cancelled_per_mille: 126,
                no_show_per_mille: 9,
                rate_per_mille: 1_160,
            },
            6_513,
        ),
        (
            Segment {
                name: "Groups",
                channels: &[("TA/TO", 3_553), ("Direct", 1_295), ("Corporate", 988)],
                cancelled_per_mille: 421,
                no_show_per_mille: 3,
                rate_per_mille: 972,
            },
            5_836,
        ),
        (
            Segment {
                name: "Corporate",
                channels: &[("Corporate", 2_152), ("Direct", 116), ("TA/TO", 41)],
                cancelled_per_mille: 139,
                no_show_per_mille: 13,
                rate_per_mille: 729,
            },
            2_309,
        ),
        (
            Segment {
                name: "Complementary",
                channels: &[("Direct", 139), ("TA/TO", 42), ("Corporate", 20)],
                cancelled_per_mille: 144,
                no_show_per_mille: 20,
                rate_per_mille: 57,
            },
            201,
        ),
    ],
};
