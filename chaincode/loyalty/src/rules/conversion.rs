//! What points become in a partner's currency, such as an airline's miles.

use super::programme::Definition;
use crate::units::{Overflow, Points, Rational, Rounding};

/// Why a conversion is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConversionRefusal {
    /// The programme converts nothing.
    #[error("the programme offers no conversion")]
    NotOffered,
    /// It converts to others.
    #[error("the programme does not convert to {partner}")]
    PartnerUnknown {
        /// The partner asked for.
        partner: String,
    },
    /// Fewer points than the programme allows.
    #[error("{points} points are below the minimum of {minimum}")]
    BelowMinimum {
        /// Points to convert.
        points: Points,
        /// The minimum.
        minimum: Points,
    },
    /// More points than one conversion may have.
    #[error("{points} points are above the maximum of {maximum} a conversion")]
    AboveMaximum {
        /// Points to convert.
        points: Points,
        /// The maximum.
        maximum: Points,
    },
    /// Not a multiple of the increment.
    #[error("{points} points are not a multiple of {increment}")]
    Increment {
        /// Points to convert.
        points: Points,
        /// The increment.
        increment: Points,
    },
    /// Less than one unit: the points would be gone for nothing.
    #[error("{points} points are less than one unit of {partner}")]
    Nothing {
        /// Points to convert.
        points: Points,
        /// The partner asked for.
        partner: String,
    },
    /// The result left its range.
    #[error(transparent)]
    Overflow(#[from] Overflow),
}

impl ConversionRefusal {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotOffered => "CONVERSION_NOT_OFFERED",
            Self::PartnerUnknown { .. } => "CONVERSION_PARTNER_UNKNOWN",
            Self::BelowMinimum { .. } => "CONVERSION_BELOW_MINIMUM",
            Self::AboveMaximum { .. } => "CONVERSION_ABOVE_MAXIMUM",
            Self::Increment { .. } => "CONVERSION_INCREMENT",
            Self::Nothing { .. } => "CONVERSION_NOTHING",
            Self::Overflow(_) => "CONVERSION_OVERFLOW",
        }
    }
}

/// How many units of a partner's currency points become. A fraction of a unit is dropped, and so is one of a bonus step.
pub fn converted(definition: &Definition, partner: &str, points: Points) -> Result<u64, ConversionRefusal> {
    let rules = definition.conversion.as_ref().ok_or(ConversionRefusal::NotOffered)?;
    let rate = rules.partners.iter().find(|rate| rate.partner == partner);
    let rate = rate.ok_or_else(|| ConversionRefusal::PartnerUnknown { partner: partner.to_owned() })?;
    if points.is_zero() || points < rules.minimum {
        return Err(ConversionRefusal::BelowMinimum { points, minimum: rules.minimum });
    }
    if let Some(maximum) = rules.maximum.filter(|maximum| points > *maximum) {
        return Err(ConversionRefusal::AboveMaximum { points, maximum });
    }
    if let Some(increment) = rules.increment.filter(|increment| !points.is_multiple_of(*increment)) {
        return Err(ConversionRefusal::Increment { points, increment });
    }
    let units = Rational::integer(points.posting()).checked_div(rate.points_a_unit)?.round(Rounding::Floor);
    let bonus = match &rate.bonus {
        Some(bonus) => {
            let steps = points.get().checked_div(bonus.every.get()).unwrap_or_default();
            steps.checked_mul(bonus.units).ok_or(Overflow)?
        }
        None => 0,
    };
    let units = u64::try_from(units).map_err(|_| Overflow)?.checked_add(bonus).ok_or(Overflow)?;
    if units == 0 {
        return Err(ConversionRefusal::Nothing { points, partner: partner.to_owned() });
    }
    Ok(units)
}
