/**
 * One connection as TCP would show it. What is known is only which bytes came
 * and went; handshake, numbers and the end are made up, so that a reader of the
 * capture finds whole connections.
 * @module
 */
import { type Endpoint, Flag } from "./tcp_packet.ts";
import type { Segment } from "./tcp_packet.ts";

/** Takes the segments of a conversation, in order. */
export type TakeSegment = (segment: Segment, payload: Uint8Array) => void;

const NOTHING = new Uint8Array(0);

/** Sequence numbers of both sides begin here: in the capture they are relative anyway. */
const FIRST_SEQUENCE = 1000;

/** A connection of a client to the server. */
export class Conversation {
  readonly #client: Endpoint;
  readonly #server: Endpoint;
  readonly #take: TakeSegment;
  #fromClient = FIRST_SEQUENCE;
  #fromServer = FIRST_SEQUENCE;

  /** Begins with the three segments of the handshake. */
  constructor(client: Endpoint, server: Endpoint, take: TakeSegment) {
    this.#client = client;
    this.#server = server;
    this.#take = take;
    const { syn, acknowledge } = Flag;
    this.#put(true, syn, NOTHING, 0);
    this.#fromClient++;
    this.#put(false, syn | acknowledge, NOTHING);
    this.#fromServer++;
    this.#put(true, acknowledge, NOTHING);
  }

  /** The client has sent bytes. */
  received(bytes: Uint8Array): void {
    this.#put(true, Flag.push | Flag.acknowledge, bytes);
    this.#fromClient = (this.#fromClient + bytes.length) >>> 0;
  }

  /** The server has sent bytes, or none. */
  sent(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#put(false, Flag.push | Flag.acknowledge, bytes);
    this.#fromServer = (this.#fromServer + bytes.length) >>> 0;
  }

  /** The connection has ended; who was first is not known. */
  closed(): void {
    const { fin, acknowledge } = Flag;
    this.#put(true, fin | acknowledge, NOTHING);
    this.#fromClient = (this.#fromClient + 1) >>> 0;
    this.#put(false, fin | acknowledge, NOTHING);
    this.#fromServer = (this.#fromServer + 1) >>> 0;
    this.#put(true, acknowledge, NOTHING);
  }

  #put(
    byClient: boolean,
    flags: number,
    payload: Uint8Array,
    acknowledgement?: number,
  ): void {
    const segment = byClient
      ? {
        ...{ from: this.#client, to: this.#server, flags },
        sequence: this.#fromClient,
        acknowledgement: acknowledgement ?? this.#fromServer,
      }
      : {
        ...{ from: this.#server, to: this.#client, flags },
        sequence: this.#fromServer,
        acknowledgement: this.#fromClient,
      };
    this.#take(segment, payload);
  }
}
