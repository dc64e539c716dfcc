/**
 * Joins two connections: what comes in on the one goes out on the other.
 * @module
 */

/** Bytes taken at once from a client: requests and messages are short. */
const INBOUND_SIZE = 4096;

/** Bytes taken at once for a client: many notifications that wait together. */
const OUTBOUND_SIZE = 16_384;

/** A client's connection, and the one that is made for it. */
export class Relay {
  /** The client. */
  readonly remote: Deno.NetAddr;
  /** Resolves when both connections are closed. */
  readonly ended: Promise<void>;
  readonly #client: Deno.TcpConn;
  readonly #server: Deno.TcpConn;
  /** Since when the client takes nothing of what is there for it. */
  #waitsSince: number | undefined;
  #closed = false;

  /**
   * Carries bytes from now on, until the server ends its side or one of the
   * connections fails; then it closes both.
   */
  constructor(client: Deno.TcpConn, server: Deno.TcpConn) {
    this.remote = client.remoteAddr;
    this.#client = client;
    this.#server = server;
    this.ended = this.#run();
  }

  /** For how many milliseconds the client has taken nothing, at time `now` of `performance.now()`. */
  stalledFor(now: number): number {
    return now - (this.#waitsSince ?? now);
  }

  /** Closes both connections at once. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#client.close();
    this.#server.close();
  }

  async #run(): Promise<void> {
    try {
      this.#client.setKeepAlive(true);
      for (const side of [this.#client, this.#server]) side.setNoDelay(true);
      this.#carryIn().catch(() => this.close());
      await this.#carryOut();
    } catch {
      // A side is gone, or closed under a pending read: so is the other one.
    } finally {
      this.close();
    }
  }

  /** Ends when the client does, and throws when it is gone; what the server does not take any more is dropped. */
  async #carryIn(): Promise<void> {
    const chunk = new Uint8Array(INBOUND_SIZE);
    let isTaken = true;
    for (;;) {
      const length = await this.#client.read(chunk);
      if (length === null) break;
      if (isTaken) isTaken = await write(this.#server, chunk, length);
    }
    if (isTaken) await this.#server.closeWrite();
  }

  async #carryOut(): Promise<void> {
    const chunk = new Uint8Array(OUTBOUND_SIZE);
    for (;;) {
      const length = await this.#server.read(chunk);
      if (length === null) return;
      this.#waitsSince = performance.now();
      if (!await write(this.#client, chunk, length)) return;
      this.#waitsSince = undefined;
    }
  }
}

/** Writes the first `length` bytes of a chunk. Returns whether the other side has taken them. */
async function write(
  conn: Deno.TcpConn,
  chunk: Uint8Array<ArrayBuffer>,
  length: number,
): Promise<boolean> {
  try {
    for (let sent = 0; sent < length;) {
      sent += await conn.write(chunk.subarray(sent, length));
    }
    return true;
  } catch {
    return false;
  }
}
