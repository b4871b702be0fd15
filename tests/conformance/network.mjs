// Where the network under test is, and who speaks to it.

import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as grpc from '@grpc/grpc-js';
import { connect, hash, signers } from '@hyperledger/fabric-gateway';
import { secp256k1 } from '@noble/curves/secp256k1.js';

export const network = JSON.parse(readFileSync(process.env.FOLIO_CONFORMANCE, 'utf8'));

const user = (name) => join(network.folder, 'organisations', network.organisation, 'users', name);

export const newClient = () =>
    new grpc.Client(
        network.address,
        grpc.credentials.createSsl(readFileSync(join(network.folder, 'organisations', network.organisation, 'tls-ca.pem'))),
    );

const identity = (name) => ({
    mspId: network.msp_id,
    credentials: readFileSync(join(user(name), 'cert.pem')),
});

const privateKey = (name) => createPrivateKey(readFileSync(join(user(name), 'key.pem')));

// The client's own signer for P-256.
export const withP256 = (client) =>
    connect({ client, identity: identity('pms-p256'), signer: signers.newPrivateKeySigner(privateKey('pms-p256')), hash: hash.sha256 });

// The client knows no secp256k1; a signer of ours closes the gap, and nothing else differs.
export const withSecp256k1 = (client, name = 'pms') => {
    const key = Buffer.from(privateKey(name).export({ format: 'jwk' }).d, 'base64url');
    const signer = async (digest) => secp256k1.sign(digest, key, { lowS: true, prehash: false }).toBytes('der');
    return connect({ client, identity: identity(name), signer, hash: hash.sha256 });
};
