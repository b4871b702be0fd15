//! What a channel asks of its nodes.

use folio_wire::config::{APPLICATION_GROUP, Capabilities, ConfigGroup, ORDERER_GROUP};

use crate::{ChannelError, policies::ROOT};

/// What this node can, in Fabric's names. Each later one includes the earlier.
const CHANNEL: [&str; 6] = ["V1_1", "V1_3", "V1_4_2", "V1_4_3", "V2_0", "V3_0"];
const ORDERER: [&str; 3] = ["V1_1", "V1_4_2", "V2_0"];
const APPLICATION: [&str; 6] = ["V1_1", "V1_2", "V1_3", "V1_4_2", "V2_0", "V2_5"];

/// Refuses a channel that asks for anything else: a node that misunderstands a rule forks.
pub(crate) fn check(channel: &ConfigGroup) -> Result<(), ChannelError> {
    for (path, known) in [(&[][..], &CHANNEL[..]), (&[ORDERER_GROUP], &ORDERER), (&[APPLICATION_GROUP], &APPLICATION)] {
        let Some(group) = channel.group(path) else { continue };
        let Some(Capabilities(required)) = group.setting()? else { continue };
        if let Some(capability) = required.into_iter().find(|name| !known.contains(&name.as_str())) {
            let group = path.iter().fold(ROOT.to_owned(), |at, name| format!("{at}/{name}"));
            return Err(ChannelError::Capability { group, capability });
        }
    }
    Ok(())
}
