/**
 * Every request as a line of the log.
 * @module
 */
import { formatAddress, type SocketAddress } from "../address.ts";
import type { Log } from "../log.ts";
import { describeExchange } from "./describe.ts";
import { MBAP_HEADER } from "./limits.ts";
import { frameLength, uint16 } from "./mbap.ts";
import type { OpenTap, Tap } from "./tap.ts";

/** Where the unit id stands in an ADU. */
const UNIT_AT = MBAP_HEADER - 1;

/** Most lines in a second: more nobody can read, and they have to be written while PLCs wait. */
const MAX_LINES = 1000;

/** Tells every request at debug level: `Modbus 127.0.0.1:50123 unit 1 read coils 3-5 = 101 (85 µs)`. */
export function trafficLog(
  log: Log,
  now: () => number = () => performance.now(),
): OpenTap {
  const pace = new Pace(log, now);
  return (client) => new TrafficTap(client, log, pace);
}

/** Leaves lines out when there are too many, and says how many. */
class Pace {
  readonly #log: Log;
  readonly #now: () => number;
  #since = -Infinity;
  #lines = 0;

  constructor(log: Log, now: () => number) {
    this.#log = log;
    this.#now = now;
  }

  /** Whether there is room for one more line. */
  admits(): boolean {
    const now = this.#now();
    if (now - this.#since >= 1000) {
      const left = this.#lines - MAX_LINES;
      if (left > 0) {
        this.#log("debug", `Modbus: ${left} more requests without a line`);
      }
      this.#since = now;
      this.#lines = 0;
    }
    return ++this.#lines <= MAX_LINES;
  }
}

class TrafficTap implements Tap {
  readonly #peer: string;
  readonly #log: Log;
  readonly #pace: Pace;

  constructor(client: SocketAddress, log: Log, pace: Pace) {
    this.#peer = formatAddress(client);
    this.#log = log;
    this.#pace = pace;
  }

  received(): void {}

  answered(requests: Uint8Array, responses: Uint8Array, seconds: number): void {
    const time = `${Math.round(seconds * 1e6)} µs`;
    for (let at = 0, answerAt = 0; at < requests.length;) {
      const end = at + frameLength(requests, at, requests.length);
      const isAnswered = answerAt < responses.length &&
        uint16(requests, at) === uint16(responses, answerAt) &&
        // Some clients give every request the same number.
        requests[at + UNIT_AT] === responses[answerAt + UNIT_AT];
      if (this.#pace.admits()) {
        const exchange = describeExchange(
          ...[
            requests,
            at,
            end,
            responses,
            isAnswered ? answerAt : -1,
          ] as const,
        );
        this.#log("debug", `Modbus ${this.#peer} ${exchange} (${time})`);
      }
      if (isAnswered) {
        answerAt += frameLength(responses, answerAt, responses.length);
      }
      at = end;
    }
  }

  closed(): void {}
}
