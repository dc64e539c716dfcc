/**
 * A Modbus TCP server as the standard tells it: what the fuzzers compare the
 * program with. Made for being read beside the text, a byte at a time, with
 * arrays of numbers; it shares no code with `src/`.
 *
 * "AP" is the MODBUS Application Protocol Specification V1.1b3, "IG" the MODBUS
 * Messaging on TCP/IP Implementation Guide V1.0b. Where the standard leaves a
 * choice, the README's table of odd input says what is right.
 * @module
 */
import { BankModel, fromWire, toWire } from "../bank/model.ts";
import { TEST_IDENTITY } from "../testing/modbus_identity.ts";

/** Tables by their numbers in {@linkcode BankModel}. */
const COILS = 0;
const DISCRETE_INPUTS = 1;
const INPUT_REGISTERS = 2;
const HOLDING_REGISTERS = 3;

/** A write that a request has done. */
export interface ModelWrite {
  /** The unit id of the request. */
  readonly unitId: number;
  /** Number of the table. */
  readonly table: number;
  /** The first cell. */
  readonly address: number;
  /** The values. */
  readonly values: readonly number[];
}

/** An exception response with that code (AP 7). */
class Exception {
  constructor(readonly code: number) {}
}

const ILLEGAL_FUNCTION = new Exception(1);
const ILLEGAL_ADDRESS = new Exception(2);
const ILLEGAL_VALUE = new Exception(3);

/** How a server is configured. */
export interface ModbusSetup {
  /** Unit ids that have cells of their own; undefined: all have the same. */
  readonly units: readonly number[] | undefined;
  /** Whether the other units say nothing, instead of exception 0B. */
  readonly silent: boolean;
  /** Cells that are not written. */
  readonly protectedCells: readonly {
    readonly table: number;
    readonly address: number;
    readonly count: number;
  }[];
}

const DEFAULT: ModbusSetup = {
  ...{ units: undefined, silent: false, protectedCells: [] },
};

/** A server's data and how it answers. */
export class ModbusModel {
  /** Its cells, by unit id; those of all units under 0, if they share them. */
  readonly cells: ReadonlyMap<number, BankModel>;
  /** Writes that nobody has looked at yet, in order. */
  readonly writes: ModelWrite[] = [];
  /** Exception code of the last response, 0 when it was none. */
  exceptionCode = 0;
  readonly #setup: ModbusSetup;
  /** The cells of the unit that is asked. */
  #cells!: BankModel;

  /** A server that is configured so. */
  constructor(setup: ModbusSetup = DEFAULT) {
    this.#setup = setup;
    const ids = setup.units ?? [0];
    this.cells = new Map(ids.map((id) => [id, new BankModel()]));
  }

  /** The response PDU to a request PDU of at least one byte; undefined: there is none. */
  respond(
    pdu: readonly number[],
    unitId: number,
  ): readonly number[] | undefined {
    this.exceptionCode = 0;
    const { units, silent } = this.#setup;
    const cells = this.cells.get(units === undefined ? 0 : unitId);
    if (cells === undefined) {
      this.exceptionCode = 0x0b;
      return silent ? undefined : [pdu[0]! | 0x80, 0x0b];
    }
    this.#cells = cells;
    try {
      return this.#execute(pdu, unitId);
    } catch (error) {
      if (!(error instanceof Exception)) throw error;
      this.exceptionCode = error.code;
      // AP 4.1: the function code with its highest bit set, then the code.
      return [pdu[0]! | 0x80, error.code];
    }
  }

