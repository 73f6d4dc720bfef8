// What a client's program is asked, and how it answers: as tests/clients/programs/wire.py has it.

import { text } from 'node:stream/consumers';

export async function readOrder() {
  return JSON.parse(await text(process.stdin));
}

export function say(step) {
  process.stdout.write(`${JSON.stringify(step)}\n`);
}

export function bearer(order) {
  return { Authorization: `Bearer ${order.token}` };
}
