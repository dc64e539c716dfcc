/**
 * A well-behaved Modbus client: it alone writes its cells, knows what they
 * hold, and compares every answer with that.
 *
 * When its connection is lost, as the server's thread has died, it connects
 * again and repeats the request that was not answered: that may have been done
 * or not, and doing it twice changes nothing.
 * @module
 */
import { assertEquals } from "@std/assert";
import { pause } from "../../src/pause.ts";
import { BankModel } from "../bank/model.ts";
import { ModbusClient } from "../testing/modbus_client.ts";
import { functionsOf } from "../testing/modbus_functions.ts";
import type { Random } from "../testing/random.ts";

/** Its cells: coils and holding registers from 0 to here. */
export const OWN = 2000;

const COILS = 0;
const HOLDING_REGISTERS = 3;

/** Milliseconds between two requests. */
const PACE = 5;

/** A time in which an answer must be there, in milliseconds. */
const DEADLINE = 1000;

/** Milliseconds until it tries again to connect. */
const RETRY = 10;

/** What one request should lead to. */
type Step = (client: ModbusClient) => Promise<void>;

/** What it has seen since somebody has looked. */
export interface PlcFigures {
  /** Milliseconds that each answer took. */
  readonly times: number[];
  /** Answers that took longer than a second. */
  late: number;
  /** Answers that were wrong, and what was. */
  readonly wrong: string[];
  /** Connections that were lost. */
  lost: number;
  /** Milliseconds of the longest time without a connection. */
  longestGap: number;
}

function noFigures(): PlcFigures {
  return { times: [], late: 0, wrong: [], lost: 0, longestGap: 0 };
}

/** The client. */
export class Plc {
  readonly #address: { hostname: string; port: number };
  readonly #random: Random;
  readonly #cells = new BankModel();
  #figures = noFigures();
  #client: ModbusClient;
  #stopped = false;

  private constructor(
    address: { hostname: string; port: number },
    client: ModbusClient,
    random: Random,
  ) {
    this.#address = address;
    this.#client = client;
    this.#random = random;
  }

  /** Connects. */
  static async connect(
    address: { hostname: string; port: number },
    random: Random,
  ): Promise<Plc> {
    return new Plc(address, await ModbusClient.connect(address), random);
  }

  /** What has happened since the last call. */
  takeFigures(): PlcFigures {
    const figures = this.#figures;
    this.#figures = noFigures();
    return figures;
  }

  /** Writes and reads until it is stopped. */
  async run(): Promise<void> {
    while (!this.#stopped) {
      await this.#do(this.#step());
      await pause(PACE);
    }
  }

  /** Ends {@linkcode Plc.run}. */
  stop(): void {
    this.#stopped = true;
  }

  /** Reads all cells of a table. */
  async readTable(table: number): Promise<number[]> {
    const cells: number[] = [];
    const { readCoils, readDiscreteInputs, ...others } = functionsOf(
      this.#client,
    );
    const { readInputRegisters, readHoldingRegisters } = others;
    const read = [
      ...[readCoils, readDiscreteInputs],
      ...[readInputRegisters, readHoldingRegisters],
    ][table]!;
    while (cells.length < 65_536) {
      const most = Math.min(table < 2 ? 2000 : 125, 65_536 - cells.length);
      const values = await read(cells.length, most);
      for (const value of values) cells.push(Number(value));
    }
    return cells;
  }

  /** Closes its connection. */
  close(): void {
    this.#client.close();
  }

  async #do(step: Step): Promise<void> {
    let lostAt: number | undefined;
    for (;;) {
      const begin = performance.now();
      try {
        if (lostAt !== undefined) {
          this.#client = await ModbusClient.connect(this.#address);
        }
        await step(this.#client);
        const now = performance.now();
        if (lostAt === undefined) this.#note(now - begin);
        else this.#noteGap(now - lostAt);
        return;
      } catch (error) {
        if (!isLost(error)) {
          this.#figures.wrong.push(String(error));
          return;
        }
        if (lostAt === undefined) {
          this.#figures.lost++;
          lostAt = begin;
        }
        close(this.#client);
        if (this.#stopped && performance.now() - lostAt > 10_000) throw error;
        await pause(RETRY);
      }
    }
  }

  #note(time: number): void {
    this.#figures.times.push(time);
    if (time > DEADLINE) this.#figures.late++;
  }

  #noteGap(time: number): void {
    this.#figures.longestGap = Math.max(this.#figures.longestGap, time);
  }

  /** A request that may be repeated. The model is ahead: it has what will have been done. */
  #step(): Step {
    const random = this.#random;
    const cells = this.#cells;
    const address = random.int(OWN - 125);
    const count = random.between(1, 120);
    const values = Array.from({ length: count }, () => random.int(0x10000));
    switch (random.int(8)) {
      case 0: {
        const bit = random.oneIn(2);
        cells.write(COILS, address, [Number(bit)]);
        return async (client) => {
          await functionsOf(client).writeSingleCoil(address, bit);
        };
      }
      case 1: {
        const bits = values.map((value) => value % 2 === 1);
        cells.write(COILS, address, bits.map(Number));
        return async (client) => {
          await functionsOf(client).writeMultipleCoils(address, bits);
        };
      }
      case 2:
        cells.write(HOLDING_REGISTERS, address, values.slice(0, 1));
        return async (client) => {
          await functionsOf(client).writeSingleRegister(address, values[0]!);
        };
      case 3:
        cells.write(HOLDING_REGISTERS, address, values);
        return async (client) => {
          await functionsOf(client).writeMultipleRegisters(address, values);
        };
      case 4: {
        const [and, or] = [random.int(0x10000), random.int(0x10000)];
        const [old] = cells.read(HOLDING_REGISTERS, address, 1);
        const value = (old! & and) | (or & (0xffff - and));
        cells.write(HOLDING_REGISTERS, address, [value]);
        return async (client) => {
          await functionsOf(client).maskWriteRegister(address, and, or);
        };
      }
      case 5: {
        cells.write(HOLDING_REGISTERS, address, values);
        return async (client) => {
          const { readWriteMultipleRegisters: ask } = functionsOf(client);
          assertEquals(await ask(address, count, address, values), values);
        };
      }
      case 6: {
        const bits = cells.read(COILS, address, count).map(Boolean);
        return async (client) => {
          const { readCoils } = functionsOf(client);
          assertEquals(await readCoils(address, count), bits);
        };
      }
      default: {
        const registers = cells.read(HOLDING_REGISTERS, address, count);
        return async (client) => {
          const { readHoldingRegisters } = functionsOf(client);
          assertEquals(await readHoldingRegisters(address, count), registers);
        };
      }
    }
  }
}

/** Whether the connection is gone, or there is nobody to connect to. */
function isLost(error: unknown): boolean {
  return error instanceof Deno.errors.ConnectionReset ||
    error instanceof Deno.errors.ConnectionRefused ||
    error instanceof Deno.errors.BrokenPipe ||
    error instanceof Deno.errors.BadResource ||
    (error instanceof Error && /^The server closed/.test(error.message));
}

function close(client: ModbusClient): void {
  try {
    client.close();
  } catch {
    // It was closed the last time round.
  }
}
