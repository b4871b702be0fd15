//! folio-topology
