// Transactions: endorsed, ordered, and followed to their verdict.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CommitError, EndorseError, StatusCode } from '@hyperledger/fabric-gateway';
import { gatewayAs, identities, loyaltyOf, network, secp256k1Signer } from './network.mjs';
import { json, newMember, newStay } from './stays.mjs';

for (const { curve, connect } of identities) {
    test(`a stay is posted by an identity on ${curve}`, async (t) => {
        const member = await newMember(t);
        const receipt = json(await loyaltyOf(connect(t)).submit('stay.post', newStay(member)));
        assert.equal(receipt.outcome, 'posted');
        assert.ok(receipt.points.base > 0, JSON.stringify(receipt));
    });

    test(`an identity on ${curve} gets the result at once and the verdict later`, async (t) => {
        const member = await newMember(t);
        const submitted = await loyaltyOf(connect(t)).submitAsync('stay.post', newStay(member));
        assert.equal(json(submitted.getResult()).outcome, 'posted');
        const status = await submitted.getStatus();
        assert.equal(status.successful, true);
        assert.equal(status.code, StatusCode.VALID);
        assert.equal(status.transactionId, submitted.getTransactionId());
        assert.ok(status.blockNumber > 0n);
    });

    test(`of two stays of a member that were endorsed at one height, by an identity on ${curve}, the second is invalid`, async (t) => {
        const member = await newMember(t);
        const loyalty = loyaltyOf(connect(t));
        const endorsed = () => loyalty.newProposal('stay.post', newStay(member)).endorse();
        const [first, second] = [await endorsed(), await endorsed()];
        const verdict = async (transaction) => (await transaction.submit()).getStatus();
        assert.equal((await verdict(first)).code, StatusCode.VALID);
        const status = await verdict(second);
        assert.equal(status.successful, false);
        assert.equal(status.code, StatusCode.MVCC_READ_CONFLICT);
    });
}

test('submit rejects with the verdict when another transaction came between', async (t) => {
    const member = await newMember(t);
    const other = loyaltyOf(identities[0].connect(t));
    const sign = secp256k1Signer('pms');
    let signatures = 0;
    // The first signature is that of the proposal, the second that of the endorsed transaction.
    const slow = async (digest) => {
        signatures += 1;
        if (signatures === 2) await other.submit('stay.post', newStay(member));
        return sign(digest);
    };
    const late = loyaltyOf(gatewayAs(t, 'pms', slow)).submit('stay.post', newStay(member));
    await assert.rejects(late, (error) => {
        assert.ok(error instanceof CommitError);
        assert.equal(error.code, StatusCode.MVCC_READ_CONFLICT);
        return true;
    });
});

test('a refusal of the chaincode is an endorsement error with details', async (t) => {
    const stay = newStay(await newMember(t));
    stay.arguments = [Buffer.from('{"request_id":')];
    await assert.rejects(loyaltyOf(identities[0].connect(t)).submit('stay.post', stay), (error) => {
        assert.ok(error instanceof EndorseError);
        assert.match(error.details[0].message, /chaincode response 500, [A-Z_]+: /);
        assert.equal(error.details[0].mspId, network.msp_id);
        assert.match(error.transactionId, /^[0-9a-f]{64}$/);
        return true;
    });
});
