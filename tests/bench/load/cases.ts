/**
 * What is measured, one case after the other.
 * @module
 */
import { idleClients } from "./idle.ts";
import { isolation } from "./isolation.ts";
import { measureFan, measureModbus, type Outcome } from "./measure.ts";
import type { LoadShape } from "./load_connection.ts";
import type { FunctionCode } from "./requests.ts";
import type { Contender } from "./servers.ts";
import type { Tally } from "./watchers.ts";

/** One figure of a case: a row of the table. */
export interface Row {
  /** What it is. */
  readonly title: string;
  /** Unit of the figure. */
  readonly unit: string;
  /** Name of the case whose first figure of our program this one is compared with, too. */
  readonly times?: string;
}

/** Something to measure. */
export interface Case {
  /** What `--only` selects it by. */
  readonly name: string;
  /** Its figures. */
  readonly rows: readonly Row[];
  /** What the processor time is divided by. */
  readonly per?: "request" | "delivery";
  /** Whether it can be measured on this contender. */
  readonly fits: (contender: Contender) => boolean;
  /** Measures for about so many seconds. */
  readonly run: (contender: Contender, seconds: number) => Promise<Outcome>;
}

/** Writes per second of the paced fan-out. */
const PACE = 500;

/** Clients of the fan-out. */
const CLIENTS = 100;

const all = () => true;
const fansOut = ({ fansOut }: Contender) => fansOut;
const ours = ({ ours }: Contender) => ours;

/** All cases, in the order of the table. */
export const CASES: readonly Case[] = [
  modbus("fc03-16", "FC03 × 10, 16 connections", 3, 10, 16),
  modbus("fc03-128", "FC03 × 10, 128 connections", 3, 10, 128),
  modbus("fc16-16", "FC16 × 10, 16 connections", 16, 10, 16),
  modbus("fc16-128", "FC16 × 10, 128 connections", 16, 10, 128),
  modbus("fc01-32", "FC01 × 2000, 32 connections", 1, 2000, 32),
  modbus("pipelined", "FC03 × 10, 16 connections × 8 in flight", 3, 10, 16, 8),
  {
    name: "single",
    per: "request",
    rows: [
      { title: "FC03 × 10, one connection: p50", unit: "µs" },
      { title: "FC03 × 10, one connection: p99", unit: "µs" },
    ],
    fits: all,
    run: ({ server }, seconds) =>
      measureModbus(server, shapeOf(3, 10, 1), seconds, ({ latency }) => [
        latency.percentile(0.5) * 1000,
        latency.percentile(0.99) * 1000,
      ]),
  },
  {
    name: "fan-paced",
    per: "delivery",
    rows: [
      { title: `change to 100 clients, ${PACE}/s: p50`, unit: "ms" },
      { title: `change to 100 clients, ${PACE}/s: p99`, unit: "ms" },
    ],
    fits: fansOut,
    run: ({ server }, seconds) =>
      measureFan(
        server,
        { clients: CLIENTS, writes: PACE * seconds, rate: PACE },
        ({ latency }) => [latency.percentile(0.5), latency.percentile(0.99)],
      ),
  },
  {
    name: "fan-max",
    per: "delivery",
    rows: [{ title: "changes to 100 clients, unpaced", unit: "/s" }],
    fits: fansOut,
    run: ({ server }, seconds) =>
      measureFan(
        server,
        { clients: CLIENTS, writes: 1500 * seconds },
        deliveriesPerSecond,
      ),
  },
  {
    name: "fan-batch",
    per: "delivery",
    rows: [{ title: "the same with batch", unit: "/s", times: "fan-max" }],
    fits: ours,
    run: ({ server }, seconds) =>
      measureFan(
        server,
        { clients: CLIENTS, writes: 6000 * seconds, batch: true },
        deliveriesPerSecond,
      ),
  },
  {
    name: "isolation",
    rows: [
      { title: "FC03 p99, nobody watching", unit: "µs" },
      { title: "FC03 p99, 300 clients, 100 writes/s", unit: "µs" },
      { title: "the one by the other", unit: "×" },
    ],
    fits: fansOut,
    run: ({ server }, seconds) =>
      isolation(server, shapeOf(3, 10, 1), seconds, 300, 100),
  },
  {
    name: "idle",
    rows: [
      { title: "start to ready", unit: "ms" },
      { title: "resident, nobody connected", unit: "MiB" },
      { title: "per idle client, of 1,000", unit: "KiB" },
    ],
    fits: ({ fansOut, start }) => fansOut && start !== undefined,
    run: ({ start }) => idleClients(start!, 1000),
  },
];

function modbus(
  name: string,
  title: string,
  functionCode: FunctionCode,
  quantity: number,
  connections: number,
  depth = 1,
): Case {
  const shape = shapeOf(functionCode, quantity, connections, depth);
  return {
    name,
    per: "request",
    rows: [{ title, unit: "/s" }],
    fits: all,
    run: ({ server }, seconds) =>
      measureModbus(server, shape, seconds, ({ latency }, elapsed) => [
        latency.count / elapsed,
      ]),
  };
}

function shapeOf(
  functionCode: FunctionCode,
  quantity: number,
  connections: number,
  depth = 1,
): LoadShape {
  return { functionCode, address: 0, quantity, connections, depth };
}

function deliveriesPerSecond({ deliveries, sentAt, lastAt }: Tally): number[] {
  return [deliveries / (lastAt - sentAt[0]!) * 1000];
}
