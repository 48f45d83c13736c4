// An ESME by npm's smpp: binds, answers each text by a reply in the same words, says each event as a
// JSON line, and unbinds after the receipt. Arguments: port and password.
'use strict';
const smpp = require('smpp');

const session = smpp.connect({url: `smpp://127.0.0.1:${process.argv[2]}`});

function say(event, more) {
  process.stdout.write(JSON.stringify({event, ...more}) + '\n');
}

session.on('connect', () => {
  const account = {system_id: 'npm', password: process.argv[3]};
  session.bind_transceiver(account, (pdu) => say('bind', {status: pdu.command_status}));
});
session.on('deliver_sm', (pdu) => {
  session.send(pdu.response());
  const {message, udh} = pdu.short_message;
  const text = pdu.message_payload ? pdu.message_payload.message : message;
  say('deliver_sm', {text, from: pdu.source_addr, esm_class: pdu.esm_class, headers: Boolean(udh),
    receipted: pdu.receipted_message_id || '', state: pdu.message_state || 0});
  if (pdu.esm_class & 0x04) return session.unbind();
  const reply = {source_addr: pdu.destination_addr, destination_addr: pdu.source_addr,
    registered_delivery: 1, data_coding: pdu.data_coding, short_message: 'Ho so_1 ' + text.slice(0, 9)};
  return session.submit_sm(reply, (answer) => {
    say('answer', {status: answer.command_status, id: answer.message_id});
  });
});
session.on('unbind_resp', () => { say('unbound', {}); session.close(); });
session.on('error', (error) => say('error', {what: String(error.code || error.message)}));
