/**
 * The client module's clock: back-off, signs of life, and that nothing is left
 * when it is closed.
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import {
  type Client,
  connect,
  type ConnectOptions,
} from "../../src/client/client.js";
import { FakeBrowser, type FakeWebSocket } from "../testing/fake_browser.ts";

/** Lets the client in and answers its subscription: it is live. */
function welcome(socket: FakeWebSocket): void {
  if (socket.readyState === 0) socket.open();
  const [{ id }] = socket.sent;
  socket.say({ type: "subscribed", id, epoch: "A", seq: 0 });
}

/** A change of a coil. */
const CHANGE = {
  ...{ type: "setCoils", address: 0, value: [true] },
  ...{ seq: 1, time: 1, source: "modbus" },
};

function test(
  title: string,
  fn: (browser: FakeBrowser, start: (o?: ConnectOptions) => Client) => unknown,
): void {
  Deno.test(`Client: ${title}`, { permissions: "none" }, async () => {
    using browser = new FakeBrowser();
    await fn(browser, (options) => connect("ws://adapter.example/", options));
  });
}

/** The waits between attempts that all fail. */
function waits(browser: FakeBrowser, attempts: number): number[] {
  return Array.from({ length: attempts }, () => {
    browser.socket.lose();
    const [wait, ...others] = browser.waits;
    assertEquals(others, []);
    browser.pass(wait!);
    return wait!;
  });
}

test(
  "waits double from half of minDelay up to half of maxDelay, with the smallest chance",
  (browser, start) => {
    const client = start();
    browser.random = 0;
    assertEquals(
      waits(browser, 8),
      [125, 250, 500, 1000, 2000, 4000, 5000, 5000],
    );
    assertEquals(client.state, "connecting");
    client.close();
  },
);

test(
  "waits double from minDelay up to maxDelay, with the largest chance",
  (browser, start) => {
    const client = start({ minDelay: 10, maxDelay: 60 });
    browser.random = 1 - 2 ** -53;
    assertEquals(waits(browser, 5).map(Math.round), [10, 20, 40, 60, 60]);
    client.close();
  },
);

test("waits never end, however many attempts fail", (browser, start) => {
  const client = start({ minDelay: 1, maxDelay: 8 });
  assertEquals(new Set(waits(browser, 2000).slice(10)), new Set([4]));
  client.close();
});

test(
  "waits begin anew when the server has answered, not when it has accepted",
  (browser, start) => {
    const client = start({ minDelay: 10 });
    waits(browser, 3);
    browser.socket.open();
    assertEquals(waits(browser, 1), [40]);
    welcome(browser.socket);
    assertEquals(waits(browser, 1), [5]);
    client.close();
  },
);

test("a failure with an error and a close event is one", (browser, start) => {
  const client = start({ minDelay: 10 });
  const { socket } = browser;
  socket.onerror!({});
  socket.lose();
  assertEquals(browser.waits, [5]);
  browser.pass(5);
  // Not even when it is told late.
  socket.lose();
  assertEquals(browser.sockets.length, 2);
  assertEquals(browser.waits, [10_000]);
  client.close();
});

test("a silent server is asked, and then given up: stale", (browser, start) => {
  const client = start({ silence: 1000, minDelay: 10 });
  const { socket } = browser;
  welcome(socket);
  browser.pass(999);
  assertEquals(socket.sent.length, 1);
  browser.pass(1);
  assertEquals(socket.sent.slice(1), [{ type: "ping" }]);
  browser.pass(999);
  assertEquals(client.state, "live");
  browser.pass(1);
  assertEquals(client.state, "stale");
  assertEquals(socket.readyState, 2);
  browser.pass(5);
  assertEquals(browser.sockets.length, 2);
  client.close();
});

test("a server that answers is kept", (browser, start) => {
  const client = start({ silence: 1000 });
  const { socket } = browser;
  welcome(socket);
  for (let i = 0; i < 100; i++) {
    browser.pass(1500);
    socket.say({ type: "pong" });
  }
  assertEquals(client.state, "live");
  assertEquals(socket.sent.length, 1 + 100);
  assertEquals(browser.sockets.length, 1);
  client.close();
});

test("any message is a sign of life", (browser, start) => {
  const client = start({ silence: 1000 });
  const { socket } = browser;
  welcome(socket);
  for (let i = 0; i < 100; i++) {
    browser.pass(999);
    socket.say(CHANGE);
  }
  assertEquals(socket.sent.length, 1);
  client.close();
});

