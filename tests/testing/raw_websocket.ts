/**
 * A bare WebSocket client on a TCP connection: it can stop reading, read a few
 * bytes only, or be gone from one moment to the next, which the runtime's
 * `WebSocket` can't. It shares no code with the server.
 * @module
 */

/** An HTTP response that is read to its end. */
export interface RawResponse {
  /** Status code. */
  readonly status: number;
  /** Headers by name in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  /** The body. */
  readonly body: string;
}

/** The server did not switch to the WebSocket protocol. */
export class NotSwitched extends Error {
  /** The server's answer. */
  constructor(readonly response: RawResponse) {
    super(`HTTP ${response.status}: ${response.body}`);
    this.name = "NotSwitched";
  }
}

/** The connection has ended, in whatever way. */
export class Gone extends Error {
  /** A connection that ended. */
  constructor() {
    super("The connection has ended");
    this.name = "Gone";
  }
}

/** Headers that a client sends to open a WebSocket (RFC 6455, 1.2). */
export const HANDSHAKE: Readonly<Record<string, string>> = {
  "Connection": "Upgrade",
  "Upgrade": "websocket",
  "Sec-WebSocket-Version": "13",
  "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
};

/** Frame types (RFC 6455, 5.2). */
export const Opcode = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 };

/** A frame, unmasked. */
export interface Frame {
  /** What it is. */
  readonly opcode: number;
  /** Its content. */
  readonly payload: Uint8Array<ArrayBuffer>;
}

interface Address {
  readonly hostname: string;
  readonly port: number;
}

/** Host and port of a URL. */
export function addressOf(url: string): Address {
  const { hostname, port } = new URL(url);
  return { hostname, port: Number(port) };
}

/** Sends an HTTP request with any headers, and reads the answer to its end. */
export async function rawRequest(
  to: Address,
  headers: Readonly<Record<string, string>>,
  start = "GET / HTTP/1.1",
): Promise<RawResponse> {
  using reader = new Reader(await Deno.connect({ ...to }));
  await reader.write(requestText(to, start, headers));
  return await readResponse(reader);
}

/** A client, after the handshake. */
export class RawWebSocket implements Disposable {
  readonly #reader: Reader;

  private constructor(reader: Reader) {
    this.#reader = reader;
  }

  /**
   * Connects.
   *
   * @param most Bytes that it will read, those of the handshake included; then it is cut.
   * @throws {NotSwitched} If the server refuses.
   * @throws {Gone} If it is cut within the handshake.
   */
  static async connect(
    to: Address,
    { headers = HANDSHAKE, most = Infinity } = {},
  ): Promise<RawWebSocket> {
    const reader = new Reader(await Deno.connect({ ...to }), most);
    try {
      await reader.write(requestText(to, "GET / HTTP/1.1", headers));
      const response = await readResponse(reader);
      if (response.status !== 101) throw new NotSwitched(response);
      return new RawWebSocket(reader);
    } catch (error) {
      reader.close();
      throw error;
    }
  }

  /** Sends text as it is, anything else as JSON. */
  async send(message: unknown): Promise<void> {
    const text = typeof message === "string"
      ? message
      : JSON.stringify(message);
    await this.sendFrame(Opcode.text, new TextEncoder().encode(text));
  }

  /** Sends a frame, masked as the standard asks for. */
  async sendFrame(opcode: number, payload: Uint8Array): Promise<void> {
    const { length } = payload;
    const size = length < 126 ? 2 : length < 65_536 ? 4 : 10;
    const frame = new Uint8Array(size + 4 + length);
    const view = new DataView(frame.buffer);
    view.setUint8(0, 0x80 | opcode);
    view.setUint8(1, 0x80 | (size === 2 ? length : size === 4 ? 126 : 127));
    if (size === 4) view.setUint16(2, length);
    if (size === 10) view.setBigUint64(2, BigInt(length));
    // A mask of zeros is a mask, too.
    frame.set(payload, size + 4);
    await this.#reader.write(frame);
  }

  /** The next frame. */
  async nextFrame(): Promise<Frame> {
    const [first, second] = await this.#reader.read(2);
    const opcode = first! & 0x0f;
    let length = second! & 0x7f;
    if (length === 126) {
      const bytes = await this.#reader.read(2);
      length = (bytes[0]! << 8) | bytes[1]!;
    } else if (length === 127) {
      const bytes = await this.#reader.read(8);
      length = Number(new DataView(bytes.buffer).getBigUint64(0));
    }
    return { opcode, payload: await this.#reader.read(length) };
  }

  /** The next text message; pings are answered on the way. A close is the end. */
  async next(): Promise<string> {
    for (;;) {
      const { opcode, payload } = await this.nextFrame();
      if (opcode === Opcode.text) return new TextDecoder().decode(payload);
      if (opcode === Opcode.close) throw new Gone();
      if (opcode === Opcode.ping) await this.sendFrame(Opcode.pong, payload);
    }
  }

  /** Cuts the connection, with whatever is in it. */
  cut(): void {
    this.#reader.close();
  }

  /** Cuts the connection. */
  [Symbol.dispose](): void {
    this.cut();
  }
}

function requestText(
  { hostname, port }: Address,
  start: string,
  headers: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  const lines = Object.entries({ Host: `${hostname}:${port}`, ...headers })
    .map(([name, value]) => `${name}: ${value}`);
  const text = [start, ...lines, "", ""].join("\r\n");
  return new TextEncoder().encode(text);
}

async function readResponse(reader: Reader): Promise<RawResponse> {
  const head = await reader.readThrough("\r\n\r\n");
  const [start, ...lines] = head.trimEnd().split("\r\n");
  const headers = new Map(lines.map((line) => {
    const at = line.indexOf(":");
    return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()];
  }));
  const length = Number(headers.get("content-length") ?? 0);
  const body = new TextDecoder().decode(await reader.read(length));
  return { status: Number(start!.split(" ")[1]), headers, body };
}

/** Reads exact numbers of bytes from a connection. */
class Reader implements Disposable {
  readonly #conn: Deno.TcpConn;
  #left: number;
  #bytes = new Uint8Array(0);

  constructor(conn: Deno.TcpConn, most = Infinity) {
    this.#conn = conn;
    this.#left = most;
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let sent = 0; sent < bytes.length;) {
      sent += await this.#conn.write(bytes.subarray(sent));
    }
  }

  async read(length: number): Promise<Uint8Array<ArrayBuffer>> {
    while (this.#bytes.length < length) await this.#more();
    const bytes = this.#bytes.slice(0, length);
    this.#bytes = this.#bytes.subarray(length);
    return bytes;
  }

  async readThrough(end: string): Promise<string> {
    for (;;) {
      const text = String.fromCharCode(...this.#bytes.subarray(0, 8192));
      const at = text.indexOf(end);
      if (at < 0) await this.#more();
      else {
        this.#bytes = this.#bytes.subarray(at + end.length);
        return text.slice(0, at + end.length);
      }
    }
  }

  close(): void {
    try {
      this.#conn.close();
    } catch {
      // It is closed already.
    }
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async #more(): Promise<void> {
    const chunk = new Uint8Array(Math.min(65_536, this.#left));
    const count = chunk.length === 0 ? null : await this.#conn.read(chunk);
    if (count === null) {
      this.close();
      throw new Gone();
    }
    this.#left -= count;
    const bytes = new Uint8Array(this.#bytes.length + count);
    bytes.set(this.#bytes);
    bytes.set(chunk.subarray(0, count), this.#bytes.length);
    this.#bytes = bytes;
  }
}
