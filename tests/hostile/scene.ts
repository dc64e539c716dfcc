/**
 * The running program, and ways to be hostile to it.
 * @module
 */
import type { TestApp } from "../testing/app.ts";
import { fromHex, toHex } from "../testing/hex.ts";
import { ModbusClient } from "../testing/modbus_client.ts";
import { Gone, RawWebSocket } from "../testing/raw_web_socket.ts";
import { within } from "../testing/within.ts";
import { OWN } from "./bystander.ts";

/** What the key of {@linkcode HANDSHAKE} is made of is the example's (RFC 6455, 1.3). */
export const HANDSHAKE =
  "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n";

/** A frame of a WebSocket as it should not be. */
export interface Frame {
  /** Its first byte: FIN, reserved bits, opcode. */
  readonly head: number;
  /** Text, or bytes. */
  readonly payload: string | readonly number[];
  /** Whether it is masked, as a client's have to be. */
  readonly masked?: false;
  /** Length as it says, beginning with the second byte without its highest bit; else the right one. */
  readonly length?: readonly number[];
}

/** One attempt's view of the program. */
export class Scene {
  /** The program. */
  readonly app: TestApp;

  /** A view of `app`. */
  constructor(app: TestApp) {
    this.app = app;
  }

  /** A Modbus client that is to be disposed of. */
  modbus(): Promise<ModbusClient> {
    return this.app.modbus();
  }

  /**
   * Sends bytes to the Modbus port, each argument in a segment of its own.
   *
   * @returns In hex all that comes until the server closes or there is
   * silence behind the answer to a last, good request.
   */
  async sendModbus(...pieces: string[]): Promise<string> {
    using client = await this.modbus();
    for (const piece of pieces) await client.send(fromHex(piece));
    return await this.answersTo(client);
  }

