//! The channels of an orderer, by name.

use std::collections::BTreeMap;
use std::sync::Arc;

use folio_deliver::BlockSource;

use crate::chain::Chain;

/// The channels that are ordered here. They are fixed from the start.
#[derive(Clone, Debug, Default)]
pub(crate) struct Channels(Arc<BTreeMap<String, Arc<Chain>>>);

impl Channels {
    pub(crate) fn new(chains: BTreeMap<String, Arc<Chain>>) -> Self {
        Self(Arc::new(chains))
    }

    /// The channel of this name.
    pub(crate) fn get(&self, channel: &str) -> Option<&Arc<Chain>> {
        self.0.get(channel)
    }
}

impl folio_deliver::Channels for Channels {
    fn find(&self, channel: &str) -> Option<Arc<dyn BlockSource>> {
        self.get(channel).map(|chain| Arc::clone(chain) as Arc<dyn BlockSource>)
    }
}
