/**
 * Who writes by HTTP.
 * @module
 */
import { Origin, type Writer } from "../bank/change.ts";

/** Numbers the requests that write: each counts as a connection, as there is no other. */
export class RequestWriter {
  readonly #writer: Writer = { origin: Origin.rest, connection: 0, unitId: 0 };

  /** The writer for one more request, valid until the next call. */
  next(): Writer {
    const writer = this.#writer;
    writer.connection = (writer.connection + 1) >>> 0;
    return writer;
  }
}