test("an attempt that gets no answer is given up", (browser, start) => {
  const client = start({ silence: 1000, minDelay: 10 });
  const { socket } = browser;
  browser.pass(2000);
  assertEquals(socket.readyState, 2);
  assertEquals(browser.waits, [5]);
  // It gets through after all, too late.
  socket.open();
  assertEquals(socket.sent, []);
  assertEquals(client.state, "connecting");
  client.close();
});

test(
  "what a given up connection still says is not reported",
  (browser, start) => {
    const client = start({ silence: 1000 });
    const told: unknown[] = [];
    const { socket } = browser;
    client.subscribe(undefined, (change) => told.push(change));
    welcome(socket);
    browser.pass(2000);
    socket.say(CHANGE);
    assertEquals(client.state, "stale");
    assertEquals(told, []);
    client.close();
  },
);

test("a silence that never ends is never broken", (browser, start) => {
  const client = start({ silence: Infinity });
  welcome(browser.socket);
  browser.pass(1e9);
  assertEquals(browser.socket.sent.length, 1);
  assertEquals(client.state, "live");
  client.close();
});

/** Points at which a client is closed; by the client's own listener, where `close` says when. */
const POINTS: {
  title: string;
  at?: "live" | "stale" | "closed" | "change";
  before: (browser: FakeBrowser) => void;
}[] = [
  { title: "while it connects", before: () => {} },
  {
    title: "before the first answer",
    before: ({ socket }) => socket.open(),
  },
  {
    title: "while live",
    before: ({ socket }) => {
      welcome(socket);
    },
  },
  {
    title: "while a ping has no answer",
    before: (browser) => {
      welcome(browser.socket);
      browser.pass(10_000);
    },
  },
  {
    title: "between two attempts",
    before: ({ socket }) => socket.lose(),
  },
  {
    title: "in the second attempt",
    before: (browser) => {
      browser.socket.lose();
      browser.pass(1000);
    },
  },
  {
    title: "by a listener of live",
    at: "live",
    before: ({ socket }) => {
      welcome(socket);
    },
  },
  {
    title: "by a listener of stale",
    at: "stale",
    before: ({ socket }) => {
      welcome(socket);
      socket.lose();
    },
  },
  {
    title: "by a listener of stale, as the server is silent",
    at: "stale",
    before: (browser) => {
      welcome(browser.socket);
      browser.pass(20_000);
    },
  },
  {
    title: "by a listener of closed",
    at: "closed",
    before: ({ socket }) => socket.open(),
  },
  {
    title: "by onChange",
    at: "change",
    before: ({ socket }) => {
      welcome(socket);
      socket.say([CHANGE, CHANGE]);
    },
  },
];

for (const { title, at, before } of POINTS) {
  test(
    `close() ${title} leaves no timer and no socket`,
    async (browser, start) => {
      const client = start();
      let [told, closed] = [0, 0];
      client.addEventListener("closed", () => closed++);
      client.subscribe(undefined, () => {
        told++;
        if (at === "change") client.close();
      });
      if (at !== undefined) client.addEventListener(at, () => client.close());
      const codes: string[] = [];
      const keep = ({ code }: { code: string }) => codes.push(code);
      client.set("coils", 0, [true]).catch(keep);
      before(browser);
      client.close();
      client.close();
      const made = browser.sockets.length;
      assertEquals(browser.waits, []);
      assert(browser.sockets.every(({ readyState }) => readyState >= 2));
      // Whatever the socket still has to tell.
      for (const socket of browser.sockets) {
        socket.onopen!({});
        socket.say(CHANGE);
        socket.onerror!({});
        socket.lose();
      }
      browser.pass(1e9);
      assertEquals(browser.waits, []);
      assertEquals(browser.sockets.length, made);
      assertEquals({ state: client.state, closed }, {
        state: "closed",
        closed: 1,
      });
      assertEquals(told, at === "change" ? 1 : 0);
      // Nobody waits for an answer any more, and nobody gets one.
      client.get("coils", 0).catch(keep);
      client.subscribe(undefined, () => told++);
      await new Promise((resolve) => queueMicrotask(() => resolve(0)));
      for (let i = 0; i < 10; i++) await Promise.resolve();
      assertEquals(codes.length, 2);
      assertEquals(codes[1], "not_connected");
    },
  );
}
