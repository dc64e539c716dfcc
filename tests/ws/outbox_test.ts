import { assertEquals } from "@std/assert";
import { ClientCounters } from "../../src/ws/client_counters.ts";
import { Outbox } from "../../src/ws/outbox.ts";
import { FakeSocket } from "../testing/fake_socket.ts";

interface Rig {
  readonly socket: FakeSocket;
  readonly outbox: Outbox;
}

function test(name: string, fn: (rig: Rig) => void): void {
  Deno.test({
    name,
    permissions: "none",
    fn() {
      const socket = new FakeSocket();
      fn({ socket, outbox: new Outbox(socket, 1000, new ClientCounters()) });
    },
  });
}

test("notify() sends at once", ({ socket, outbox }) => {
  outbox.notify("a");
  outbox.notify("b");
  assertEquals(socket.take(), ["a", "b"]);
  outbox.flush();
  assertEquals(socket.take(), []);
});

test("notify() gathers while batching, up to a flush", ({ socket, outbox }) => {
  outbox.batching = true;
  outbox.notify('{"a":1}');
  outbox.notify('{"b":2}');
  outbox.notify('{"c":3}');
  assertEquals(socket.take(), []);
  outbox.flush();
  assertEquals(socket.take(), ['[{"a":1},{"b":2},{"c":3}]']);
  outbox.flush();
  assertEquals(socket.take(), []);
});

test("flush() sends a single notification as an object", ({ socket, outbox }) => {
  outbox.batching = true;
  outbox.notify('{"a":1}');
  outbox.flush();
  assertEquals(socket.take(), ['{"a":1}']);
});

test("answer() goes out behind the notifications before it", ({ socket, outbox }) => {
  outbox.batching = true;
  outbox.notify("1");
  outbox.notify("2");
  outbox.answer("x");
  outbox.notify("3");
  outbox.answer("y");
  outbox.answer("z");
  assertEquals(socket.take(), ["[1,2]", "x", "3", "y", "z"]);
});

test("notify() does not gather more than some 64 KiB", ({ socket, outbox }) => {
  outbox.batching = true;
  const text = `"${"x".repeat(998)}"`;
  for (let i = 0; i < 200; i++) outbox.notify(text);
  const arrays = socket.take();
  const sent = arrays.flatMap((array) => JSON.parse(array) as string[]);
  for (const { length } of arrays) {
    assertEquals(length <= 65_536 + text.length + 2, true, `${length}`);
  }
  outbox.flush();
  assertEquals(socket.take().length, 1);
  assertEquals(sent.length > 100 && sent.length < 200, true, `${sent.length}`);
});

test("room is what the limit leaves, gathered texts included", ({ socket, outbox }) => {
  assertEquals(outbox.limit, 1000);
  assertEquals(outbox.room, 1000);
  socket.buffered = 400;
  assertEquals(outbox.room, 600);
  outbox.batching = true;
  outbox.notify("x".repeat(99));
  assertEquals(outbox.room, 500);
  socket.buffered = 1400;
  assertEquals(outbox.room, -500);
  outbox.flush();
  assertEquals(outbox.room, -400);
});

test("stalledFor() is 0 while nothing waits", ({ outbox, socket }) => {
  assertEquals(outbox.stalledFor(0), 0);
  outbox.notify("a");
  assertEquals(outbox.stalledFor(60_000), 0);
  socket.stuck = true;
  outbox.notify("b");
  assertEquals(outbox.stalledFor(120_000), 0);
  assertEquals(outbox.stalledFor(180_000), 60_000);
});

test("stalledFor() counts from the last progress", ({ outbox, socket }) => {
  socket.stuck = true;
  outbox.notify("x".repeat(100));
  assertEquals(outbox.stalledFor(5000), 0);
  assertEquals(outbox.stalledFor(6000), 1000);
  // More is sent: that is no progress of the client.
  outbox.notify("x".repeat(100));
  assertEquals(outbox.stalledFor(7000), 2000);
  // One byte is.
  socket.buffered--;
  assertEquals(outbox.stalledFor(8000), 0);
  assertEquals(outbox.stalledFor(9000), 1000);
  // It takes something while as much is sent.
  socket.buffered -= 50;
  outbox.notify("x".repeat(50));
  assertEquals(outbox.stalledFor(10_000), 0);
  socket.drain();
  assertEquals(outbox.stalledFor(11_000), 0);
  assertEquals(outbox.stalledFor(99_000), 0);
});

