//! What a new network needs before the first stay: the loyalty chaincode, hotels, an exchange rate, programmes.

use std::path::Path;

use anyhow::Result;
use folio_topology::Network;

use crate::definition;
use crate::session::{CHAINCODE, connect};

/// Version of the chaincode that ships with this program.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Brings the chaincode and the consortium's data onto the channel, as far as they are not there yet.
pub(crate) async fn prepare(network: &Network, component: &Path) -> Result<()> {
    let Some(first) = network.topology().organisations.first() else { return Ok(()) };
    let admin = connect(network, first, "admin")?;
    if definition::committed(&admin, CHAINCODE).await?.is_none() {
        definition::bring_up(network, CHAINCODE, VERSION, component).await?;
    }
    Ok(())
}
