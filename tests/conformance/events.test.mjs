// Streams: events of the chaincode, blocks, filtered blocks.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkpointers, StatusCode } from '@hyperledger/fabric-gateway';
import { channelOf, identities, loyaltyOf } from './network.mjs';
import { json, newMember, newStay } from './stays.mjs';

// The first item that meets the condition; the stream is closed after it.
const first = async (stream, condition) => {
    try {
        for await (const item of stream) if (condition(item)) return item;
    } finally {
        stream.close();
    }
    assert.fail('the stream ended');
};

const post = async (gateway, member) => {
    const submitted = await loyaltyOf(gateway).submitAsync('stay.post', newStay(member));
    const status = await submitted.getStatus();
    assert.equal(status.code, StatusCode.VALID);
    return { id: submitted.getTransactionId(), block: status.blockNumber };
};

for (const { curve, connect } of identities) {
    test(`events of the chaincode reach an identity on ${curve} from a start block, and go on after a transaction`, async (t) => {
        const gateway = connect(t);
        const channel = channelOf(gateway);
        const member = await newMember(t);
        const [one, two] = [await post(gateway, member), await post(gateway, member)];

        const events = await channel.getChaincodeEvents('loyalty', { startBlock: one.block });
        const event = await first(events, (event) => event.transactionId === one.id);
        assert.equal(event.eventName, 'stay.posted');
        assert.equal(event.chaincodeName, 'loyalty');
        assert.equal(event.blockNumber, one.block);
        assert.equal(json(event.payload).changes[0].member, member);

        const checkpoint = checkpointers.inMemory();
        await checkpoint.checkpointChaincodeEvent(event);
        const later = await channel.getChaincodeEvents('loyalty', { checkpoint });
        const seen = [];
        await first(later, (event) => seen.push(event.transactionId) && event.transactionId === two.id);
        assert.ok(!seen.includes(one.id), 'an event was sent twice');
    });

    test(`new events reach an identity on ${curve} as they happen`, async (t) => {
        const gateway = connect(t);
        const member = await newMember(t);
        const events = await channelOf(gateway).getChaincodeEvents('loyalty');
        const met = first(events, (event) => json(event.payload).changes[0].member === member);
        // The stream begins with the next block; blocks are made until one is met.
        let ended = false;
        met.finally(() => (ended = true)).catch(() => {});
        while (!ended) await post(gateway, member);
        assert.equal((await met).eventName, 'stay.posted');
    });

    test(`blocks reach an identity on ${curve}`, async (t) => {
        const gateway = connect(t);
        const { block } = await post(gateway, await newMember(t));
        const blocks = await channelOf(gateway).getBlockEvents({ startBlock: block - 1n });
        const numbers = [];
        const found = await first(blocks, (one) => numbers.push(one.getHeader().getNumber()) === 2);
        assert.deepEqual(numbers.map(BigInt), [block - 1n, block]);
        assert.ok(found.getData().getDataList().length > 0);
    });

    test(`filtered blocks name transactions and verdicts to an identity on ${curve}`, async (t) => {
        const gateway = connect(t);
        const { id, block } = await post(gateway, await newMember(t));
        const blocks = await channelOf(gateway).getFilteredBlockEvents({ startBlock: block });
        const found = await first(blocks, (one) => BigInt(one.getNumber()) === block);
        const transaction = found.getFilteredTransactionsList().find((one) => one.getTxid() === id);
        assert.equal(transaction.getTxValidationCode(), StatusCode.VALID);
        const [action] = transaction.getTransactionActions().getChaincodeActionsList();
        assert.equal(action.getChaincodeEvent().getEventName(), 'stay.posted');
        assert.equal(action.getChaincodeEvent().getPayload_asU8().length, 0, 'a filtered block holds a payload');
    });
}
