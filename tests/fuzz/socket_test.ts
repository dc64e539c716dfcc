import { assertEquals } from "@std/assert";
import { fuzz, type Target } from "./fuzz.ts";
import { modbusSocket } from "./modbus_socket.ts";
import { wsSocket } from "./ws_socket.ts";

const ROWS: [title: string, target: Target, rounds: number][] = [
  ["serveModbus() answers whatever comes over its sockets", modbusSocket, 2],
  ["start() answers whatever comes over its WebSockets", wsSocket, 2],
];

for (const [title, target, rounds] of ROWS) {
  Deno.test(`${title} as its model`, async () => {
    const done = await fuzz(target, 1, (sofar) => sofar.rounds < rounds);
    assertEquals(done.rounds, rounds);
    // Which outcomes two rounds meet is a matter of their seeds.
    assertEquals(done.outcomes.total > 20, true);
  });
}
