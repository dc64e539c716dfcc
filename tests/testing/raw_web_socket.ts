/**
 * A WebSocket client made by hand on a TCP connection: it sees the server's
 * answer to its handshake, and can be as fast, as slow or as wrong as a test
 * wants.
 * @module
 */

import { TEST_CERT } from "./tls.ts";

/** The key of the example in RFC 6455, 1.3; {@linkcode ACCEPT} belongs to it. */
const KEY = "dGhlIHNhbXBsZSBub25jZQ==";

/** What a server makes of the key in that example. */
export const ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

/** Headers beside those of a handshake, or instead of them; undefined leaves one out. */
export type ExtraHeaders = Readonly<Record<string, string | undefined>>;

/** The text of a handshake, ready to be sent whole or in part. */
export function handshake(url: string, headers: ExtraHeaders = {}): string {
  const { host, pathname, search } = new URL(url);
  const fields = {
    "Host": host,
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Key": KEY,
    "Sec-WebSocket-Version": "13",
    ...headers,
  };
  const lines = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${value}`);
  return [`GET ${pathname}${search} HTTP/1.1`, ...lines, "", ""].join("\r\n");
}

/** A TCP connection to the server of that URL. */
export function connectTo(url: string): Promise<Deno.TcpConn> {
  return Deno.connect(addressOf(url));
}

function addressOf(url: string): { hostname: string; port: number } {
  const { hostname, port } = new URL(url);
  return {
    hostname: hostname.replace(/^\[|\]$/g, ""),
    port: Number(port),
  };
}

/** The connection has ended. */
export class Gone extends Error {
  /** An end that the client did not ask for. */
  constructor() {
    super("The server closed the connection");
    this.name = "Gone";
  }
}

/** A WebSocket made by hand, or an attempt at one that the server has refused. */
export class RawWebSocket implements Disposable {
  /** The connection. */
  readonly conn: Deno.TcpConn | Deno.TlsConn;
  /** Status of the answer to the handshake: 101 when it is a WebSocket. */
  status = 0;
  /** Headers of that answer. */
  headers = new Headers();
  #bytes = new Uint8Array(0);
  /** Bytes that it still reads. */
  #left: number;

  private constructor(conn: Deno.TcpConn | Deno.TlsConn, most: number) {
    this.conn = conn;
    this.#left = most;
  }

  /**
   * Connects, and reads the head of the answer. A server of `wss:` has the
   * tests' certificate.
   *
   * @param most Bytes that it reads in all; then it cuts the connection, be it in the midst of a frame.
   * @throws {Gone} If that ends within the head.
   */
  static async open(
    url: string,
    headers: ExtraHeaders = {},
    most = Infinity,
  ): Promise<RawWebSocket> {
    const isSecure = url.startsWith("wss:");
    const conn = isSecure
      ? await Deno.connectTls({ ...addressOf(url), caCerts: [TEST_CERT] })
      : await connectTo(url);
    const client = new RawWebSocket(conn, most);
    try {
      await client.#shakeHands(handshake(url, headers));
      return client;
    } catch (error) {
      client[Symbol.dispose]();
      throw error;
    }
  }

  async #shakeHands(text: string): Promise<void> {
    await this.#write(new TextEncoder().encode(text));
    const head = new TextDecoder().decode(await this.#takeHead());
    const [first, ...fields] = head.trimEnd().split("\r\n");
    this.status = Number(first!.split(" ")[1]);
    for (const field of fields) {
      const colon = field.indexOf(":");
      this.headers.append(field.slice(0, colon), field.slice(colon + 1));
    }
  }

  /** The body of an answer that is not 101. */
  async body(): Promise<string> {
    const length = Number(this.headers.get("content-length"));
    return new TextDecoder().decode(await this.#take(length));
  }

  /** Sends a text message. */
  send(text: string): Promise<void> {
    return this.sendFrame(0x81, new TextEncoder().encode(text));
  }

  /** Sends a frame of up to 65,535 bytes whose first byte is `head`. */
  sendFrame(head: number, payload: Uint8Array): Promise<void> {
    const { length } = payload;
    const size = length < 126 ? [length] : [126, length >> 8, length & 0xff];
    size[0]! |= 0x80;
    // A mask of zeros leaves the payload as it is.
    return this.#write(Uint8Array.of(head, ...size, 0, 0, 0, 0, ...payload));
  }

  /** The first byte and the payload of the next frame. */
  async nextFrame(): Promise<{ head: number; payload: Uint8Array }> {
    const [head, short] = await this.#take(2);
    let length = short!;
    if (length >= 126) {
      const bytes = await this.#take(length === 126 ? 2 : 8);
      length = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
    }
    return { head: head!, payload: await this.#take(length) };
  }

  /** The next text message. */
  async next(): Promise<string> {
    const { head, payload } = await this.nextFrame();
    if (head !== 0x81) throw new Error(`Not a whole text message: ${head}`);
    return new TextDecoder().decode(payload);
  }

  /** Cuts the connection, if it has not been. */
  [Symbol.dispose](): void {
    try {
      this.conn.close();
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (let sent = 0; sent < bytes.length;) {
      sent += await this.conn.write(bytes.subarray(sent));
    }
  }

  async #takeHead(): Promise<Uint8Array> {
    for (;;) {
      const end = new TextDecoder("latin1").decode(this.#bytes)
        .indexOf("\r\n\r\n");
      if (end !== -1) return await this.#take(end + 4);
      await this.#read();
    }
  }

  async #read(): Promise<void> {
    const chunk = new Uint8Array(Math.min(65_536, this.#left));
    const count = chunk.length === 0 ? null : await this.conn.read(chunk);
    if (count === null) {
      this[Symbol.dispose]();
      throw new Gone();
    }
    this.#left -= count;
    const joined = new Uint8Array(this.#bytes.length + count);
    joined.set(this.#bytes);
    joined.set(chunk.subarray(0, count), this.#bytes.length);
    this.#bytes = joined;
  }

  async #take(length: number): Promise<Uint8Array> {
    while (this.#bytes.length < length) await this.#read();
    const taken = this.#bytes.subarray(0, length);
    this.#bytes = this.#bytes.subarray(length);
    return taken;
  }
}
