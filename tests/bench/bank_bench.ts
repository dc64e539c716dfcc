/**
 * What the bank costs per request, with nobody else at it. Each group's
 * baseline is the bare copy, without lock and log.
 * @module
 */
import { Bank } from "../../src/bank/bank.ts";
import { copyBytes, unpackBits } from "../../src/bank/bits.ts";
import { Origin } from "../../src/bank/change.ts";
import { Table } from "../../src/bank/tables.ts";

const WRITER = { origin: Origin.modbus, connection: 1, unitId: 1 };

/** Any address; not one that a fast path might like. */
const ADDRESS = 1003;

const bank = Bank.create();
const reader = bank.reader();
/** A bank whose log is full, as nobody reads it. */
const unread = Bank.create(1024);
const cells = new Uint8Array(new SharedArrayBuffer(131_072));
const target = new Uint8Array(260);
const source = Uint8Array.from({ length: 260 }, (_, i) => i);

const { coils, holdingRegisters } = Table;

Deno.bench("a copy of 20 bytes", {
  group: "read 10 registers",
  baseline: true,
}, () => {
  copyBytes(cells, ADDRESS * 2, target, 9, 20);
});

Deno.bench("read()", { group: "read 10 registers" }, () => {
  bank.read(holdingRegisters, ADDRESS, 10, target, 9);
});

Deno.bench("a shifted copy of 250 bytes", {
  group: "read 2000 bits, unaligned",
  baseline: true,
}, () => {
  unpackBits(cells, ADDRESS, target, 9, 2000);
});

Deno.bench("read()", { group: "read 2000 bits, unaligned" }, () => {
  bank.read(coils, ADDRESS, 2000, target, 9);
});

Deno.bench("a copy of 20 bytes", {
  group: "write 10 registers",
  baseline: true,
}, () => {
  copyBytes(source, 13, cells, ADDRESS * 2, 20);
});

Deno.bench("write(), the log full", {
  group: "write 10 registers",
}, () => {
  unread.write(holdingRegisters, ADDRESS, 10, source, 13, WRITER);
});

let written = 0;

Deno.bench("write(), its change taken with 99 others", {
  group: "write 10 registers",
}, () => {
  bank.write(holdingRegisters, ADDRESS, 10, source, 13, WRITER);
  if (++written % 100 === 0) reader.take(Infinity);
});

Deno.bench("write(), its change taken at once", {
  group: "write 10 registers",
}, () => {
  bank.write(holdingRegisters, ADDRESS, 10, source, 13, WRITER);
  reader.take(Infinity);
});
