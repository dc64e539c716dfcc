/**
 * Requests: PDU bytes to values. Shape, quantities and fixed values are
 * checked here (exceptions 01 and 03); whether a range fits the address space
 * (02) is for the one who executes.
 * @module
 */
import {
  ExceptionCode,
  FunctionCode,
  READ_DEVICE_IDENTIFICATION,
  RETURN_QUERY_DATA,
} from "./codes.ts";
import {
  COIL_OFF,
  COIL_ON,
  MAX_READ_BITS,
  MAX_READ_REGISTERS,
  MAX_READ_WRITE_READ,
  MAX_READ_WRITE_WRITE,
  MAX_WRITE_BITS,
  MAX_WRITE_REGISTERS,
} from "./limits.ts";
import { uint16 } from "./mbap.ts";

/**
 * A decoded request. One object is filled again and again; which fields have a
 * meaning depends on `functionCode`, the others keep what they had.
 */
export interface Request {
  /** The function code as sent, 0 to 255. */
  functionCode: number;
  /** Index of the first byte of the PDU. */
  pduAt: number;
  /** Address of the first cell read or written, zero-based. */
  address: number;
  /** Cells read or written from `address`. */
  quantity: number;
  /** 06: the register's value. 16: the AND mask. 2B/0E: the read device id code. */
  value: number;
  /** 16: the OR mask. 2B/0E: the object id. */
  value2: number;
  /** 17: address of the first register read; `address` is the one written. */
  readAddress: number;
  /** 17: registers read. */
  readQuantity: number;
  /** Index of the first byte of the values to write, or of the data to echo. */
  dataAt: number;
  /** Bytes from `dataAt`. */
  dataLength: number;
}

/** A request to be filled by {@linkcode decodeRequest}. */
export function emptyRequest(): Request {
  return {
    functionCode: 0,
    pduAt: 0,
    address: 0,
    quantity: 0,
    value: 0,
    value2: 0,
    readAddress: 0,
    readQuantity: 0,
    dataAt: 0,
    dataLength: 0,
  };
}

/** Why a PDU can't be a request, or 0 when it is one. */
export type Refusal = ExceptionCode | 0;

const { illegalFunction, illegalDataValue } = ExceptionCode;

/**
 * Decodes the PDU in `bytes` from `start` (inclusive) to `end` (exclusive),
 * which is at least one byte, into `request`.
 *
 * @returns 0, or the exception code to answer with.
 */
export function decodeRequest(
  bytes: Uint8Array,
  start: number,
  end: number,
  request: Request,
): Refusal {
  const functionCode = bytes[start]!;
  request.functionCode = functionCode;
  request.pduAt = start;
  switch (functionCode as FunctionCode) {
    case FunctionCode.readCoils:
    case FunctionCode.readDiscreteInputs:
      return range(bytes, start, end, request, MAX_READ_BITS);
    case FunctionCode.readHoldingRegisters:
    case FunctionCode.readInputRegisters:
      return range(bytes, start, end, request, MAX_READ_REGISTERS);
    case FunctionCode.writeSingleCoil:
      return writeSingle(bytes, start, end, request, isCoilValue);
    case FunctionCode.writeSingleRegister:
      return writeSingle(bytes, start, end, request, isRegisterValue);
    case FunctionCode.writeMultipleCoils:
      return writeMultiple(
        bytes,
        start,
        end,
        request,
        MAX_WRITE_BITS,
        bitBytes,
      );
    case FunctionCode.writeMultipleRegisters:
      return writeMultiple(
        bytes,
        start,
        end,
        request,
        MAX_WRITE_REGISTERS,
        registerBytes,
      );
    case FunctionCode.maskWriteRegister:
      return maskWrite(bytes, start, end, request);
    case FunctionCode.readWriteMultipleRegisters:
      return readWrite(bytes, start, end, request);
    case FunctionCode.diagnostics:
      return diagnostics(bytes, start, end, request);
    case FunctionCode.reportServerId:
      return end - start === 1 ? 0 : illegalDataValue;
    case FunctionCode.encapsulatedInterface:
      return encapsulated(bytes, start, end, request);
    default:
      return illegalFunction;
  }
}

const isCoilValue = (value: number) => value === COIL_ON || value === COIL_OFF;
const isRegisterValue = () => true;
const bitBytes = (quantity: number) => (quantity + 7) >>> 3;
const registerBytes = (quantity: number) => quantity * 2;

