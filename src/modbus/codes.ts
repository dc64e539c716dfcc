/**
 * Function and exception codes.
 * @module
 */

/** Function codes that the server knows (Application Protocol V1.1b3, 5.1). */
export const FunctionCode = {
  /** Read Coils (6.1). */
  readCoils: 0x01,
  /** Read Discrete Inputs (6.2). */
  readDiscreteInputs: 0x02,
  /** Read Holding Registers (6.3). */
  readHoldingRegisters: 0x03,
  /** Read Input Registers (6.4). */
  readInputRegisters: 0x04,
  /** Write Single Coil (6.5). */
  writeSingleCoil: 0x05,
  /** Write Single Register (6.6). */
  writeSingleRegister: 0x06,
  /** Diagnostics (6.8). */
  diagnostics: 0x08,
  /** Write Multiple Coils (6.11). */
  writeMultipleCoils: 0x0f,
  /** Write Multiple Registers (6.12). */
  writeMultipleRegisters: 0x10,
  /** Report Server ID (6.13). */
  reportServerId: 0x11,
  /** Mask Write Register (6.16). */
  maskWriteRegister: 0x16,
  /** Read/Write Multiple Registers (6.17). */
  readWriteMultipleRegisters: 0x17,
  /** Encapsulated Interface Transport (6.19). */
  encapsulatedInterface: 0x2b,
} as const;

/** A function code that the server knows. */
export type FunctionCode = typeof FunctionCode[keyof typeof FunctionCode];

/** 1 for the function codes that write, 0 for all others. */
export const WRITES: Readonly<Uint8Array> = new Uint8Array(256);
for (
  const code of [
    FunctionCode.writeSingleCoil,
    FunctionCode.writeSingleRegister,
    FunctionCode.writeMultipleCoils,
    FunctionCode.writeMultipleRegisters,
    FunctionCode.maskWriteRegister,
    FunctionCode.readWriteMultipleRegisters,
  ]
) (WRITES as Uint8Array)[code] = 1;

/** Exception codes that the server sends (Application Protocol V1.1b3, 7). */
export const ExceptionCode = {
  /** The function, or its sub-function, is not known. */
  illegalFunction: 0x01,
  /** The range leaves the address space. */
  illegalDataAddress: 0x02,
  /** A quantity, value or length that the function doesn't allow. */
  illegalDataValue: 0x03,
  /** The server failed. */
  serverDeviceFailure: 0x04,
  /** The unit is not served here: GATEWAY TARGET DEVICE FAILED TO RESPOND. */
  gatewayTargetFailed: 0x0b,
} as const;

/** An exception code that the server sends. */
export type ExceptionCode = typeof ExceptionCode[keyof typeof ExceptionCode];

/** Sub-function of {@linkcode FunctionCode.diagnostics}: echo the request (6.8). */
export const RETURN_QUERY_DATA = 0x0000;

/** MEI type of {@linkcode FunctionCode.encapsulatedInterface}: Read Device Identification (6.21). */
export const READ_DEVICE_IDENTIFICATION = 0x0e;
