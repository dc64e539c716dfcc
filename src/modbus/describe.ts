/**
 * Requests and their responses as text for people. Pure.
 * @module
 */
import { ExceptionCode, FunctionCode } from "./codes.ts";
import { EXCEPTION_FLAG, MBAP_HEADER } from "./limits.ts";
import { uint16 } from "./mbap.ts";
import { decodeRequest, emptyRequest, type Request } from "./request.ts";

/** Most values in a text. */
const MAX_VALUES = 16;

/** Most bits in a text, which take less room. */
const MAX_BITS = 64;

/** Most bytes of a PDU that was not understood. */
const MAX_BYTES = 12;

const NAMES: Readonly<Record<FunctionCode, string>> = {
  [FunctionCode.readCoils]: "read coils",
  [FunctionCode.readDiscreteInputs]: "read discrete inputs",
  [FunctionCode.readHoldingRegisters]: "read holding registers",
  [FunctionCode.readInputRegisters]: "read input registers",
  [FunctionCode.writeSingleCoil]: "write single coil",
  [FunctionCode.writeSingleRegister]: "write single register",
  [FunctionCode.diagnostics]: "diagnostics",
  [FunctionCode.writeMultipleCoils]: "write multiple coils",
  [FunctionCode.writeMultipleRegisters]: "write multiple registers",
  [FunctionCode.reportServerId]: "report server id",
  [FunctionCode.maskWriteRegister]: "mask write register",
  [FunctionCode.readWriteMultipleRegisters]: "read/write multiple registers",
  [FunctionCode.encapsulatedInterface]: "read device identification",
};

const EXCEPTION_NAMES: Readonly<Record<ExceptionCode, string>> = {
  [ExceptionCode.illegalFunction]: "illegal function",
  [ExceptionCode.illegalDataAddress]: "illegal data address",
  [ExceptionCode.illegalDataValue]: "illegal data value",
  [ExceptionCode.serverDeviceFailure]: "server device failure",
  [ExceptionCode.gatewayTargetFailed]: "no such unit",
};

/**
 * The request ADU from `requestAt` to `requestEnd` and the response ADU from
 * `responseAt`, −1 when there is none, in one line: `unit 1 read coils 3-5 = 101`.
 */
export function describeExchange(
  requests: Uint8Array,
  requestAt: number,
  requestEnd: number,
  responses: Uint8Array,
  responseAt: number,
): string {
  const unitId = requests[requestAt + MBAP_HEADER - 1]!;
  const pduAt = requestAt + MBAP_HEADER;
  const responsePdu = responseAt + MBAP_HEADER;
  const request = emptyRequest();
  const refusal = decodeRequest(requests, pduAt, requestEnd, request);
  const what = refusal === 0
    ? describe(request, requests)
    : describeUnknown(requests, pduAt, requestEnd);
  const isException = responses[responsePdu]! >= EXCEPTION_FLAG;
  const result = responseAt < 0
    ? ": no answer"
    : isException
    ? describeException(responses[responsePdu + 1]!)
    : describeResult(request, responses, responsePdu + 2);
  return `unit ${unitId} ${what}${result}`;
}

/** What is asked for, and for writes the values. */
function describe(request: Request, bytes: Uint8Array): string {
  const { functionCode, value, value2, dataAt } = request;
  const name = NAMES[functionCode as FunctionCode];
  const target = `${name} ${range(request.address, request.quantity)}`;
  switch (functionCode as FunctionCode) {
    case FunctionCode.readCoils:
    case FunctionCode.readDiscreteInputs:
    case FunctionCode.readHoldingRegisters:
    case FunctionCode.readInputRegisters:
      return target;
    case FunctionCode.writeSingleCoil:
      return `${target} = ${value === 0 ? 0 : 1}`;
    case FunctionCode.writeMultipleCoils:
      return `${target} = ${bits(bytes, dataAt, request.quantity)}`;
    case FunctionCode.writeSingleRegister:
    case FunctionCode.writeMultipleRegisters:
      return `${target} = ${registers(bytes, dataAt, request.quantity)}`;
    case FunctionCode.maskWriteRegister:
      return `${target} AND ${hex(value, 4)} OR ${hex(value2, 4)}`;
    case FunctionCode.readWriteMultipleRegisters: {
      const { quantity, readAddress, readQuantity } = request;
      const written = registers(bytes, dataAt, quantity);
      return `${target} = ${written}, then read ${
        range(readAddress, readQuantity)
      }`;
    }
    case FunctionCode.diagnostics:
      return `${name}: return query data, ${request.dataLength} bytes`;
    case FunctionCode.reportServerId:
      return name;
    case FunctionCode.encapsulatedInterface:
      return `${name}: code ${value}, object ${value2}`;
  }
}

/** The values that were read, from byte `at`; of other functions nothing. */
function describeResult(
  { functionCode, quantity, readQuantity }: Request,
  bytes: Uint8Array,
  at: number,
): string {
  switch (functionCode as FunctionCode) {
    case FunctionCode.readCoils:
    case FunctionCode.readDiscreteInputs:
      return ` = ${bits(bytes, at, quantity)}`;
    case FunctionCode.readHoldingRegisters:
    case FunctionCode.readInputRegisters:
      return ` = ${registers(bytes, at, quantity)}`;
    case FunctionCode.readWriteMultipleRegisters:
      return ` = ${registers(bytes, at, readQuantity)}`;
    default:
      return "";
  }
}

function describeUnknown(bytes: Uint8Array, at: number, end: number): string {
  const code = bytes[at]!;
  const name = NAMES[code as FunctionCode];
  const pdu = Array.from(
    bytes.subarray(at, Math.min(end, at + MAX_BYTES)),
    (byte) => hex(byte, 2).slice(2),
  ).join(" ");
  const rest = end - at > MAX_BYTES ? ` … (${end - at} bytes)` : "";
  return `${name ?? `function ${hex(code, 2)}`} (${pdu}${rest})`;
}

function describeException(code: number): string {
  const name = EXCEPTION_NAMES[code as ExceptionCode];
  return `: exception ${hex(code, 2)}${name === undefined ? "" : ` ${name}`}`;
}

function range(address: number, quantity: number): string {
  const last = address + quantity - 1;
  return quantity === 1 ? `${address}` : `${address}-${last}`;
}

function registers(bytes: Uint8Array, at: number, quantity: number): string {
  const shown = Math.min(quantity, MAX_VALUES);
  const values = Array.from(
    { length: shown },
    (_, i) => uint16(bytes, at + 2 * i),
  );
  return values.join(" ") + (shown < quantity ? ` … (${quantity})` : "");
}

function bits(bytes: Uint8Array, at: number, quantity: number): string {
  const shown = Math.min(quantity, MAX_BITS);
  const values = Array.from(
    { length: shown },
    (_, i) => (bytes[at + (i >> 3)]! >> (i & 7)) & 1,
  );
  return values.join("") + (shown < quantity ? ` … (${quantity})` : "");
}

/** As the standard writes codes. */
function hex(value: number, digits: number): string {
  return `0x${value.toString(16).toUpperCase().padStart(digits, "0")}`;
}
