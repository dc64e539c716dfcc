/**
 * A bare Modbus TCP client for tests: sends any bytes, right or wrong. It
 * shares no code with the server.
 * @module
 */

/** A TCP connection to a Modbus server. */
export class ModbusClient implements Disposable {
  readonly #socket: Deno.TcpConn;
  #transactionId = 0;

  private constructor(socket: Deno.TcpConn) {
    this.#socket = socket;
  }

  /** Connects. */
  static async connect(
    { hostname, port }: { hostname: string; port: number },
  ): Promise<ModbusClient> {
    const socket = await Deno.connect({ hostname, port });
    // What is sent is to be there when `send` has ended.
    socket.setNoDelay(true);
    return new ModbusClient(socket);
  }

  /** Address and port of this side, as the server's log calls it. */
  get name(): string {
    const { hostname, port } = this.#socket.localAddr;
    return `${hostname}:${port}`;
  }

  /** Sends bytes as they are. */
  async send(bytes: Uint8Array): Promise<void> {
    for (let sent = 0; sent < bytes.length;) {
      sent += await this.#socket.write(bytes.subarray(sent));
    }
  }

  /** Says that nothing more will be sent; still receives. */
  closeWrite(): Promise<void> {
    return this.#socket.closeWrite();
  }

  /** Receives one ADU; null when the server has closed before its first byte. */
  async receive(): Promise<Uint8Array<ArrayBuffer> | null> {
    const header = await this.#read(6);
    if (header === null) return null;
    const rest = await this.#read((header[4]! << 8) | header[5]!);
    if (rest === null) throw new Error("The server closed within an ADU");
    return Uint8Array.of(...header, ...rest);
  }

  /** Receives what there is until the server closes, in good order or not. */
  async receiveAll(): Promise<Uint8Array<ArrayBuffer>> {
    const parts: Uint8Array[] = [];
    const buffer = new Uint8Array(65_536);
    try {
      for (;;) {
        const count = await this.#socket.read(buffer);
        if (count === null) break;
        parts.push(buffer.slice(0, count));
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.ConnectionReset)) throw error;
    }
    return new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer());
  }

  /** Receives exactly so many bytes. */
  async receiveBytes(length: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = await this.#read(length);
    if (bytes === null) throw new Error("The server closed the connection");
    return bytes;
  }

  /** Sends a PDU in an ADU of its own, and receives the PDU of the response. */
  async request(pdu: Uint8Array, unitId = 1): Promise<Uint8Array> {
    const id = this.#transactionId = (this.#transactionId + 1) & 0xffff;
    await this.send(adu(pdu, id, unitId));
    const response = await this.receive();
    if (response === null) throw new Error("The server closed the connection");
    const echoed = (response[0]! << 8) | response[1]!;
    if (echoed !== id || response[6] !== unitId) {
      throw new Error(`Response to another request: ${response}`);
    }
    return response.subarray(7);
  }

  /** Closes the connection. */
  close(): void {
    this.#socket.close();
  }

  /** Closes the connection. */
  [Symbol.dispose](): void {
    this.close();
  }

  async #read(length: number): Promise<Uint8Array<ArrayBuffer> | null> {
    const bytes = new Uint8Array(length);
    for (let have = 0; have < length;) {
      const count = await this.#socket.read(bytes.subarray(have));
      if (count === null) {
        if (have === 0) return null;
        throw new Error(`The server closed after ${have} of ${length} bytes`);
      }
      have += count;
    }
    return bytes;
  }
}

/** A PDU with its MBAP header. */
export function adu(
  pdu: Uint8Array,
  transactionId = 1,
  unitId = 1,
): Uint8Array<ArrayBuffer> {
  const length = pdu.length + 1;
  return Uint8Array.of(
    ...[transactionId >> 8, transactionId & 0xff, 0, 0],
    ...[length >> 8, length & 0xff, unitId],
    ...pdu,
  );
}
