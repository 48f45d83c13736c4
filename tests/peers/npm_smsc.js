// An SMSC by npm's smpp, told what to do by JSON lines on standard input:
//   {"deliver": {fields of deliver_sm}}   {"raw": "hex"}   {"end": "unbind" or "destroy"}
//   {"submits": "ok", "never", "twice", "reversed" or "wrong_sequence"}   {"silent": true}
// It says `told` when it has done so. Each event is a JSON line on standard output. A message in
// fields is text; udh is hexadecimal.
'use strict';
const readline = require('readline');
const smpp = require('smpp');

const password = process.argv[2];
let submits = 'ok';
let silent = false;
let held = [];
let count = 0;
let last = null;

function say(event, more) {
  process.stdout.write(JSON.stringify({event, ...more}) + '\n');
}

function bind(session, pdu) {
  const good = pdu.password === password;
  say('bind', {as: pdu.command, system_id: pdu.system_id, version: pdu.interface_version});
  const status = good ? 0 : smpp.ESME_RINVPASWD;
  session.send(pdu.response({system_id: 'npm', command_status: status}));
  if (good && pdu.command !== 'bind_transmitter') last = session;
  if (!good) session.close();
}

function answer(session, pdu, id) {
  const response = pdu.response({message_id: id});
  if (submits === 'never') return;
  if (submits === 'wrong_sequence') response.sequence_number += 100000;
  if (submits === 'reversed') {
    held.push(response);
    if (held.length === 3) held.reverse().forEach((one) => session.send(one));
    return;
  }
  session.send(response);
  if (submits === 'twice') session.send(response);
}

function submitted(session, pdu) {
  const id = (0xA0 + count++).toString(16);
  const {message, udh} = pdu.short_message;
  say('submit_sm', {
    id, text: message, udh: udh ? Buffer.from(udh[0] || udh).toString('hex') : '',
    to: pdu.destination_addr, from: pdu.source_addr, asks: pdu.registered_delivery,
    payload: pdu.message_payload ? pdu.message_payload.message : '',
  });
  answer(session, pdu, id);
}

const server = smpp.createServer((session) => {
  session.on('pdu', (pdu) => {
    if (silent) return;
    if (pdu.command.startsWith('bind_')) bind(session, pdu);
    else if (pdu.command === 'submit_sm') submitted(session, pdu);
    else if (pdu.command === 'enquire_link') session.send(pdu.response());
    else if (pdu.command === 'unbind') { session.send(pdu.response()); say('unbind', {}); session.close(); }
    else say('pdu', {command: pdu.command, status: pdu.command_status, sequence: pdu.sequence_number});
  });
  session.on('error', (error) => say('error', {what: String(error.code || error.message)}));
  session.on('close', () => say('closed', {}));
});

readline.createInterface({input: process.stdin}).on('line', (line) => {
  const told = JSON.parse(line);
  if (told.submits) { submits = told.submits; held = []; }
  if (told.silent !== undefined) silent = told.silent;
  if (told.raw) last.socket.write(Buffer.from(told.raw, 'hex'));
  if (told.end) told.end === 'unbind' ? last.unbind() : last.destroy();
  if (told.deliver) {
    const {udh, ...fields} = told.deliver;
    if (udh) fields.short_message = {udh: Buffer.from(udh, 'hex'), message: fields.short_message};
    last.deliver_sm(fields);
  }
  say('told', {});
}).on('close', () => process.exit(0));

server.listen(0, '127.0.0.1', () => say('listens', {port: server.address().port}));
