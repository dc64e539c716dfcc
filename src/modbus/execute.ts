/**
 * One request ADU in, one response ADU out: executes requests on a bank.
 * @module
 */
import type { Bank } from "../bank/bank.ts";
import type { Writer } from "../bank/change.ts";
import type { Protection } from "../bank/protection.ts";
import {
  Table,
  TABLE_SIZE,
  type TableKind,
  wireLength,
} from "../bank/tables.ts";
import { ExceptionCode, FunctionCode } from "./codes.ts";
import { putDeviceIdentification } from "./device_identification.ts";
import type { EncodedIdentity } from "./identity.ts";
import { COIL_ON, EXCEPTION_FLAG, MBAP_HEADER } from "./limits.ts";
import { putUint16 } from "./mbap.ts";
import { decodeRequest, emptyRequest, type Request } from "./request.ts";
import type { Service } from "./service.ts";

/** A single coil in wire form, by its value. */
const COIL = { off: Uint8Array.of(0), on: Uint8Array.of(1) } as const;

/** Bytes that the responses to writes repeat of their request: function code, address, quantity or value. */
const WRITE_ECHO = 5;

/** Bytes that the response to a mask write repeats: function code, address, both masks. */
const MASK_ECHO = 7;

/** What an answer is to a range that leaves the address space, or to a write of protected cells. */
const REFUSED = -ExceptionCode.illegalDataAddress;

/** Executes the requests of one connection, from its input buffer to its output buffer. */
export class Executor {
  readonly #bank: Bank;
  readonly #identity: EncodedIdentity;
  readonly #writer: Writer;
  readonly #input: Uint8Array;
  readonly #output: Uint8Array;
  readonly #failed: (error: unknown) => void;
  readonly #protection: Protection;
  readonly #answersForAll: boolean;
  readonly #request: Request = emptyRequest();

  /** Exception code of the last response, 0 when it was none. */
  exceptionCode: ExceptionCode | 0 = 0;

  /**
   * An executor for one pair of buffers.
   *
   * @param service What the connection shares with others.
   * @param writer Who sends the requests; the unit id is set from each.
   * @param input Where the requests lie.
   * @param output Where the responses go.
   * @param failed Is told of a fault in this program; the client gets exception 04.
   */
  constructor(
    service: Service,
    writer: Writer,
    input: Uint8Array,
    output: Uint8Array,
    failed: (error: unknown) => void,
  ) {
    this.#bank = service.bank;
    this.#identity = service.identity;
    this.#writer = writer;
    this.#input = input;
    this.#output = output;
    this.#failed = failed;
    this.#protection = service.protection;
    this.#answersForAll = service.answersForAll;
  }

  /**
   * Executes the complete request ADU in the input from `start` (inclusive) to
   * `end` (exclusive) and writes the response ADU to the output from `at`,
   * where `MAX_ADU` bytes are free.
   *
   * @returns The length of the response ADU; 0: a unit that is not served does
   * not answer, although there is an exception code.
   */
  execute(start: number, end: number, at: number): number {
    const input = this.#input;
    const output = this.#output;
    const unitId = input[start + MBAP_HEADER - 1]!;
    this.#writer.unitId = unitId;
    const pduAt = at + MBAP_HEADER;
    const refusal = decodeRequest(
      input,
      start + MBAP_HEADER,
      end,
      this.#request,
    );
    const isServed = this.#bank.units.has(unitId);
    let length = !isServed
      ? -ExceptionCode.gatewayTargetFailed
      : refusal === 0
      ? this.#tryToRespond(pduAt)
      : -refusal;
    this.exceptionCode = 0;
    if (length < 0) {
      this.exceptionCode = -length as ExceptionCode;
      if (!isServed && !this.#answersForAll) return 0;
      length = this.#except(pduAt, this.exceptionCode);
    }
    output[at] = input[start]!;
    output[at + 1] = input[start + 1]!;
    output[at + 2] = 0;
    output[at + 3] = 0;
    putUint16(output, at + 4, length + 1);
    output[at + 6] = unitId;
    return MBAP_HEADER + length;
  }

  #except(at: number, code: ExceptionCode): number {
    this.#output[at] = this.#request.functionCode | EXCEPTION_FLAG;
    this.#output[at + 1] = code;
    return 2;
  }