/** Function code, address, quantity (AP 6.1 to 6.4). */
function range(
  bytes: Uint8Array,
  start: number,
  end: number,
  request: Request,
  most: number,
): Refusal {
  if (end - start !== 5) return illegalDataValue;
  request.address = uint16(bytes, start + 1);
  request.quantity = uint16(bytes, start + 3);
  return isQuantity(request.quantity, most) ? 0 : illegalDataValue;
}

/** Function code, address, value (AP 6.5, 6.6). */
function writeSingle(
  bytes: Uint8Array,
  start: number,
  end: number,
  request: Request,
  allowed: (value: number) => boolean,
): Refusal {
  if (end - start !== 5) return illegalDataValue;
  request.address = uint16(bytes, start + 1);
  request.quantity = 1;
  request.value = uint16(bytes, start + 3);
  request.dataAt = start + 3;
  request.dataLength = 2;
  return allowed(request.value) ? 0 : illegalDataValue;
}

/** Function code, address, quantity, byte count, values (AP 6.11, 6.12). */
function writeMultiple(
  bytes: Uint8Array,
  start: number,
  end: number,
  request: Request,
  most: number,
  bytesOf: (quantity: number) => number,
): Refusal {
  if (end - start < 6) return illegalDataValue;
  request.address = uint16(bytes, start + 1);
  request.quantity = uint16(bytes, start + 3);
  if (!isQuantity(request.quantity, most)) return illegalDataValue;
  request.dataAt = start + 6;
  request.dataLength = bytes[start + 5]!;
  return isData(request, end, bytesOf(request.quantity));
}

/** Function code, address, AND mask, OR mask (AP 6.16). */
function maskWrite(
  bytes: Uint8Array,
  start: number,
  end: number,
  request: Request,
): Refusal {
  if (end - start !== 7) return illegalDataValue;
  request.address = uint16(bytes, start + 1);
  request.quantity = 1;
  request.value = uint16(bytes, start + 3);
  request.value2 = uint16(bytes, start + 5);
  return 0;
}

/** Function code, read address and quantity, write address, quantity, byte count, values (AP 6.17). */
function readWrite(
  bytes: Uint8Array,
  start: number,
  end: number,
  request: Request,
): Refusal {
  if (end - start < 10) return illegalDataValue;
  request.readAddress = uint16(bytes, start + 1);
  request.readQuantity = uint16(bytes, start + 3);
  request.address = uint16(bytes, start + 5);
  request.quantity = uint16(bytes, start + 7);
  if (
    !isQuantity(request.readQuantity, MAX_READ_WRITE_READ) ||
    !isQuantity(request.quantity, MAX_READ_WRITE_WRITE)
  ) return illegalDataValue;
  request.dataAt = start + 10;
  request.dataLength = bytes[start + 9]!;
  return isData(request, end, registerBytes(request.quantity));
}

/** Function code, sub-function, 16-bit data fields (AP 6.8). */
function diagnostics(
  bytes: Uint8Array,
  start: number,
  end: number,
  request: Request,
): Refusal {
  if (end - start < 3) return illegalDataValue;
  if (uint16(bytes, start + 1) !== RETURN_QUERY_DATA) return illegalFunction;
  request.dataAt = start + 3;
  request.dataLength = end - request.dataAt;
  return request.dataLength % 2 === 0 ? 0 : illegalDataValue;
}

/** Function code, MEI type, read device id code, object id (AP 6.21). */
function encapsulated(
  bytes: Uint8Array,
  start: number,
  end: number,
  request: Request,
): Refusal {
  if (end - start < 2) return illegalDataValue;
  if (bytes[start + 1] !== READ_DEVICE_IDENTIFICATION) return illegalFunction;
  if (end - start !== 4) return illegalDataValue;
  request.value = bytes[start + 2]!;
  request.value2 = bytes[start + 3]!;
  return request.value >= 1 && request.value <= 4 ? 0 : illegalDataValue;
}

function isQuantity(quantity: number, most: number): boolean {
  return quantity >= 1 && quantity <= most;
}

function isData(request: Request, end: number, expected: number): Refusal {
  return request.dataLength === expected && request.dataAt + expected === end
    ? 0
    : illegalDataValue;
}
