/**
 * What one client says: it is done and answered, in order.
 * @module
 */
import type { Bank } from "../bank/bank.ts";
import { Origin, type Writer } from "../bank/change.ts";
import { wireLength } from "../bank/tables.ts";
import type { Units } from "../bank/units.ts";
import { encodeError, encodeOk, encodePong, encodeRead } from "./encode.ts";
import {
  type ClientMessage,
  type MessageId,
  ProtocolError,
  type ReadMessage,
  type WriteMessage,
} from "./messages.ts";
import { isLongerThan } from "./message_size.ts";
import { parseMessage } from "./parse.ts";
import type { Session } from "./session.ts";
import type { SessionHost, SessionLimits } from "./session_host.ts";
import { CloseCode } from "./socket.ts";
import { type Kind, Turns } from "./turns.ts";

/** The requests of one session. */
export class Requests {
  readonly #session: Session;
  readonly #bank: Bank;
  readonly #host: SessionHost;
  readonly #limits: SessionLimits;
  readonly #writer: Writer;
  readonly #turns: Turns;

  /** The requests of `session`, none so far. */
  constructor(session: Session, host: SessionHost) {
    const { bank, limits } = host;
    this.#session = session;
    this.#bank = bank;
    this.#host = host;
    this.#limits = limits;
    const { number: connection } = session;
    const origin = Origin.websocket;
    this.#writer = { origin, connection, unitId: 0 };
    // The largest message may always wait, whatever the two are set to.
    const most = limits.queue + limits.message;
    this.#turns = new Turns(bank.durability, most, {
      contain: (action) => host.contain(session, action),
      overflow: () => session.close(CloseCode.tryAgainLater, "Too much waits"),
      hasRoom: () => session.hasRoom(),
    });
  }

  /** Whether an answer waits for the disk, or a message for room for its answer. */
  get wait(): boolean {
    return this.#turns.wait;
  }

  /** Does what there is room for by now. */
  advance(): void {
    this.#turns.advance();
  }

  /**
   * Does what a message says, and answers it.
   *
   * @param data What has arrived: text, or something else, which is refused.
   * @returns The error that is sent, when the message was not accepted and that is known at once.
   */
  receive(data: unknown): ProtocolError | undefined {
    const most = this.#limits.message;
    if (isLongerThan(most, data)) {
      const why = `Messages have up to ${most} bytes`;
      this.#session.close(CloseCode.messageTooBig, why);
      return undefined;
    }
    const message = understand(data, this.#bank.units);
    const isError = message instanceof ProtocolError;
    const kind = isError ? "other" : kindOf(message);
    const size = typeof data === "string" ? data.length : 0;
    let refused: ProtocolError | undefined = isError ? message : undefined;
    this.#turns.take(kind, size, () => {
      refused = this.#do(message);
    });
    return refused;
  }

  /** Forgets what waits. */
  end(): void {
    this.#turns.clear();
  }

  /** Does the writes that wait, and answers nothing any more. */
  finish(): void {
    this.#turns.finish();
  }

  /** Does a message and answers it, if only with an error. */
  #do(message: ClientMessage | ProtocolError): ProtocolError | undefined {
    try {
      if (message instanceof ProtocolError) throw message;
      this.#host.counters.received.count(message.type);
      this.#execute(message);
      return undefined;
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      error.id ??= message.id;
      this.#turns.answer(undefined, () => this.#refuse(error));
      return error;
    }
  }

  #execute(message: ClientMessage): void {
    switch (message.type) {
      case "write":
        return this.#write(message);
      case "read":
        return this.#read(message);
      case "subscribe":
        return this.#host.subscribe(this.#session, message);
      case "ping":
        return this.#session.answer(encodePong(message.id));
      case "auth":
        // The client is in already, whoever it says it is.
        return this.#acknowledge(message.id);
    }
  }

  #write(message: WriteMessage): void {
    const { table, address, count, values, id } = message;
    this.#session.guard.check(table, address, count);
    const writer = this.#writer;
    writer.unitId = message.unit ?? this.#bank.units.defaultId;
    const seq = this.#bank.write(table, address, count, values, 0, writer);
    this.#turns.answer(seq, (stored) => {
      if (stored) this.#acknowledge(id);
      else this.#refuse(notStored(id));
    });
  }

  #read({ table, address, count, id }: ReadMessage): void {
    const values = new Uint8Array(wireLength(table, count));
    this.#bank.read(table, address, count, values, 0);
    const cells = { table, address, count, values };
    this.#session.answer(encodeRead(cells, this.#bank.units.idOf(table), id));
  }

  #acknowledge(id: MessageId | undefined): void {
    if (id !== undefined) this.#session.answer(encodeOk(id));
  }

  #refuse(error: ProtocolError): void {
    this.#host.counters.errors.count(error.code);
    this.#session.answer(encodeError(error));
  }
}

function kindOf({ type }: ClientMessage): Kind {
  return type === "write" || type === "read" ? type : "other";
}

function understand(
  data: unknown,
  units: Units,
): ClientMessage | ProtocolError {
  try {
    if (typeof data === "string") return parseMessage(data, units);
    const what = "A message is JSON text, not binary data";
    return new ProtocolError("invalid_message", what);
  } catch (error) {
    if (error instanceof ProtocolError) return error;
    throw error;
  }
}

/** What a client is told whose write is in the bank, and not on the disk. */
export function notStored(id: MessageId | undefined): ProtocolError {
  const what =
    "The disk does not take the write: it is in the bank, and may be lost at a restart";
  const error = new ProtocolError("not_stored", what);
  error.id = id;
  return error;
}