test("stalledFor() begins when it first sees something waiting", ({ outbox, socket }) => {
  outbox.stalledFor(0);
  outbox.notify("a");
  assertEquals(outbox.stalledFor(1000), 0);
  socket.stuck = true;
  // Sent a moment before the look: the client had no time to take it.
  outbox.notify("b");
  assertEquals(outbox.stalledFor(2000), 0);
  assertEquals(outbox.stalledFor(3000), 1000);
});

/** An outbox with plenty of room. */
function roomy(): Rig {
  const socket = new FakeSocket();
  const outbox = new Outbox(socket, 1 << 30, new ClientCounters());
  return { socket, outbox };
}

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => `${from + i}`);

test("a socket that takes nothing is given no more than 256 texts", () => {
  const { socket, outbox } = roomy();
  socket.stuck = true;
  for (const text of numbers(0, 1000)) outbox.notify(text);
  assertEquals(socket.take(), numbers(0, 256));
  assertEquals(outbox.holds, true);
  outbox.flush();
  assertEquals(socket.take(), []);
  // It has taken the first 10, of one character each.
  socket.buffered -= 10;
  outbox.flush();
  assertEquals(socket.take(), numbers(256, 266));
  socket.buffered = 0;
  outbox.flush();
  assertEquals(socket.take(), numbers(266, 522));
  socket.drain();
  outbox.flush();
  assertEquals(socket.take(), numbers(522, 1000));
  assertEquals(outbox.holds, false);
  outbox.notify("1000");
  assertEquals(socket.take(), ["1000"]);
});

test("a socket that takes nothing is given no more than some 64 KiB", () => {
  const { socket, outbox } = roomy();
  socket.stuck = true;
  const text = "x".repeat(10_000);
  for (let i = 0; i < 20; i++) outbox.notify(text);
  assertEquals(socket.take().length, 7);
  socket.buffered -= 10_000;
  outbox.flush();
  assertEquals(socket.take().length, 1);
  // A text that is larger than that goes when little else waits.
  const large = "y".repeat(1 << 20);
  outbox.notify(large);
  socket.drain();
  for (let i = 0; i < 3; i++) outbox.flush();
  assertEquals(socket.take().at(-1), large);
  assertEquals(outbox.holds, false);
});

test("what is held goes out in order: notifications, arrays, answers", () => {
  const { socket, outbox } = roomy();
  socket.stuck = true;
  for (const text of numbers(0, 256)) outbox.notify(text);
  outbox.notify("a");
  outbox.answer("b");
  outbox.batching = true;
  outbox.notify("c");
  outbox.notify("d");
  outbox.answer("e");
  socket.take();
  socket.drain();
  outbox.notify("f");
  assertEquals(socket.take(), []);
  outbox.flush();
  assertEquals(socket.take(), ["a", "b", "[c,d]", "e", "f"]);
});

test("room counts what is held", ({ socket, outbox }) => {
  socket.stuck = true;
  for (let i = 0; i < 260; i++) outbox.notify("x".repeat(2));
  assertEquals(socket.buffered, 512);
  // Four are held: a few bytes more than their characters.
  const { room } = outbox;
  assertEquals(room > 200 && room < 480, true, `${room}`);
  socket.drain();
  assertEquals(outbox.room, room + 512);
  outbox.flush();
  assertEquals([socket.buffered, outbox.room], [0, 1000]);
});

test("stalledFor() counts while something is held", () => {
  const { socket, outbox } = roomy();
  socket.stuck = true;
  for (const text of numbers(0, 300)) outbox.notify(text);
  assertEquals(outbox.stalledFor(0), 0);
  assertEquals(outbox.stalledFor(1000), 1000);
  socket.drain();
  assertEquals(outbox.stalledFor(2000), 0);
});

test("end() gives all that is left, or nothing", () => {
  for (const deliver of [true, false]) {
    const { socket, outbox } = roomy();
    socket.stuck = true;
    outbox.batching = true;
    for (const text of numbers(0, 300)) outbox.answer(text);
    outbox.notify("300");
    outbox.notify("301");
    assertEquals(socket.take(), numbers(0, 256));
    outbox.end(deliver);
    const left = [...numbers(256, 300), "[300,301]"];
    assertEquals(socket.take(), deliver ? left : []);
    assertEquals(outbox.holds, false);
    outbox.flush();
    assertEquals(socket.take(), []);
  }
});
