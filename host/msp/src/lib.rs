//! folio-msp
