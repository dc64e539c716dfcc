/**
 * One suite for all Modbus clients: every write function, at the addresses and
 * with the quantities where mistakes are made; a silent WebSocket client is
 * told of each write exactly once, and the client reads back what it wrote.
 * @module
 */
import { assertEquals } from "@std/assert";
import { type Reachable, Witness } from "./mark.ts";

/** What the suite needs of a Modbus client. */
export interface Functions {
  /** Function 01. */
  readCoils(address: number, quantity: number): Promise<boolean[]>;
  /** Function 03. */
  readHoldingRegisters(address: number, quantity: number): Promise<number[]>;
  /** Function 05. */
  writeSingleCoil(address: number, value: boolean): Promise<unknown>;
  /** Function 06. */
  writeSingleRegister(address: number, value: number): Promise<unknown>;
  /** Function 0F. */
  writeMultipleCoils(address: number, values: boolean[]): Promise<unknown>;
  /** Function 10. */
  writeMultipleRegisters(address: number, values: number[]): Promise<unknown>;
  /** Function 16. */
  maskWriteRegister(address: number, and: number, or: number): Promise<unknown>;
  /** Function 17; resolves to the registers read. */
  readWriteMultipleRegisters(
    readAddress: number,
    readQuantity: number,
    address: number,
    values: number[],
  ): Promise<number[]>;
}

/** What a client can't do for itself. */
export interface Limits {
  /** Most registers that it reads with function 17; 125 unless said. */
  readonly read?: number;
  /** Most registers that it writes with function 10; 123 unless said. */
  readonly write?: number;
}

/** Where bytes of packed bits begin and end, and the last cell. */
const ADDRESSES = [0, 1, 7, 8, 65_535] as const;

/** The largest quantities that the standard allows (Application Protocol V1.1b3, 6.11, 6.12, 6.17). */
const MOST = { coils: 1968, write: 123, readWrite: 121, read: 125 } as const;

/** Addresses and quantities for a function that writes up to `most` cells. */
function ranges(most: number): [address: number, quantity: number][] {
  const atStart = ADDRESSES.slice(0, -1).flatMap((
    address,
  ): [number, number][] => [[address, 1], [address, 3], [address, most]]);
  return [...atStart, [65_535, 1], [65_533, 3], [65_536 - most, most]];
}

/** Bits without a period of 8 or 16; another `seed`, others. */
function bits(quantity: number, seed: number): boolean[] {
  return Array.from(
    { length: quantity },
    (_, i) => (((i + seed) * 2_654_435_761) >>> 13) % 3 === 0,
  );
}

/** Registers that differ in both bytes; another `seed`, others. */
function registers(quantity: number, seed: number): number[] {
  return Array.from(
    { length: quantity },
    (_, i) => ((i + 1) * 40_503 + seed * 2_659) & 0xffff,
  );
}

/**
 * Runs the suite.
 *
 * @param program A running program.
 * @param client The functions of one client.
 * @param limits What of the standard the client can't do.
 */
export async function testWrites(
  t: Deno.TestContext,
  program: Reachable,
  client: Functions,
  limits: Limits = {},
): Promise<void> {
  await using witness = await Witness.join(program);
  const most = { ...MOST, ...limits };
  let seed = 0;

  async function check(
    title: string,
    write: () => Promise<unknown>,
    type: "setCoils" | "setHoldingRegisters",
    address: number,
    value: readonly (boolean | number)[],
  ): Promise<void> {
    await t.step(title, async () => {
      await write();
      const told = await witness.told();
      assertEquals(told, [JSON.stringify({ type, address, value })]);
      const read = type === "setCoils"
        ? await client.readCoils(address, value.length)
        : await client.readHoldingRegisters(address, value.length);
      assertEquals(read, value);
    });
  }

  for (const address of ADDRESSES) {
    for (const value of [true, false]) {
      await check(
        `05 at ${address}: ${value}`,
        () => client.writeSingleCoil(address, value),
        ...["setCoils", address, [value]] as const,
      );
    }
    for (const value of [0xabcd, 0, 0xffff]) {
      await check(
        `06 at ${address}: ${value}`,
        () => client.writeSingleRegister(address, value),
        ...["setHoldingRegisters", address, [value]] as const,
      );
    }
  }
  for (const [address, quantity] of ranges(most.coils)) {
    const values = bits(quantity, ++seed);
    await check(
      `0F at ${address}: ${quantity} coils`,
      () => client.writeMultipleCoils(address, values),
      ...["setCoils", address, values] as const,
    );
  }
  for (const [address, quantity] of ranges(most.write)) {
    const values = registers(quantity, ++seed);
    await check(
      `10 at ${address}: ${quantity} registers`,
      () => client.writeMultipleRegisters(address, values),
      ...["setHoldingRegisters", address, values] as const,
    );
  }
  for (const address of ADDRESSES) {
    // The example of the standard (Application Protocol V1.1b3, 6.16).
    await client.writeSingleRegister(address, 0x12);
    await witness.told();
    await check(
      `16 at ${address}`,
      () => client.maskWriteRegister(address, 0xf2, 0x25),
      ...["setHoldingRegisters", address, [0x17]] as const,
    );
  }
  for (const [address, quantity] of ranges(most.readWrite)) {
    const values = registers(quantity, ++seed);
    await check(
      `17 at ${address}: ${quantity} registers, reads the same`,
      async () => {
        // The write comes before the read (6.17).
        const read = await client
          .readWriteMultipleRegisters(address, quantity, address, values);
        assertEquals(read, values);
      },
      ...["setHoldingRegisters", address, values] as const,
    );
  }
  const [far, near] = [registers(most.read, ++seed), registers(1, ++seed)];
  await client.writeMultipleRegisters(30_000, far.slice(0, 100));
  await client.writeMultipleRegisters(30_100, far.slice(100));
  await witness.told();
  await check(
    `17 at 8: 1 register, reads ${most.read} elsewhere`,
    async () => {
      const read = await client
        .readWriteMultipleRegisters(30_000, most.read, 8, near);
      assertEquals(read, far);
    },
    ...["setHoldingRegisters", 8, near] as const,
  );
  await t.step("nothing more is told", async () => {
    assertEquals(await witness.told(), []);
  });
}