  #execute(pdu: readonly number[], unit: number): readonly number[] {
    switch (pdu[0]) {
      case 0x01: // AP 6.1
        return this.#read(pdu, COILS, 0x7d0);
      case 0x02: // AP 6.2
        return this.#read(pdu, DISCRETE_INPUTS, 0x7d0);
      case 0x03: // AP 6.3
        return this.#read(pdu, HOLDING_REGISTERS, 0x7d);
      case 0x04: // AP 6.4
        return this.#read(pdu, INPUT_REGISTERS, 0x7d);
      case 0x05: { // AP 6.5
        need(pdu.length === 5);
        const value = word(pdu, 3);
        need(value === 0xff00 || value === 0);
        this.#write(unit, COILS, word(pdu, 1), [value === 0 ? 0 : 1]);
        return pdu;
      }
      case 0x06: // AP 6.6
        need(pdu.length === 5);
        this.#write(unit, HOLDING_REGISTERS, word(pdu, 1), [word(pdu, 3)]);
        return pdu;
      case 0x08: // AP 6.8, of which sub-function 00
        need(pdu.length >= 3);
        if (word(pdu, 1) !== 0) throw ILLEGAL_FUNCTION;
        need((pdu.length - 3) % 2 === 0);
        return pdu;
      case 0x0f: { // AP 6.11
        need(pdu.length >= 6);
        const quantity = word(pdu, 3);
        need(quantity >= 1 && quantity <= 0x7b0);
        need(pdu[5] === Math.ceil(quantity / 8));
        need(pdu.length === 6 + pdu[5]!);
        const bytes = Uint8Array.from(pdu.slice(6));
        const values = fromWire(COILS, quantity, bytes);
        this.#write(unit, COILS, word(pdu, 1), values);
        return pdu.slice(0, 5);
      }
      case 0x10: { // AP 6.12
        need(pdu.length >= 6);
        const quantity = word(pdu, 3);
        need(quantity >= 1 && quantity <= 0x7b);
        need(pdu[5] === quantity * 2);
        need(pdu.length === 6 + pdu[5]!);
        this.#write(unit, HOLDING_REGISTERS, word(pdu, 1), words(pdu, 6));
        return pdu.slice(0, 5);
      }
      case 0x11: // AP 6.13
        need(pdu.length === 1);
        return [0x11, SERVER_ID.length, ...SERVER_ID];
      case 0x16: { // AP 6.16
        need(pdu.length === 7);
        const address = word(pdu, 1);
        const [and, or] = [word(pdu, 3), word(pdu, 5)];
        const [current] = this.#cells.read(HOLDING_REGISTERS, address, 1);
        const value = (current! & and) | (or & (0xffff - and));
        this.#write(unit, HOLDING_REGISTERS, address, [value]);
        return pdu;
      }
      case 0x17: { // AP 6.17: the write comes before the read
        need(pdu.length >= 10);
        const quantity = word(pdu, 3);
        const writeQuantity = word(pdu, 7);
        need(quantity >= 1 && quantity <= 0x7d);
        need(writeQuantity >= 1 && writeQuantity <= 0x79);
        need(pdu[9] === writeQuantity * 2);
        need(pdu.length === 10 + pdu[9]!);
        inside(word(pdu, 1), quantity);
        this.#write(unit, HOLDING_REGISTERS, word(pdu, 5), words(pdu, 10));
        return this.#values(0x17, HOLDING_REGISTERS, word(pdu, 1), quantity);
      }
      case 0x2b: // AP 6.19, of which MEI type 0E
        need(pdu.length >= 2);
        if (pdu[1] !== 0x0e) throw ILLEGAL_FUNCTION;
        need(pdu.length === 4);
        return identification(pdu[2]!, pdu[3]!);
      default:
        throw ILLEGAL_FUNCTION;
    }
  }

  #read(pdu: readonly number[], table: number, most: number): number[] {
    need(pdu.length === 5);
    const quantity = word(pdu, 3);
    need(quantity >= 1 && quantity <= most);
    const address = word(pdu, 1);
    inside(address, quantity);
    return this.#values(pdu[0]!, table, address, quantity);
  }

  #values(code: number, table: number, address: number, count: number) {
    const bytes = toWire(table, this.#cells.read(table, address, count));
    return [code, bytes.length, ...bytes];
  }

  #write(
    unitId: number,
    table: number,
    address: number,
    values: readonly number[],
  ): void {
    inside(address, values.length);
    const isProtected = this.#setup.protectedCells.some((cells) =>
      cells.table === table && address < cells.address + cells.count &&
      cells.address < address + values.length
    );
    if (isProtected) throw ILLEGAL_ADDRESS;
    this.#cells.write(table, address, values);
    this.writes.push({ unitId, table, address, values });
  }
}

/** Why a connection has to end. */
export type ModelViolation = "protocol id" | "length";

