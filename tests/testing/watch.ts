/**
 * The client module as tests use it.
 * @module
 */
import {
  type Change,
  type Client,
  connect,
  type ConnectOptions,
  type Range,
} from "../../src/client/client.js";
import { event, Queue } from "./queue.ts";

/** Short waits, and no doubt about a server that is busy. */
const OPTIONS: ConnectOptions = { minDelay: 1, maxDelay: 20, silence: 60_000 };

/** A client that is closed at the end of the block. */
export function using(
  url: string,
  options: ConnectOptions = {},
): { client: Client } & Disposable {
  const client = connect(url, { ...OPTIONS, ...options });
  return { client, [Symbol.dispose]: () => client.close() };
}

/** Resolves when what the client reports is what the bank holds. */
export async function live(client: Client): Promise<void> {
  if (client.state !== "live") await event(client, "live");
}

/** What a subscription reports. */
export class Watch extends Queue<Change> {
  /** Ends the subscription. */
  readonly end: () => void;

  /** Subscribes. */
  constructor(client: Client, ranges: readonly Range[] | undefined) {
    super();
    this.end = client.subscribe(ranges, (change) => this.add(change));
  }

  /** What has been reported since the last call: table, address, values, who wrote. */
  take(): [string, number, readonly unknown[], string][] {
    return this.all.splice(0).map(({ table, address, values, source }) => {
      return [table, address, values, source];
    });
  }
}

/** Some cells of a table. */
export function cells<Table extends Range["table"]>(
  table: Table,
  address: number,
  count: number,
): Range<Table> {
  return { table, address, count };
}
