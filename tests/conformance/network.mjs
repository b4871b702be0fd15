// Where the network under test is, and who speaks to it.

import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as grpc from '@grpc/grpc-js';
import { connect, hash, signers } from '@hyperledger/fabric-gateway';
import { secp256k1 } from '@noble/curves/secp256k1.js';

export const network = JSON.parse(readFileSync(process.env.FOLIO_CONFORMANCE, 'utf8'));

const organisation = join(network.folder, 'organisations', network.organisation);
const user = (name) => join(organisation, 'users', name);

// The secret from which the organisation makes its salts.
export const secret = Buffer.from(readFileSync(join(organisation, 'secret', 'salt.key'), 'utf8').trim(), 'hex');

// A name in place of the address, which TLS does not send.
const options = { 'grpc.ssl_target_name_override': 'localhost' };

const newClient = () =>
    new grpc.Client(network.address, grpc.credentials.createSsl(readFileSync(join(organisation, 'tls-ca.pem'))), options);

const identity = (name) => ({ mspId: network.msp_id, credentials: readFileSync(join(user(name), 'cert.pem')) });

const privateKey = (name) => createPrivateKey(readFileSync(join(user(name), 'key.pem')));

// The client's own signer for P-256.
export const p256Signer = () => signers.newPrivateKeySigner(privateKey('pms-p256'));

// The client knows no secp256k1; a signer of ours closes the gap, and nothing else differs.
export const secp256k1Signer = (name) => {
    const key = Buffer.from(privateKey(name).export({ format: 'jwk' }).d, 'base64url');
    return async (digest) => secp256k1.sign(digest, key, { lowS: true, prehash: false }).toBytes('der');
};

// Connects as a user for as long as the test runs.
export const gatewayAs = (test, name, signer) => {
    const client = newClient();
    const gateway = connect({ client, identity: identity(name), signer, hash: hash.sha256 });
    test.after(() => {
        gateway.close();
        client.close();
    });
    return gateway;
};

// Both kinds of identity that a hotel's system may have.
export const identities = [
    { curve: 'P-256', connect: (test) => gatewayAs(test, 'pms-p256', p256Signer()) },
    { curve: 'secp256k1', connect: (test) => gatewayAs(test, 'pms', secp256k1Signer('pms')) },
];

export const channelOf = (gateway) => gateway.getNetwork(network.channel);
export const loyaltyOf = (gateway) => channelOf(gateway).getContract('loyalty');