  /** Resolves when the server has no browser any more but the one that looks on. */
  async isLetGo(): Promise<void> {
    const url = `${this.app.url.replace("ws:", "http:")}health`;
    for (;;) {
      const { websocket } = await (await fetch(url)).json();
      if (websocket.clients === 1) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** In hex what comes to a client that says nothing more; `closed` when the server does not wait for that. */
  async answersTo(client: ModbusClient): Promise<string> {
    try {
      // A client that has said its last word still gets all answers.
      await client.closeWrite();
    } catch {
      // The server has closed already.
    }
    const bytes = await within(client.receiveAll(), "The end of the answers");
    return toHex(bytes) || "closed";
  }

  /**
   * Sends text to the HTTP port, a character a byte.
   *
   * @returns Status and type of problem of each response, then `closed`.
   */
  async http(text: string): Promise<string> {
    const conn = await this.connectHttp();
    const sending = write(conn, Uint8Array.from(text, (c) => c.charCodeAt(0)));
    const got: string[] = [];
    const chunk = new Uint8Array(1 << 16);
    try {
      for (;;) {
        const count = await within(conn.read(chunk), "The end of HTTP");
        if (count === null) break;
        got.push(String.fromCharCode(...chunk.subarray(0, count)));
      }
    } catch (error) {
      // It comes when the server has closed before it has read everything.
      if (!(error instanceof Deno.errors.ConnectionReset)) throw error;
    }
    await sending;
    conn.close();
    return [...summary(got.join("")), "closed"].join(", ");
  }

  /** Sends text to the HTTP port, and cuts the connection when the answer is there. Resolves to its status and type of problem. */
  async status(text: string): Promise<string> {
    const conn = await this.connectHttp();
    await write(conn, new TextEncoder().encode(text));
    const chunk = new Uint8Array(1 << 16);
    const count = await within(conn.read(chunk), "An answer");
    conn.close();
    const answer = new TextDecoder().decode(chunk.subarray(0, count ?? 0));
    return summary(answer)[0] ?? "closed";
  }

  /** A connection to the HTTP port. */
  connectHttp(): Promise<Deno.TcpConn> {
    const { hostname, port } = this.app.wsAddr;
    return Deno.connect({ hostname, port });
  }

  /** Asks for `path` as a polite client does; `extra` are header lines with their ends. */
  get(
    path: string,
    extra = "",
    method = "GET",
    body = "",
  ): Promise<string> {
    return this.http(
      `${method} ${path} HTTP/1.1\r\nHost: ${this.host}\r\nConnection: close\r\n${extra}\r\n${body}`,
    );
  }

  /** What a browser that knows the address sends as `Host`. */
  get host(): string {
    const { hostname, port } = this.app.wsAddr;
    return `${hostname}:${port}`;
  }

  /** A WebSocket made by hand. */
  webSocket(headers: Record<string, string> = {}): Promise<RawWebSocket> {
    return RawWebSocket.open(this.app.url, headers);
  }

  /**
   * Sends frames on a WebSocket, then a ping of the protocol.
   *
   * @returns What comes: texts, `close CODE`, `pong`; `closed` at the end of the
   * connection, `alive` when the ping is answered.
   */
  frames(...frames: Frame[]): Promise<string> {
    return this.framesWith({}, ...frames);
  }

  /** The same with these headers in the handshake. */
  async framesWith(
    headers: Record<string, string>,
    ...frames: Frame[]
  ): Promise<string> {
    using client = await this.webSocket(headers);
    for (const frame of frames) await write(client.conn, encode(frame));
    await write(client.conn, encode(LAST));
    return await this.framesOf(client);
  }

  /** What comes on a WebSocket up to the answer to the last ping, or the end. */
  async framesOf(client: RawWebSocket): Promise<string> {
    const got: string[] = [];
    try {
      for (;;) {
        const { head, payload } = await within(client.nextFrame(), "A frame");
        if (head === 0x88) {
          got.push(`close ${(payload[0]! << 8) | payload[1]!}`);
        } else if (head === 0x8a) got.push("pong");
        else {
          const text = new TextDecoder().decode(payload);
          if (text === '{"type":"pong","id":"last"}') {
            return [...got, "alive"].join(", ");
          }
          if (!text.startsWith(TOLD)) got.push(JSON.parse(text).code ?? text);
        }
      }
    } catch (error) {
      const isEnd = error instanceof Gone ||
        error instanceof Deno.errors.ConnectionReset;
      if (!isEnd) throw error;
      return [...got, "closed"].join(", ");
    }
  }
}

/** The last that is sent. */
export const LAST: Frame = {
  head: 0x81,
  payload: '{"type":"ping","id":"last"}',
};

/** How everybody is told of what the bystanders write. */
const TOLD = `{"type":"setHoldingRegisters","address":${OWN.address},`;

/** Bytes of a frame. */
export function encode(
  { head, payload, masked, length }: Frame,
): Uint8Array<ArrayBuffer> {
  const data = typeof payload === "string"
    ? new TextEncoder().encode(payload)
    : Uint8Array.from(payload);
  const size = [
    ...(length ??
      (data.length < 126
        ? [data.length]
        : data.length < 65_536
        ? [126, data.length >> 8, data.length & 0xff]
        : [127, 0, 0, 0, 0, ...word(data.length)])),
  ];
  const key = masked === false ? [] : [0x12, 0x34, 0x56, 0x78];
  if (masked !== false) {
    size[0]! |= 0x80;
    for (let i = 0; i < data.length; i++) data[i]! ^= key[i & 3]!;
  }
  const bytes = new Uint8Array(1 + size.length + key.length + data.length);
  bytes.set([head, ...size, ...key]);
  bytes.set(data, bytes.length - data.length);
  return bytes;
}

function word(value: number): number[] {
  return [
    value >>> 24,
    (value >> 16) & 0xff,
    (value >> 8) & 0xff,
    value & 0xff,
  ];
}

/** Sends bytes to somebody who may have gone. */
export async function write(
  conn: Pick<Deno.Conn, "write">,
  bytes: Uint8Array,
): Promise<void> {
  try {
    for (let sent = 0; sent < bytes.length;) {
      sent += await conn.write(bytes.subarray(sent));
    }
  } catch {
    // What it has answered before counts.
  }
}

/** Status of each response, and type of its problem or that it is another one. */
function summary(text: string): string[] {
  return text.split(/(?=^HTTP\/1\.\d )/m).filter(Boolean).map((response) => {
    const [, status] = /^HTTP\/1\.\d (\d+)/.exec(response) ?? [];
    const [, problem] = /"type":"\/problems\/([\w-]+)"/.exec(response) ?? [];
    return [status ?? "?", ...(problem === undefined ? [] : [problem])]
      .join(" ");
  });
}