/** One connection to a model: bytes in, bytes out (IG 3.1.3). */
export class ConnectionModel {
  /** Set when the bytes can't be followed any further. */
  violation: ModelViolation | undefined;
  /** Exception code of each request so far, 0 for a normal response. */
  readonly codes: number[] = [];
  readonly #server: ModbusModel;
  #frame: number[] = [];

  /** A connection to `server`. */
  constructor(server: ModbusModel) {
    this.#server = server;
  }

  /** Whether a request has begun and not ended. */
  get partial(): boolean {
    return this.#frame.length > 0;
  }

  /** The responses that become due with these bytes. */
  feed(bytes: Uint8Array): number[] {
    const sent: number[] = [];
    if (this.violation !== undefined) return sent;
    for (const byte of bytes) {
      this.#frame.push(byte);
      this.violation = this.#look(byte);
      if (this.violation !== undefined) break;
      if (this.#frame.length === 6 + (this.#frame[5] ?? 0xff)) {
        this.#answer(sent);
        this.#frame = [];
      }
    }
    return sent;
  }

  /** What the newest byte says. */
  #look(byte: number): ModelViolation | undefined {
    switch (this.#frame.length) {
      case 3:
      case 4:
        return byte === 0 ? undefined : "protocol id";
      case 5:
        return byte === 0 ? undefined : "length";
      case 6: // A unit id and a PDU of 1 to 253 bytes.
        return byte >= 2 && byte <= 254 ? undefined : "length";
      default:
        return undefined;
    }
  }

  #answer(sent: number[]): void {
    const [id, low] = this.#frame;
    const unit = this.#frame[6]!;
    const request = this.#frame.slice(7);
    const response = this.#server.respond(request, unit);
    this.codes.push(this.#server.exceptionCode);
    if (response === undefined) return;
    sent.push(id!, low!, 0, 0, 0, response.length + 1, unit);
    for (const byte of response) sent.push(byte);
  }
}

function need(isRight: boolean): void {
  if (!isRight) throw ILLEGAL_VALUE;
}

function inside(address: number, quantity: number): void {
  if (address + quantity > 0x10000) throw ILLEGAL_ADDRESS;
}

function word(bytes: readonly number[], at: number): number {
  return bytes[at]! * 256 + bytes[at + 1]!;
}

function words(bytes: readonly number[], at: number): number[] {
  const values: number[] = [];
  for (let i = at; i < bytes.length; i += 2) values.push(word(bytes, i));
  return values;
}

const codes = (text: string) => Array.from(text, (c) => c.charCodeAt(0));

/** Server id, run indicator, additional data: those are the device's own (AP 6.13). */
const SERVER_ID = [
  ...[0x01, 0xff],
  ...codes(`${TEST_IDENTITY.productCode} ${TEST_IDENTITY.majorMinorRevision}`),
];

/** The objects 00 to 06 (AP 6.21, table of the object ids). */
const OBJECTS = [
  TEST_IDENTITY.vendorName,
  TEST_IDENTITY.productCode,
  TEST_IDENTITY.majorMinorRevision,
  TEST_IDENTITY.vendorUrl,
  TEST_IDENTITY.productName,
  TEST_IDENTITY.modelName,
  TEST_IDENTITY.userApplicationName,
].map(codes);

/** The answer to Read Device Identification (AP 6.21); all objects of the test's device fit into one. */
function identification(code: number, objectId: number): number[] {
  need(code >= 1 && code <= 4);
  const last = code === 1 ? 2 : OBJECTS.length - 1;
  // An object that is not there: exception 02 when asked for, else from the beginning.
  if (code === 4 && objectId > last) throw ILLEGAL_ADDRESS;
  const first = objectId > last ? 0 : objectId;
  const ids = code === 4 ? [objectId] : OBJECTS.keys().toArray()
    .filter((id) => id >= first && id <= last);
  const objects = ids.flatMap((id) => [
    ...[id, OBJECTS[id]!.length],
    ...OBJECTS[id]!,
  ]);
  // Conformity level: regular, stream and individual access. Nothing follows.
  return [0x2b, 0x0e, code, 0x82, 0x00, 0x00, ids.length, ...objects];
}