  #tryToRespond(at: number): number {
    try {
      return this.#respond(at);
    } catch (error) {
      this.#failed(error);
      return -ExceptionCode.serverDeviceFailure;
    }
  }

  /** Writes the response PDU to `at`. Returns its length, or minus the exception code. */
  #respond(at: number): number {
    const request = this.#request;
    const functionCode = request.functionCode as FunctionCode;
    switch (functionCode) {
      case FunctionCode.readCoils:
        return this.#read(Table.coils, at);
      case FunctionCode.readDiscreteInputs:
        return this.#read(Table.discreteInputs, at);
      case FunctionCode.readHoldingRegisters:
        return this.#read(Table.holdingRegisters, at);
      case FunctionCode.readInputRegisters:
        return this.#read(Table.inputRegisters, at);
      case FunctionCode.writeSingleCoil: {
        const coil = request.value === COIL_ON ? COIL.on : COIL.off;
        return this.#write(Table.coils, coil, 0, at);
      }
      case FunctionCode.writeMultipleCoils:
        return this.#write(Table.coils, this.#input, request.dataAt, at);
      case FunctionCode.writeSingleRegister:
      case FunctionCode.writeMultipleRegisters: {
        const table = Table.holdingRegisters;
        return this.#write(table, this.#input, request.dataAt, at);
      }
      case FunctionCode.maskWriteRegister:
        return this.#maskWrite(at);
      case FunctionCode.readWriteMultipleRegisters:
        return this.#readWrite(at);
      case FunctionCode.diagnostics:
        return this.#echo(3 + request.dataLength, at);
      case FunctionCode.reportServerId:
        return this.#reportServerId(at);
      case FunctionCode.encapsulatedInterface:
        return putDeviceIdentification(
          this.#identity.objects,
          request.value,
          request.value2,
          this.#output,
          at,
        );
    }
  }

  #read(kind: TableKind, at: number): number {
    const { address, quantity } = this.#request;
    if (address + quantity > TABLE_SIZE) return REFUSED;
    const table = this.#tableOf(kind);
    this.#bank.read(table, address, quantity, this.#output, at + 2);
    return this.#putReadHeader(at, wireLength(table, quantity));
  }

  #write(
    kind: TableKind,
    source: Uint8Array,
    from: number,
    at: number,
  ): number {
    const { address, quantity } = this.#request;
    if (!this.#isWritable(kind, address, quantity)) return REFUSED;
    const table = this.#tableOf(kind);
    this.#bank.write(table, address, quantity, source, from, this.#writer);
    return this.#echo(WRITE_ECHO, at);
  }

  #isWritable(kind: TableKind, address: number, quantity: number): boolean {
    return address + quantity <= TABLE_SIZE &&
      this.#protection.firstIn(kind, address, quantity) === undefined;
  }

  /** The table of the unit that the request is for. */
  #tableOf(kind: TableKind): Table {
    return this.#bank.units.tableOf(this.#writer.unitId, kind);
  }

  #maskWrite(at: number): number {
    const { address, value, value2 } = this.#request;
    if (!this.#isWritable(Table.holdingRegisters, address, 1)) return REFUSED;
    this.#bank.maskWrite(address, value, value2, this.#writer);
    return this.#echo(MASK_ECHO, at);
  }

  #readWrite(at: number): number {
    const { address, quantity, dataAt, readAddress, readQuantity } =
      this.#request;
    if (
      !this.#isWritable(Table.holdingRegisters, address, quantity) ||
      readAddress + readQuantity > TABLE_SIZE
    ) return REFUSED;
    this.#bank.writeAndRead(
      address,
      quantity,
      this.#input,
      dataAt,
      this.#writer,
      readAddress,
      readQuantity,
      this.#output,
      at + 2,
    );
    return this.#putReadHeader(at, readQuantity * 2);
  }

  #reportServerId(at: number): number {
    const { serverId } = this.#identity;
    this.#output.set(serverId, at + 2);
    return this.#putReadHeader(at, serverId.length);
  }

  /** Function code and byte count, as all responses that carry values begin. */
  #putReadHeader(at: number, byteCount: number): number {
    this.#output[at] = this.#request.functionCode;
    this.#output[at + 1] = byteCount;
    return 2 + byteCount;
  }

  /** Repeats the first `length` bytes of the request. */
  #echo(length: number, at: number): number {
    const from = this.#request.pduAt;
    for (let i = 0; i < length; i++) {
      this.#output[at + i] = this.#input[from + i]!;
    }
    return length;
  }
}
