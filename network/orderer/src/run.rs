//! The orderer as a process.

use std::path::Path;

use folio_process::{init_logging, shutdown_signal};

use crate::{Config, Orderer, OrdererError};

/// Runs an orderer with the configuration in a file until SIGTERM or SIGINT, or until it cannot go on.
pub async fn run(config: &Path) -> Result<(), OrdererError> {
    let config = Config::load(config)?;
    init_logging(&config.log);
    // From here on a signal waits until there is something to end in good order.
    let ending = tokio::spawn(shutdown_signal());
    let mut orderer = Orderer::start(config).await?;
    tokio::select! {
        _ = ending => {
            orderer.shutdown().await?;
            tracing::info!("ended");
            Ok(())
        }
        error = orderer.stopped() => Err(error),
    }
}
