/**
 * One Modbus connection: reads, answers, writes, until the client goes.
 * @module
 */
import { formatAddress } from "../address.ts";
import type { Bank } from "../bank/bank.ts";
import { Origin, type Writer } from "../bank/change.ts";
import type { Log } from "../log.ts";
import type { ModbusClientInfo } from "./client_info.ts";
import type { ModbusCounters } from "./counters.ts";
import type { Service } from "./service.ts";
import { RequestStream } from "./stream.ts";
import type { Tap } from "./tap.ts";
import type { TurnClock } from "./turn_clock.ts";

const NOTHING = new Uint8Array(0);

/** The socket of a client and its requests. */
export class Connection {
  /** Address and port of the client, for the log. */
  readonly peer: string;
  /** When bytes came last, in milliseconds of the service's clock. */
  activeAt: number;
  /** Since when a request is incomplete; undefined when none is. */
  partialSince: number | undefined;

  readonly #bank: Bank;
  readonly #socket: Deno.TcpConn;
  readonly #stream: RequestStream;
  readonly #counters: ModbusCounters;
  readonly #clock: TurnClock;
  readonly #number: number;
  readonly #connectedAt = Date.now();
  readonly #writer: Writer;
  readonly #tap: Tap | undefined;
  readonly #log: Log;
  #closed = false;
  #draining = false;
  #waiting = false;
  #seenWaiting = false;

  /**
   * A connection that is not served yet.
   *
   * @param service What it shares with the other connections of the server.
   * @param socket The accepted socket; this object closes it.
   * @param number The connection's number, unique in this server.
   */
  constructor(service: Service, socket: Deno.TcpConn, number: number) {
    const { log } = service;
    this.peer = formatAddress(socket.remoteAddr);
    this.#bank = service.bank;
    this.#socket = socket;
    this.#counters = service.counters;
    this.#clock = service.clock;
    this.activeAt = this.#clock.now();
    this.#log = log;
    this.#number = number;
    this.#tap = service.openTap?.(socket.remoteAddr, socket.localAddr);
    this.#writer = { origin: Origin.modbus, connection: number, unitId: 0 };
    this.#stream = new RequestStream(
      service,
      this.#writer,
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
        this.#counters.add("connectionErrors");
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
    this.#tap?.closed();
    try {
      this.#socket.close();
    } catch {
      // The runtime has closed it already.
    }
  }

  /** Who it is and what it has asked for. */
  info(): ModbusClientInfo {
    const { requests, exceptions, writes } = this.#stream.tally;
    return {
      ...{ connection: this.#number, peer: this.peer },
      ...{ connectedAt: this.#connectedAt, requests, exceptions, writes },
      lastUnit: requests === 0 ? null : this.#writer.unitId,
    };
  }

  /** Whether it has ever sent a whole request. */
  get isInUse(): boolean {
    return this.#stream.tally.requests > 0;
  }

  /** Has it end when all that has arrived by now is answered. */
  drain(): void {
    this.#draining = true;
  }

  /**
   * Whether it was waiting for bytes at the last call and still is, in the same
   * read. One look is not enough: bytes may be there and their event not.
   */
  isIdle(): boolean {
    const idle = this.#waiting && this.#seenWaiting;
    this.#seenWaiting = this.#waiting;
    return idle;
  }

  async #serve(): Promise<void> {
    const stream = this.#stream;
    for (;;) {
      // A read that begins now and does not fill its space leaves nothing behind.
      const last = this.#draining;
      const space = stream.space;
      this.#waiting = true;
      const count = await this.#socket.read(space);
      this.#waiting = this.#seenWaiting = false;
      if (count === null) return this.#counters.add("closedByClient");
      this.activeAt = this.#clock.now();
      this.#counters.add("bytesReceived", count);
      this.#tap?.received(space.subarray(0, count));
      stream.received(count);
      let answered = stream.tally.requests;
      for (
        let responses = stream.answer();
        responses.length > 0;
        responses = stream.answer()
      ) {
        this.partialSince = undefined;
        if (stream.unsettled) responses = await this.#settle();
        const before = answered;
        answered = stream.tally.requests;
        // Not in a function of its own: one more promise for each request shows.
        let sent = await this.#socket.write(responses);
        while (sent < responses.length) {
          sent += await this.#socket.write(responses.subarray(sent));
        }
        const seconds = (this.#clock.now() - this.activeAt) / 1000;
        this.#counters.answered(answered - before, seconds);
        this.#counters.add("bytesSent", responses.length);
        this.#tap?.answered(stream.executed, responses, seconds);
      }
      // What is left are requests to units that do not answer.
      if (this.#tap !== undefined && stream.executed.length > 0) {
        this.#tap.answered(stream.executed, NOTHING, 0);
      }
      if (stream.violation !== undefined) return this.#reportViolation();
      if (last && count < space.length) {
        return this.#counters.add("closedAtStop");
      }
      // Requests to units that do not answer are complete, too.
      if (stream.tally.requests > answered) this.partialSince = undefined;
      // Not from before the answers were sent: meanwhile nothing was read.
      this.partialSince = stream.partial
        ? this.partialSince ?? this.#clock.now()
        : undefined;
    }
  }

  /** Waits until what the last requests have written is on disk. */
  async #settle(): Promise<Uint8Array<ArrayBuffer>> {
    const { durability, written } = this.#bank;
    return this.#stream.settle(await durability!.stored(written));
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
