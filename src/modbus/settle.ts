/**
 * Responses to writes that have waited for the disk. Pure.
 * @module
 */
import { ExceptionCode, WRITES } from "./codes.ts";
import { EXCEPTION_FLAG, MBAP_HEADER } from "./limits.ts";
import { putUint16 } from "./mbap.ts";

/** Bytes of the length field and of what lies before it. */
const LENGTH_END = 6;

/** Unit id, function code, exception code. */
const EXCEPTION_LENGTH = 3;

/**
 * Makes responses to writes final: as they are when the writes are on disk,
 * else exceptions 04 in their place. All others stay.
 *
 * @param responses Response ADUs, one behind the other; changed in place.
 * @param count Is told the function code of each response to a write, and the exception code that it has got, 0 for none.
 * @returns How many bytes are left.
 */
export function settleWrites(
  responses: Uint8Array,
  stored: boolean,
  count: (functionCode: number, exceptionCode: ExceptionCode | 0) => void,
): number {
  const code = stored ? 0 : ExceptionCode.serverDeviceFailure;
  let to = 0;
  for (let at = 0; at < responses.length;) {
    const length = (responses[at + 4]! << 8) | responses[at + 5]!;
    const end = at + LENGTH_END + length;
    const functionCode = responses[at + MBAP_HEADER]!;
    const isWrite = WRITES[functionCode] === 1;
    if (isWrite) count(functionCode, code);
    if (isWrite && !stored) {
      responses.copyWithin(to, at, at + MBAP_HEADER);
      putUint16(responses, to + 4, EXCEPTION_LENGTH);
      responses[to + MBAP_HEADER] = functionCode | EXCEPTION_FLAG;
      responses[to + MBAP_HEADER + 1] = code;
      to += LENGTH_END + EXCEPTION_LENGTH;
    } else {
      responses.copyWithin(to, at, end);
      to += end - at;
    }
    at = end;
  }
  return to;
}
