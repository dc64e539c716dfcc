/**
 * From the bytes of a request to the bytes of its response, without sockets;
 * and what it costs to know how long that took.
 * @module
 */
import { Bank } from "../../src/bank/bank.ts";
import { BankMemory, Word } from "../../src/bank/memory.ts";
import { concat } from "../../src/bytes.ts";
import { TurnClock } from "../../src/modbus/turn_clock.ts";
import { fromHex } from "../testing/hex.ts";
import { adu } from "../testing/modbus_client.ts";
import { StreamRig } from "../testing/request_stream.ts";

const FF = (bytes: number) => "ff".repeat(bytes);

/** Group, name, PDU; the first of a group is its baseline. */
const ROWS: [string, string, string][] = [
  ["read", "01 one coil", "01 0003 0001"],
  ["read", "01 2000 coils, aligned", "01 0000 07d0"],
  ["read", "01 2000 coils, not aligned", "01 0003 07d0"],
  ["read", "02 2000 discrete inputs, not aligned", "02 0003 07d0"],
  ["read", "03 one holding register", "03 0003 0001"],
  ["read", "03 125 holding registers", "03 0003 007d"],
  ["read", "04 125 input registers", "04 0003 007d"],
  ["write", "05 coil", "05 0003 ff00"],
  ["write", "06 register", "06 0003 1234"],
  ["write", "0F 3 coils", "0f 0003 0003 01 05"],
  ["write", "0F 1968 coils, not aligned", `0f 0003 07b0 f6 ${FF(246)}`],
  ["write", "10 2 registers", "10 0003 0002 04 1234 5678"],
  ["write", "10 123 registers", `10 0003 007b f6 ${FF(246)}`],
  ["write", "16 mask write", "16 0003 00f2 0025"],
  ["read and write", "17 1 and 1", "17 0003 0001 0003 0001 02 1234"],
  ["read and write", "17 125 and 121", `17 0003 007d 0003 0079 f2 ${FF(242)}`],
  ["other", "08 query data", "08 0000 a537"],
  ["other", "11 server id", "11"],
  ["other", "2B/0E basic identification", "2b 0e 01 00"],
  ["other", "2B/0E regular identification", "2b 0e 02 00"],
  ["exception", "01 unknown function", "63"],
  ["exception", "02 address", "03 ffff 0002"],
  ["exception", "03 quantity", "03 0000 0000"],
];

/** A stream, and a reader of the change log that costs nothing and never falls behind. */
function answerer(request: Uint8Array): () => void {
  const bank = Bank.create();
  const { words } = new BankMemory(bank.buffer);
  const { stream } = new StreamRig({ bank });
  return () => {
    stream.space.set(request);
    stream.received(request.length);
    while (stream.answer().length > 0);
    Atomics.store(words, Word.tail, Atomics.load(words, Word.head));
  };
}

const seen = new Set<string>();
for (const [group, name, pdu] of ROWS) {
  const baseline = !seen.has(group);
  seen.add(group);
  Deno.bench({ name, group, baseline, fn: answerer(adu(fromHex(pdu))) });
}

const hundred = (pdu: string) =>
  concat(Array.from({ length: 100 }, () => adu(fromHex(pdu))));
const pipelined: [string, string][] = [
  ["100 × 03 one register", "03 0003 0001"],
  ["100 × 03 125 registers", "03 0003 007d"],
  ["100 × 06", "06 0003 1234"],
];
for (const [index, [name, pdu]] of pipelined.entries()) {
  Deno.bench({
    ...{ name, group: "one segment", baseline: index === 0 },
    fn: answerer(hundred(pdu)),
  });
}

/** Connections whose bytes have arrived together. */
const TOGETHER = 16;

Deno.bench("performance.now() by each", {
  ...{ group: "the time, asked for by 16 connections", baseline: true },
}, async () => {
  for (let i = 0; i < TOGETHER; i++) performance.now();
  await undefined;
});

const clock = new TurnClock();
Deno.bench("TurnClock.now() by each", {
  group: "the time, asked for by 16 connections",
}, async () => {
  for (let i = 0; i < TOGETHER; i++) clock.now();
  await undefined;
});
