/**
 * A line between a client and a server that tests can cut or freeze.
 * @module
 */

/** A TCP proxy on a free port of loopback. */
export class TcpProxy implements AsyncDisposable {
  readonly #listener: Deno.TcpListener;
  readonly #target: Deno.NetAddr;
  readonly #open = new Set<Deno.TcpConn>();
  readonly #serving: Promise<void>;
  #gate = Promise.withResolvers<void>();
  #accepted = 0;

  /** Carries what comes to the server at `target`. */
  constructor(target: Deno.NetAddr) {
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.#target = target;
    this.#gate.resolve();
    this.#serving = this.#serve();
  }

  /** Where clients reach the server through it. */
  get url(): string {
    return `ws://127.0.0.1:${this.#listener.addr.port}/`;
  }

  /** How many connections have come so far. */
  get accepted(): number {
    return this.#accepted;
  }

  /** Closes all connections, wherever they are in a message. */
  cut(): void {
    for (const conn of this.#open) conn.close();
    this.#open.clear();
  }

  /** From now on nothing is carried, and nothing closed: new connections find silence, too. */
  freeze(): void {
    this.#gate = Promise.withResolvers();
  }

  /** Ends a {@linkcode TcpProxy.freeze}; what was held back is carried on. */
  thaw(): void {
    this.#gate.resolve();
  }

  /** Cuts everything and listens no more. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    this.cut();
    this.thaw();
    await this.#serving;
  }

  async #serve(): Promise<void> {
    const lines: Promise<void>[] = [];
    for await (const conn of this.#listener) {
      this.#accepted++;
      lines.push(this.#connect(conn));
    }
    await Promise.all(lines);
  }

  async #connect(near: Deno.TcpConn): Promise<void> {
    const { hostname, port } = this.#target;
    this.#open.add(near);
    let far: Deno.TcpConn;
    try {
      far = await Deno.connect({ hostname, port });
    } catch {
      return this.#close(near);
    }
    // It may have been cut in the meantime.
    if (!this.#open.has(near)) return far.close();
    this.#open.add(far);
    await Promise.all([this.#carry(near, far), this.#carry(far, near)]);
    this.#close(near);
    this.#close(far);
  }

  async #carry(from: Deno.TcpConn, to: Deno.TcpConn): Promise<void> {
    const chunk = new Uint8Array(1 << 16);
    try {
      for (;;) {
        const length = await from.read(chunk);
        await this.#gate.promise;
        if (length === null) return await to.closeWrite();
        for (let sent = 0; sent < length;) {
          sent += await to.write(chunk.subarray(sent, length));
        }
      }
    } catch {
      // One side is gone: so is the other one.
      this.#close(from);
      this.#close(to);
    }
  }

  #close(conn: Deno.TcpConn): void {
    if (this.#open.delete(conn)) conn.close();
  }
}
