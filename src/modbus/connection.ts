/**
 * One Modbus connection: reads, answers, writes, until the client goes.
 * @module
 */
import { formatAddress } from "../address.ts";
import type { Bank } from "../bank/bank.ts";
import { Origin } from "../bank/change.ts";
import type { Log } from "../log.ts";
import type { ModbusCounters } from "./counters.ts";
import type { EncodedIdentity } from "./identity.ts";
import { RequestStream } from "./stream.ts";

/** The socket of a client and its requests. */
export class Connection {
  /** Address and port of the client, for the log. */
  readonly peer: string;
  /** When bytes came last, in milliseconds of `performance.now()`. */
  activeAt: number = performance.now();
  /** Since when a request is incomplete; undefined when none is. */
  partialSince: number | undefined;
  /** Whether it waits for bytes and has answered all it has read. */
  reading = false;

  readonly #socket: Deno.TcpConn;
  readonly #stream: RequestStream;
  readonly #log: Log;
  #closed = false;

  /**
   * A connection that is not served yet.
   *
   * @param socket The accepted socket; this object closes it.
   * @param number The connection's number, unique in this server.
   * @param bank What its requests read and write.
   * @param identity What it answers when asked who it is.
   * @param counters Where its requests are counted.
   * @param log Is told of violations and faults.
   */
  constructor(
    socket: Deno.TcpConn,
    number: number,
    bank: Bank,
    identity: EncodedIdentity,
    counters: ModbusCounters,
    log: Log,
  ) {
    this.peer = formatAddress(socket.remoteAddr);
    this.#socket = socket;
    this.#log = log;
    const writer = { origin: Origin.modbus, connection: number, unitId: 0 };
    this.#stream = new RequestStream(
      bank,
      identity,
      writer,
      counters,
      (e) =>
        log(
          "error",
          `Modbus client ${this.peer}: a request failed: ${stack(e)}`,
        ),
    );
  }

  /** Serves the client until it goes or is closed. Never rejects. */
  async serve(): Promise<void> {
    try {
      this.#socket.setNoDelay(true);
      this.#socket.setKeepAlive(true);
      await this.#serve();
    } catch (error) {
      // The peer's reset, or our own close under a pending read: this connection is over, nothing else.
      if (!this.#closed) {
        this.#log("debug", `Modbus client ${this.peer}: ${error}`);
      }
    } finally {
      this.close();
    }
  }

  /** Closes the socket at once, whatever is pending on it. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    try {
      this.#socket.close();
    } catch {
      // The runtime has closed it already.
    }
  }

  async #serve(): Promise<void> {
    const stream = this.#stream;
    for (;;) {
      this.reading = true;
      const count = await this.#socket.read(stream.space);
      this.reading = false;
      if (count === null) return;
      const now = performance.now();
      this.activeAt = now;
      stream.received(count);
      for (
        let responses = stream.answer();
        responses.length > 0;
        responses = stream.answer()
      ) {
        this.partialSince = undefined;
        await this.#send(responses);
      }
      if (stream.violation !== undefined) return this.#reportViolation();
      this.partialSince = stream.partial ? this.partialSince ?? now : undefined;
    }
  }

  async #send(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    let sent = await this.#socket.write(bytes);
    while (sent < bytes.length) {
      sent += await this.#socket.write(bytes.subarray(sent));
    }
  }

  #reportViolation(): void {
    const bytes = Array.from(
      this.#stream.rest,
      (byte) => byte.toString(16).padStart(2, "0"),
    );
    this.#log(
      "warn",
      `Modbus client ${this.peer} sent what is not Modbus TCP (wrong ${this.#stream.violation} in ${
        bytes.join(" ")
      }): closing the connection`,
    );
  }
}

function stack(error: unknown): string {
  return error instanceof Error ? error.stack ?? error.message : String(error);
}
