/**
 * One WebSocket client: what it says is done, what changes it is told.
 * @module
 */
import type { Bank } from "../bank/bank.ts";
import { type Change, Origin, type Writer } from "../bank/change.ts";
import { wireLength } from "../bank/tables.ts";
import { encodeError, encodeOk, encodePong, encodeRead } from "./encode.ts";
import {
  type ClientMessage,
  ProtocolError,
  type ReadMessage,
  type WriteMessage,
} from "./messages.ts";
import { parseMessage } from "./parse.ts";
import type { Socket } from "./socket.ts";

/** The unit id that writes of WebSocket clients carry. */
const DEFAULT_UNIT = 0;

/** A client's side of the hub. */
export class Session {
  /** The client's number, unique in this program's run. */
  readonly number: number;
  /** The client's socket. */
  readonly socket: Socket;
  readonly #bank: Bank;
  readonly #writer: Writer;
  /** The last write that was there before the client: older ones are not news to it. */
  readonly #since: number;

  /** A session of the client with that number, beginning now. */
  constructor(number: number, socket: Socket, bank: Bank) {
    this.number = number;
    this.socket = socket;
    this.#bank = bank;
    const origin = Origin.websocket;
    this.#writer = { origin, connection: number, unitId: DEFAULT_UNIT };
    this.#since = bank.seq;
  }

  /**
   * Does what a message says, and answers it.
   *
   * @param data What has arrived: text, or something else, which is refused.
   * @returns The error that was sent, when the message was not accepted.
   */
  receive(data: unknown): ProtocolError | undefined {
    try {
      if (typeof data !== "string") {
        const what = "A message is JSON text, not binary data";
        throw new ProtocolError("invalid_message", what);
      }
      this.#execute(parseMessage(data));
      return undefined;
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.socket.send(encodeError(error));
      return error;
    }
  }

  /** Whether the client is to be told of a change: a writer does not get its own write back. */
  wants(change: Change): boolean {
    if (change.seq <= this.#since) return false;
    return change.origin !== Origin.websocket ||
      change.connection !== this.number;
  }

  #execute(message: ClientMessage): void {
    switch (message.type) {
      case "write":
        return this.#write(message);
      case "read":
        return this.#read(message);
      case "ping":
        return this.socket.send(encodePong(message.id));
    }
  }

  #write(message: WriteMessage): void {
    const { table, address, count, values, id } = message;
    this.#writer.unitId = message.unit ?? DEFAULT_UNIT;
    this.#bank.write(table, address, count, values, 0, this.#writer);
    if (id !== undefined) this.socket.send(encodeOk(id));
  }

  #read({ table, address, count, id }: ReadMessage): void {
    const values = new Uint8Array(wireLength(table, count));
    this.#bank.read(table, address, count, values, 0);
    this.socket.send(encodeRead({ table, address, count, values }, id));
  }
}
