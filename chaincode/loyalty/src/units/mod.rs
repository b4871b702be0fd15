//! The units of loyalty: points, money, exact ratios, business dates and night credits.
