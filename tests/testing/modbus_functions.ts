/**
 * The functions of the standard over the bare client, which shares no code
 * with the server.
 * @module
 */
import { ModbusClient } from "./modbus_client.ts";
import type { Functions } from "./write_suite.ts";

/** A response that is an exception. */
export class ModbusException extends Error {
  /** The exception with that code. */
  constructor(readonly exceptionCode: number) {
    super(`Exception ${exceptionCode}`);
    this.name = "ModbusException";
  }
}

/** The functions of `client`. */
export function functionsOf(client: ModbusClient): Functions & {
  /** Function 02. */
  readDiscreteInputs(address: number, quantity: number): Promise<boolean[]>;
  /** Function 04. */
  readInputRegisters(address: number, quantity: number): Promise<number[]>;
} {
  async function ask(...pdu: number[]): Promise<Uint8Array> {
    const response = await client.request(Uint8Array.from(pdu));
    if (response[0] === (pdu[0]! | 0x80)) {
      throw new ModbusException(response[1]!);
    }
    if (response[0] !== pdu[0]) {
      throw new Error(`Response to another function: ${response}`);
    }
    return response;
  }
  const readBits = (code: number) => async (address: number, n: number) => {
    const response = await ask(code, ...words(address, n));
    return Array.from(
      { length: n },
      (_, i) => ((response[2 + (i >> 3)]! >> (i & 7)) & 1) === 1,
    );
  };
  const readWords = (code: number) => async (address: number, n: number) => {
    return unwords((await ask(code, ...words(address, n))).subarray(2));
  };
  return {
    readCoils: readBits(1),
    readDiscreteInputs: readBits(2),
    readHoldingRegisters: readWords(3),
    readInputRegisters: readWords(4),
    writeSingleCoil: (address, value) =>
      ask(5, ...words(address, value ? 0xff00 : 0)),
    writeSingleRegister: (address, value) => ask(6, ...words(address, value)),
    writeMultipleCoils: (address, values) => {
      const bytes = packed(values);
      return ask(
        15,
        ...words(address, values.length),
        bytes.length,
        ...bytes,
      );
    },
    writeMultipleRegisters: (address, values) =>
      ask(
        16,
        ...words(address, values.length),
        values.length * 2,
        ...words(...values),
      ),
    maskWriteRegister: (address, and, or) =>
      ask(22, ...words(address, and, or)),
    readWriteMultipleRegisters: async (from, quantity, address, values) => {
      const response = await ask(
        23,
        ...words(from, quantity, address, values.length),
        values.length * 2,
        ...words(...values),
      );
      return unwords(response.subarray(2));
    },
  };
}

function words(...values: number[]): number[] {
  return values.flatMap((value) => [value >> 8, value & 0xff]);
}

function unwords(bytes: Uint8Array): number[] {
  return Array.from(
    { length: bytes.length / 2 },
    (_, i) => (bytes[2 * i]! << 8) | bytes[2 * i + 1]!,
  );
}

function packed(values: readonly boolean[]): number[] {
  const bytes = new Array(Math.ceil(values.length / 8)).fill(0);
  values.forEach((value, i) => {
    if (value) bytes[i >> 3] |= 1 << (i & 7);
  });
  return bytes;
}
