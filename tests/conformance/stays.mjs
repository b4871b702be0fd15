// Members and stays for the tests, each new.

import { randomBytes } from 'node:crypto';
import { gatewayAs, loyaltyOf, network, secp256k1Signer, secret } from './network.mjs';

const bytes = (value) => Buffer.from(JSON.stringify(value));

// Enrols a new member of the organisation's own programme.
export const newMember = async (test) => {
    const member = randomBytes(16).toString('hex');
    const agent = loyaltyOf(gatewayAs(test, 'agent', secp256k1Signer('agent')));
    const request = { request_id: `enrol-${member}`, programme: network.programme, member, as_of: '2015-01-01' };
    await agent.submit('member.enrol', {
        arguments: [bytes(request)],
        transientData: { number: Buffer.from(`SYN-${member}`), secret },
    });
    return member;
};

// What one call of stay.post takes: one night at 100 euros, which is worth points.
export const newStay = (member, changes = {}) => {
    const confirmation = randomBytes(8).toString('hex');
    const night = { date: '2016-03-01', rate_code: 'BAR', room_type: 'A', market: 'Direct', channel: 'Direct', complimentary: false };
    const line = { folio: '1', posting: '1', date: '2016-03-01', category: 9, net: 10000, gross: 10000, currency: 'EUR' };
    const stay = {
        hotel: network.hotel, confirmation, leg: 1, share: 0, version: 1, group: null,
        programme: network.programme, member, member_number: null,
        booked: '2016-02-01', arrival: '2016-03-01', departure: '2016-03-02', status: 'checked_out',
        rooms: [{ number: '305', occupant_member: true, payer_member: true, nights: [night], lines: [line] }],
        ...changes,
    };
    const request = { request_id: `stay-${confirmation}`, hotel: network.hotel, as_of: '2016-03-02' };
    return { arguments: [bytes(request)], transientData: { stay: bytes(stay), secret } };
};

export const json = (result) => JSON.parse(Buffer.from(result).toString());
