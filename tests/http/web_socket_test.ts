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

function test(
  name: string,
  state: number,
  fn: (socket: DenoSocket, runtime: Runtime) => void,
): void {
  Deno.test({
    name,
    permissions: "none",
    fn() {
      const runtime = new Runtime(state);
      fn(new DenoSocket(runtime as unknown as WebSocket, "::1:5"), runtime);
    },
  });
}

const { CONNECTING, OPEN, CLOSING, CLOSED } = WebSocket;

test(
  "DenoSocket sends and closes a socket that is open",
  OPEN,
  (socket, runtime) => {
    socket.send("text");
    socket.close(1001, "why");
    const expected = [["send", "text"], ["close", 1001, "why"]];
    assertEquals(runtime.done, expected);
  },
);

for (
  const [name, state] of [["closing", CLOSING], ["closed", CLOSED]] as const
) {
  test(
    `DenoSocket does nothing with a socket that is ${name}`,
    state,
    (socket, runtime) => {
      socket.send("text");
      socket.close(1001, "why");
      assertEquals([runtime.done, socket.buffered], [[], 0]);
    },
  );
}

test(
  "DenoSocket keeps texts until the socket is open",
  CONNECTING,
  (socket, runtime) => {
    socket.send("one");
    socket.send("three");
    assertEquals([runtime.done, socket.buffered], [[], 8]);
    runtime.readyState = OPEN;
    socket.opened();
    const expected = [["send", "one"], ["send", "three"]];
    assertEquals(runtime.done, expected);
    assertEquals(socket.buffered, 0);
    socket.opened();
    assertEquals(runtime.done, expected);
  },
);

test(
  "DenoSocket sends in order when it is open and was not told",
  CONNECTING,
  (socket, runtime) => {
    socket.send("one");
    runtime.readyState = OPEN;
    socket.send("two");
    socket.opened();
    assertEquals(runtime.done, [["send", "one"], ["send", "two"]]);
  },
);

test(
  "DenoSocket closes when the socket is open, behind what was sent before",
  CONNECTING,
  (socket, runtime) => {
    socket.send("one");
    socket.close(1001, "why");
    socket.send("two");
    socket.close(1013, "again");
    assertEquals(runtime.done, []);
    runtime.readyState = OPEN;
    socket.opened();
    assertEquals(runtime.done, [["send", "one"], ["close", 1001, "why"]]);
  },
);

test(
  "DenoSocket sends nothing after a handshake that failed",
  CONNECTING,
  (socket, runtime) => {
    socket.send("one");
    runtime.readyState = CLOSED;
    socket.send("two");
    assertEquals([runtime.done, socket.buffered], [[], 3]);
  },
);

test("DenoSocket knows its peer and what waits", OPEN, (socket, runtime) => {
  runtime.bufferedAmount = 77;
  assertEquals([socket.peer, socket.buffered], ["::1:5", 77]);
});

Deno.test({
  name: "DenoSocket tells once that this side closes, with which code",
  permissions: "none",
  fn() {
    for (
      const [state, expected] of [[CONNECTING, [1001]], [OPEN, [1001]], [
        CLOSED,
        [],
      ]] as const
    ) {
      const codes: number[] = [];
      const runtime = new Runtime(state) as unknown as WebSocket;
      const socket = new DenoSocket(runtime, "", (code) => codes.push(code));
      socket.close(1001, "");
      socket.close(1013, "");
      assertEquals(codes, [...expected]);
      assertEquals(socket.closing, expected.length > 0);
    }
  },
});
