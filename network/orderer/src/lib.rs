//! folio-orderer
