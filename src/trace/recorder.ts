/**
 * Makes a capture of what goes over connections, and hands it on in chunks.
 * It never waits: what nobody takes away in time is left out and counted.
 * @module
 */
import { parseIp } from "../access/cidr.ts";
import type { SocketAddress } from "../address.ts";
import { Conversation } from "./conversation.ts";
import { PACKET_HEADER, packetOverhead, putPacket } from "./pcapng.ts";
import {
  type Endpoint,
  headersLength,
  putSegment,
  type Segment,
} from "./tcp_packet.ts";

/** Bytes of a chunk, more than the largest packet block. */
const CHUNK_SIZE = 1 << 16;

/** Most chunks that may be under way: 4 MiB. */
const MAX_UNDER_WAY = 64;

/** How long a packet may wait for its chunk to be full, in milliseconds. */
const FLUSH_AFTER = 200;

/** Which element of {@linkcode RecorderSink.progress} is what. */
export const Progress = {
  /** How many chunks are under way: the recorder adds one for each it hands over, who has written it takes one away. */
  underWay: 0,
  /** Not 0 once the capture has ended, and nothing is to be recorded any more. */
  over: 1,
} as const;

/** Elements of {@linkcode RecorderSink.progress}. */
export const PROGRESS_LENGTH = 2;

/** Where a recorder's chunks go. */
export interface RecorderSink {
  /** Takes packet blocks over, memory and all. */
  readonly take: (blocks: Uint8Array<ArrayBuffer>) => void;
  /** How far they are. Another thread may write them. */
  readonly progress: Int32Array;
}

/** Tells the recorder that a chunk is written, or that none will be any more. */
export function tellWritten(progress: Int32Array, goesOn: boolean): void {
  if (!goesOn) Atomics.store(progress, Progress.over, 1);
  Atomics.sub(progress, Progress.underWay, 1);
}

/** Is told of each packet that is left out, as the how manieth in turn, and how many they were when that is over. */
export type Missing = (packets: number, over: boolean) => void;

/** Captures any number of connections. */
export class Recorder {
  readonly #sink: RecorderSink;
  readonly #tellMissing: Missing;
  readonly #now: () => number;
  #chunk: Uint8Array<ArrayBuffer> | undefined;
  #view: DataView<ArrayBuffer> = new DataView(new ArrayBuffer(0));
  #length = 0;
  #missing = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * A recorder for `sink`.
   *
   * @param now The time in microseconds since 1970.
   */
  constructor(
    sink: RecorderSink,
    missing: Missing,
    now: () => number = microseconds,
  ) {
    this.#sink = sink;
    this.#tellMissing = missing;
    this.#now = now;
  }

  /** Begins a connection of `client` to `server`. */
  open(client: SocketAddress, server: SocketAddress): Conversation {
    return new Conversation(
      endpoint(client),
      endpoint(server),
      (segment, payload) => this.#record(segment, payload),
    );
  }

  /** Hands over what was recorded up to now. */
  flush(): void {
    clearTimeout(this.#timer);
    const chunk = this.#chunk;
    this.#chunk = undefined;
    if (chunk === undefined || this.#isOver) return;
    Atomics.add(this.#sink.progress, Progress.underWay, 1);
    this.#sink.take(chunk.subarray(0, this.#length));
  }

  get #isOver(): boolean {
    return Atomics.load(this.#sink.progress, Progress.over) !== 0;
  }

  #record(segment: Segment, payload: Uint8Array): void {
    if (this.#isOver) return;
    const length = headersLength(segment.from) + payload.length;
    if (this.#length + length + packetOverhead(length) > CHUNK_SIZE) {
      this.flush();
    }
    const chunk = this.#chunk ?? this.#begin();
    if (chunk === undefined) return;
    putSegment(chunk, this.#length + PACKET_HEADER, segment, payload);
    this.#length += putPacket(this.#view, this.#length, length, this.#now());
  }

  /** A new chunk; undefined when too many are under way. */
  #begin(): Uint8Array<ArrayBuffer> | undefined {
    if (Atomics.load(this.#sink.progress, Progress.underWay) >= MAX_UNDER_WAY) {
      this.#tellMissing(++this.#missing, false);
      return undefined;
    }
    if (this.#missing > 0) {
      this.#tellMissing(this.#missing, true);
      this.#missing = 0;
    }
    const chunk = this.#chunk = new Uint8Array(CHUNK_SIZE);
    this.#view = new DataView(chunk.buffer);
    this.#length = 0;
    this.#timer = setTimeout(() => this.flush(), FLUSH_AFTER);
    return chunk;
  }
}

function microseconds(): number {
  return Math.round((performance.timeOrigin + performance.now()) * 1000);
}

/** An address that is none, which the runtime does not tell, becomes 0.0.0.0. */
function endpoint({ hostname, port }: SocketAddress): Endpoint {
  const { bits, value } = parseIp(hostname) ?? { bits: 32, value: 0n };
  const address = Uint8Array.from(
    { length: bits / 8 },
    (_, i) => Number((value >> BigInt(bits - 8 * (i + 1))) & 0xffn),
  );
  return { address, port };
}
