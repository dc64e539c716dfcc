import { assertEquals } from "@std/assert";
import { nextTurn, pause } from "../src/pause.ts";

Deno.test("pause() resolves behind timers that are due before", {
  permissions: "none",
}, async () => {
  const seen: string[] = [];
  setTimeout(() => seen.push("timer"), 1);
  await pause(20);
  assertEquals(seen, ["timer"]);
});

Deno.test("nextTurn() lets messages in between, which a promise does not", {
  permissions: "none",
}, async () => {
  const { port1, port2 } = new MessageChannel();
  const seen: unknown[] = [];
  port2.onmessage = ({ data }) => seen.push(data);
  port1.postMessage("message");
  await Promise.resolve();
  assertEquals(seen, []);
  for (let turns = 0; seen.length === 0 && turns < 1000; turns++) {
    await nextTurn();
  }
  assertEquals(seen, ["message"]);
  port1.close();
  port2.close();
});
