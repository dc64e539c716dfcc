/**
 * Every number that the standard sets. "AP" is the MODBUS Application Protocol
 * Specification V1.1b3, "IG" the MODBUS Messaging on TCP/IP Implementation
 * Guide V1.0b.
 * @module
 */

/** Bytes of the MBAP header: transaction id, protocol id, length, unit id (IG 3.1.3). */
export const MBAP_HEADER = 7;

/** Bytes that the MBAP length does not count: those up to and with itself (IG 3.1.3). */
export const MBAP_PREFIX = 6;

/** The only protocol id: MODBUS (IG 3.1.3). */
export const PROTOCOL_ID = 0;

/** Largest PDU in bytes (AP 4.1). */
export const MAX_PDU = 253;

/** Largest ADU on TCP in bytes (AP 4.1). */
export const MAX_ADU: number = MBAP_HEADER + MAX_PDU;

/** Smallest MBAP length: unit id and function code. */
export const MIN_LENGTH = 2;

/** Largest MBAP length: unit id and the largest PDU. */
export const MAX_LENGTH: number = 1 + MAX_PDU;

/** Most bits in a request to read coils or discrete inputs (AP 6.1, 6.2). */
export const MAX_READ_BITS = 2000;

/** Most registers in a request to read them (AP 6.3, 6.4). */
export const MAX_READ_REGISTERS = 125;

/** Most coils in a request to write them (AP 6.11). */
export const MAX_WRITE_BITS = 1968;

/** Most registers in a request to write them (AP 6.12). */
export const MAX_WRITE_REGISTERS = 123;

/** Most registers to read with function 17 hex (AP 6.17). */
export const MAX_READ_WRITE_READ = 125;

/** Most registers to write with function 17 hex (AP 6.17). */
export const MAX_READ_WRITE_WRITE = 121;

/** A coil's ON in function 05 (AP 6.5). */
export const COIL_ON = 0xff00;

/** A coil's OFF in function 05 (AP 6.5). */
export const COIL_OFF = 0x0000;

/** Added to the function code in an exception response (AP 4.1). */
export const EXCEPTION_FLAG = 0x80;

/** Run indicator ON in function 11 hex (AP 6.13). */
export const RUN_INDICATOR_ON = 0xff;
