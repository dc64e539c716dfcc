/**
 * The response to Read Device Identification (Application Protocol V1.1b3, 6.21).
 * @module
 */
import {
  ExceptionCode,
  FunctionCode,
  READ_DEVICE_IDENTIFICATION,
} from "./codes.ts";
import { MAX_PDU } from "./limits.ts";

/** Read device id codes: which objects a client asks for. */
const ReadDeviceId = { basic: 1, regular: 2, extended: 3, individual: 4 };

/** Number of basic objects; they come first. */
const BASIC_OBJECTS = 3;

/** Regular identification, by stream and by single object. */
const CONFORMITY_LEVEL = 0x82;

const HEADER = 7;

/**
 * Writes the response PDU for the objects in `objects` (index = object id) to
 * `target` at `at`. What does not fit is announced by "more follows" and the
 * object id to go on with.
 *
 * @param code The read device id code, 1 to 4.
 * @param objectId The object to begin with, or the one asked for with code 4.
 * @returns The length of the PDU, or minus the exception code: a single object that does not exist is 02.
 */
export function putDeviceIdentification(
  objects: readonly Uint8Array[],
  code: number,
  objectId: number,
  target: Uint8Array,
  at: number,
): number {
  const single = code === ReadDeviceId.individual;
  const known = code === ReadDeviceId.basic ? BASIC_OBJECTS : objects.length;
  if (single && objectId >= known) return -ExceptionCode.illegalDataAddress;
  // An unknown object in stream access means: from the start (6.21).
  const first = objectId < known ? objectId : 0;
  const last = single ? first + 1 : known;
  let length = HEADER;
  let next = first;
  for (; next < last; next++) {
    const object = objects[next]!;
    if (length + 2 + object.length > MAX_PDU) break;
    target[at + length] = next;
    target[at + length + 1] = object.length;
    target.set(object, at + length + 2);
    length += 2 + object.length;
  }
  const more = next < last;
  target[at] = FunctionCode.encapsulatedInterface;
  target[at + 1] = READ_DEVICE_IDENTIFICATION;
  target[at + 2] = code;
  target[at + 3] = CONFORMITY_LEVEL;
  target[at + 4] = more ? 0xff : 0;
  target[at + 5] = more ? next : 0;
  target[at + 6] = next - first;
  return length;
}
