/**
 * The PLC of the fan-out: one Modbus connection that writes numbered values.
 * @module
 */
import { aduLength, buildRequest, VALUES_AT } from "./requests.ts";

/** What each write writes: a number in two registers, and a tag. */
const KIND = { functionCode: 16, address: 0, quantity: 3 } as const;

/** A connection that writes. */
export class Writer {
  readonly #socket: Deno.TcpConn;
  readonly #request = buildRequest(KIND);
  readonly #input = new Uint8Array(64);

  private constructor(socket: Deno.TcpConn) {
    this.#socket = socket;
  }

  /** Connects to the server on that port of loopback. */
  static async open(port: number): Promise<Writer> {
    const socket = await Deno.connect({ hostname: "127.0.0.1", port });
    socket.setNoDelay(true);
    return new Writer(socket);
  }

  /** Writes a number of up to 32 bits and a tag of 16, and waits for the answer. */
  async write(number: number, tag: number): Promise<void> {
    const request = this.#request;
    request[0] = request[VALUES_AT + 2] = number >>> 8;
    request[1] = request[VALUES_AT + 3] = number;
    request[VALUES_AT] = number >>> 24;
    request[VALUES_AT + 1] = number >>> 16;
    request[VALUES_AT + 4] = tag >>> 8;
    request[VALUES_AT + 5] = tag;
    await this.#socket.write(request);
    for (let have = 0; have < 6 || have < aduLength(this.#input, 0);) {
      const read = await this.#socket.read(this.#input.subarray(have));
      if (read === null) throw new Error("The server closed the connection");
      have += read;
    }
    if (this.#input[7] !== 16) throw new Error("The server refused a write");
  }

  /** Closes the connection. */
  close(): void {
    this.#socket.close();
  }
}
