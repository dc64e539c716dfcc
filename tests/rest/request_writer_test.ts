import { assertEquals } from "@std/assert";
import { Origin } from "../../src/bank/change.ts";
import { RequestWriter } from "../../src/rest/request_writer.ts";
import { call } from "./contract.ts";
import { EventStream } from "./event_stream.ts";
import { put, serveRest } from "./serving.ts";

Deno.test({
  name: "RequestWriter numbers the requests",
  permissions: "none",
  fn() {
    const writer = new RequestWriter();
    assertEquals(writer.next().connection, 1);
    const { origin, connection } = writer.next();
    assertEquals([origin, connection], [Origin.rest, 2]);
  },
});

Deno.test("no two requests that write have the same number", async () => {
  await using serving = serveRest();
  const api = `${serving.origin}/api/v1`;
  await using stream = await EventStream.open(`${api}/changes`);
  assertEquals((await stream.next()).event, "subscribed");
  const value = [1];
  const bank = {
    ...{ format: "modbus-ws-adapter bank", version: 1 },
    holdingRegisters: [{ address: 9, value }],
    inputRegisters: [{ address: 9, value }],
  };
  await call(`${api}/coils/0`, put(value));
  await call(`${api}/bank`, put(JSON.stringify(bank)));
  await call(`${api}/coils/0`, put(value));
  const numbers = [];
  for (let i = 0; i < 4; i++) {
    numbers.push((await stream.next()).data.connection);
  }
  // A bank is one request, whatever it writes.
  assertEquals(numbers, [1, 2, 2, 3]);
});
