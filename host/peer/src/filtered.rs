//! Blocks cut down to ids, verdicts and names of events.

use bytes::Bytes;
use folio_proto::common::Block as BlockMessage;
use folio_proto::protos::filtered_transaction::Data;
use folio_proto::protos::{
    ChaincodeEvent, FilteredBlock, FilteredChaincodeAction, FilteredTransaction, FilteredTransactionActions,
};
use folio_types::ValidationCode;
use folio_wire::{Block, Envelope, HeaderType};

/// The filtered form of a block of `channel`. Payloads of events are left out, as Fabric leaves them out.
pub(crate) fn filtered(channel: &str, message: &BlockMessage) -> FilteredBlock {
    let number = message.header.as_ref().map_or(0, |header| header.number);
    let transactions = Block::from_message(message.clone()).map(|block| {
        let entries = block.verdicts().zip(&block.data);
        entries.map(|(code, data)| transaction(code, data)).collect()
    });
    FilteredBlock { channel_id: channel.to_owned(), number, filtered_transactions: transactions.unwrap_or_default() }
}

fn transaction(code: ValidationCode, data: &Bytes) -> FilteredTransaction {
    let mut filtered = FilteredTransaction { tx_validation_code: code.number().into(), ..Default::default() };
    let Ok(envelope) = Envelope::decode(data) else { return filtered };
    filtered.txid.clone_from(&envelope.header.tx_id);
    filtered.r#type = envelope.header.kind.number();
    if envelope.header.kind == HeaderType::EndorserTransaction {
        let event = envelope.event().map(|event| ChaincodeEvent { payload: Bytes::new(), ..event.to_message() });
        let actions = vec![FilteredChaincodeAction { chaincode_event: event }];
        filtered.data = Some(Data::TransactionActions(FilteredTransactionActions { chaincode_actions: actions }));
    }
    filtered
}
