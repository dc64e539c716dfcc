/**
 * client.d.ts against client.js: this file type-checks only if the types are
 * what they are said to be, and passes only if the code has what they promise.
 * @module
 */
import { assertEquals } from "@std/assert";
import * as module from "../../src/client/client.js";
import {
  AdapterError,
  type Change,
  Client,
  connect,
  type ConnectOptions,
  type Range,
  type State,
  type TableName,
  type Value,
} from "../../src/client/client.js";
import { FakeBrowser } from "../testing/fake_browser.ts";

Deno.test("client.d.ts names what client.js exports", {
  permissions: "none",
}, () => {
  // One key too many or too few does not type-check.
  const names: Record<keyof typeof module, true> = {
    AdapterError: true,
    Client: true,
    connect: true,
  };
  assertEquals(Object.keys(module).toSorted(), Object.keys(names).toSorted());
});

Deno.test("client.d.ts names the members of a client", {
  permissions: "none",
}, () => {
  const names: Record<Exclude<keyof Client, keyof EventTarget>, true> = {
    state: true,
    units: true,
    readOnly: true,
    error: true,
    subscribe: true,
    set: true,
    get: true,
    close: true,
  };
  assertEquals(
    Object.getOwnPropertyNames(Client.prototype).toSorted(),
    ["constructor", ...Object.keys(names)].toSorted(),
  );
});

Deno.test("client.d.ts fits a use of everything", {
  permissions: "none",
}, async () => {
  using browser = new FakeBrowser();
  const options: ConnectOptions = { minDelay: 1, maxDelay: 2, silence: 3 };
  const client: Client = connect(new URL("ws://adapter.example/"), options);
  const other = new Client("ws://adapter.example/");
  other.close();
  assertEquals(browser.sockets.length, 2);

  const state: State = client.state;
  assertEquals<State>(state, "connecting");
  // @ts-expect-error There is no such state.
  const noState: State = "open";
  assertEquals(typeof noState, "string");

  const table: TableName = "holdingRegisters";
  const range: Range<"holdingRegisters"> = { table, address: 0, count: 2 };
  const end: () => void = client.subscribe([range], (change) => {
    const sum: number = change.values.reduce((a, b) => a + b, 0);
    return sum;
  });
  client.subscribe([{ table: "coils", address: 0, count: 1 }], (change) => {
    const bits: readonly boolean[] = change.values;
    return bits;
  });
  const both: Range[] = [range, { table: "coils", address: 0, count: 1 }];
  client.subscribe(both, ({ values }: Change) => {
    const mixed: readonly Value[] = values;
    return mixed;
  });
  client.subscribe(undefined, (change) => {
    const { table, address, seq, time, source, resync }: Change = change;
    const name: TableName = table;
    const numbers: number[] = [address, seq, time];
    const who: "modbus" | "websocket" | "rest" | "bank" = source;
    const again: boolean = resync;
    return [name, numbers, who, again];
  });
  // @ts-expect-error There is no such table.
  const wrong = () => client.subscribe([{ table: "x", address: 0, count: 1 }]);
  assertEquals(typeof wrong, "function");
  end();

  const asked: [Promise<void>, Promise<boolean[]>, Promise<number[]>] = [
    client.set("coils", 0, [true, 0]),
    client.get("discreteInputs", 0, 8),
    client.get("inputRegisters", 0),
  ];
  client.addEventListener("closed", (event: Event) => event.type);
  client.close();
  const results = await Promise.allSettled(asked);
  for (const result of results) {
    assertEquals(result.status, "rejected");
    const { reason } = result as PromiseRejectedResult;
    const { code, message, name }: AdapterError = reason;
    assertEquals([code, name], ["not_connected", "AdapterError"]);
    assertEquals(message, "The client was closed");
  }
  const error: Error = new AdapterError("a_code", "A message");
  assertEquals(error.message, "A message");
});
