// Queries, and how refusals reach the caller.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GatewayError } from '@hyperledger/fabric-gateway';
import { channelOf, identities, loyaltyOf, network } from './network.mjs';
import { json } from './stays.mjs';

for (const { curve, connect } of identities) {
    test(`a query is answered to an identity on ${curve}`, async (t) => {
        const loyalty = loyaltyOf(connect(t));
        const hotel = json(await loyalty.evaluateTransaction('hotel.get', JSON.stringify({ hotel: network.hotel })));
        assert.equal(hotel.hotel, network.hotel);
        const programme = json(await loyalty.evaluateTransaction('programme.get', JSON.stringify({ programme: network.programme })));
        assert.match(JSON.stringify(programme), new RegExp(network.programme));
    });

    test(`a refusal of the chaincode carries its own text to an identity on ${curve}`, async (t) => {
        const refused = loyaltyOf(connect(t)).evaluateTransaction('hotel.get', JSON.stringify({ hotel: 'NO-SUCH' }));
        await assert.rejects(refused, (error) => {
            assert.ok(error instanceof GatewayError);
            assert.match(error.details[0].message, /chaincode response 500, [A-Z_]+: /);
            assert.equal(error.details[0].mspId, network.msp_id);
            return true;
        });
    });
}

test('a chaincode that is not there is named', async (t) => {
    const contract = channelOf(identities[0].connect(t)).getContract('nowhere');
    await assert.rejects(contract.evaluateTransaction('f', '{}'), (error) => {
        assert.match(`${error.message} ${JSON.stringify(error.details)}`, /nowhere/);
        return true;
    });
});
