import { assertEquals } from "@std/assert";
import { DenoSocket } from "../../src/http/web_socket.ts";

/** What the runtime's WebSocket has, and what was done with it. */
class Runtime {
  bufferedAmount = 0;
  readonly done: unknown[][] = [];
  constructor(public readyState: number) {}
  send(...args: unknown[]): void {
    this.done.push(["send", ...args]);
  }
  close(...args: unknown[]): void {
    this.done.push(["close", ...args]);
  }
}

const STATES: readonly (readonly [
  name: string,
  state: number,
  sends: boolean,
  closes: boolean,
])[] = [
  ["connecting", WebSocket.CONNECTING, false, true],
  ["open", WebSocket.OPEN, true, true],
  ["closing", WebSocket.CLOSING, false, false],
  ["closed", WebSocket.CLOSED, false, false],
];

for (const [name, state, sends, closes] of STATES) {
  Deno.test({
    name: `DenoSocket ${sends ? "sends" : "does not send"} and ${
      closes ? "closes" : "does not close"
    } a socket that is ${name}`,
    permissions: "none",
    fn() {
      const runtime = new Runtime(state);
      const socket = new DenoSocket(runtime as unknown as WebSocket, "peer");
      socket.send("text");
      assertEquals(runtime.done.splice(0), sends ? [["send", "text"]] : []);
      socket.close(1001, "why");
      assertEquals(runtime.done, closes ? [["close", 1001, "why"]] : []);
    },
  });
}

Deno.test({
  name: "DenoSocket knows its peer and what waits",
  permissions: "none",
  fn() {
    const runtime = new Runtime(WebSocket.OPEN);
    const socket = new DenoSocket(runtime as unknown as WebSocket, "::1:5");
    runtime.bufferedAmount = 77;
    assertEquals([socket.peer, socket.buffered], ["::1:5", 77]);
  },
});
