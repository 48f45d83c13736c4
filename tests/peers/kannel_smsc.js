// An SMSC by npm's `smpp` for several accounts. It does what the lines of its input say (JSON), and
// writes a line (JSON) for all that an account does. Usage: node kannel_smsc.js PORT
'use strict';
const readline = require('node:readline');
const smpp = require('smpp');

const accounts = new Map();
let plan = { status: 0, receipts: ['DELIVRD'] };
let taken = 0;

const tell = (event) => process.stdout.write(`${JSON.stringify(event)}\n`);
const number = (digits) => ({ source_addr_ton: 1, source_addr_npi: 1, source_addr: digits });

function receipt(session, id, submit, state) {
  session.deliver_sm({
    ...number(submit.destination_addr), destination_addr: submit.source_addr, esm_class: 4,
    short_message: Buffer.from(`id:${id} sub:001 dlvrd:001 submit date:2611270000 `
      + `done date:2611270000 stat:${state} err:000 text:`),
  });
}

function submitted(session, account, pdu) {
  taken += 1;
  const id = `id-${taken}`;
  tell({ event: 'submitted', account, to: pdu.destination_addr, from: pdu.source_addr,
    coding: pdu.data_coding, ...readOf(pdu) });
  session.send(pdu.response({ command_status: plan.status, message_id: plan.status ? '' : id }));
  if (plan.status === 0) plan.receipts.forEach((state) => receipt(session, id, pdu, state));
}

// The text as the library reads it, and the header that joins its parts.
function readOf(pdu) {
  const { message, udh } = pdu.short_message;
  return { text: String(message), udh: udh ? Buffer.concat([].concat(udh)).toString('hex') : '' };
}

const server = smpp.createServer((session) => {
  let account = null;
  const bound = (pdu) => {
    account = pdu.system_id;
    accounts.set(account, session);
    session.send(pdu.response({ system_id: 'SMSC' }));
    tell({ event: 'bound', account });
  };
  ['bind_transceiver', 'bind_transmitter', 'bind_receiver'].forEach((kind) => session.on(kind, bound));
  session.on('submit_sm', (pdu) => submitted(session, account, pdu));
  session.on('enquire_link', (pdu) => {
    session.send(pdu.response());
    tell({ event: 'enquired', account });
  });
  session.on('unbind', (pdu) => {
    session.send(pdu.response());
    session.close();
    tell({ event: 'unbound', account });
  });
  session.on('close', () => tell({ event: 'closed', account }));
  session.on('error', (error) => tell({ event: 'error', account, error: error.code || 'pdu' }));
});

const orders = {
  plan: (order) => { plan = order; },
  deliver: (order) => accounts.get(order.account).deliver_sm({
    ...number(order.phone), destination_addr: order.to, data_coding: order.coding,
    short_message: Buffer.from(order.octets, 'hex'),
  }, (pdu) => tell({ event: 'answered', account: order.account, status: pdu.command_status })),
  enquire: ({ account }) => accounts.get(account).enquire_link(() => tell({ event: 'alive', account })),
  unbind: ({ account }) => accounts.get(account).unbind(() => tell({ event: 'left', account })),
};

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const order = JSON.parse(line);
  orders[order.order](order);
});
server.listen(Number(process.argv[2]), '127.0.0.1', () => tell({ event: 'listening' }));
