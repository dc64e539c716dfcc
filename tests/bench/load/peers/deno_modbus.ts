/**
 * The Modbus side of the bare Deno loops: functions 1, 3 and 16, no checks.
 * @module
 */

const registers = new Uint8Array(65_536 * 2);
const coils = new Uint8Array(65_536 / 8);

/** Gets the address and the number of registers that were written. */
export type Written = (address: number, count: number) => void;

/** Listens on a port of loopback, and serves everyone who connects. Returns the port. */
export function serveModbus(written: Written): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  acceptAll(listener, written);
  return listener.addr.port;
}

async function acceptAll(
  listener: Deno.TcpListener,
  written: Written,
): Promise<void> {
  for await (const socket of listener) serve(socket, written).catch(() => {});
}

async function serve(socket: Deno.TcpConn, written: Written): Promise<void> {
  socket.setNoDelay(true);
  const input = new Uint8Array(2048);
  const output = new Uint8Array(8192);
  let end = 0;
  for (;;) {
    const space = end === 0 ? input : input.subarray(end);
    const count = await socket.read(space);
    if (count === null) return socket.close();
    end += count;
    let start = 0;
    let to = 0;
    while (end - start >= 8) {
      const length = 6 + ((input[start + 4]! << 8) | input[start + 5]!);
      if (end - start < length || to + 260 > output.length) break;
      to = answer(input, start, output, to, written);
      start += length;
    }
    input.copyWithin(0, start, end);
    end -= start;
    await socket.write(output.subarray(0, to));
  }
}

/** Puts the response to the request at `at` to `to`. Returns where it ends. */
function answer(
  input: Uint8Array,
  at: number,
  output: Uint8Array,
  to: number,
  written: Written,
): number {
  const functionCode = input[at + 7]!;
  const address = (input[at + 8]! << 8) | input[at + 9]!;
  const quantity = (input[at + 10]! << 8) | input[at + 11]!;
  for (let i = 0; i < 8; i++) output[to + i] = input[at + i]!;
  if (functionCode === 16) {
    const bytes = input[at + 12]!;
    for (let i = 0; i < bytes; i++) {
      registers[address * 2 + i] = input[at + 13 + i]!;
    }
    written(address, quantity);
    for (let i = 8; i < 12; i++) output[to + i] = input[at + i]!;
    output[to + 5] = 6;
    return to + 12;
  }
  const bits = functionCode === 1;
  const cells = bits ? coils : registers;
  const from = bits ? address >>> 3 : address * 2;
  const bytes = bits ? (quantity + 7) >>> 3 : quantity * 2;
  output[to + 4] = (bytes + 3) >>> 8;
  output[to + 5] = bytes + 3;
  output[to + 8] = bytes;
  for (let i = 0; i < bytes; i++) output[to + 9 + i] = cells[from + i]!;
  return to + 9 + bytes;
}

/** The values of some registers now. */
export function valuesOf(address: number, count: number): number[] {
  return Array.from(
    { length: count },
    (_, i) =>
      (registers[2 * (address + i)]! << 8) | registers[2 * (address + i) + 1]!,
  );
}
