import { assertEquals, assertThrows } from "@std/assert";
import { Listeners, type RuntimeServer } from "../../src/http/listeners.ts";
import { FakeBrowser } from "../testing/fake_browser.ts";
import { TestLog } from "../testing/log.ts";

const permissions = "none";

/** A server that gives up when the test says so. */
class FakeServer implements RuntimeServer {
  readonly addr: Deno.NetAddr;
  readonly #finished = Promise.withResolvers<void>();
  readonly finished = this.#finished.promise;
  isShutDown = false;

  constructor(port: number, readonly used: () => void) {
    this.addr = { transport: "tcp", hostname: "127.0.0.1", port };
  }

  async giveUp(): Promise<void> {
    this.#finished.reject(new Error("Too many open files"));
    // Those who wait for it are told in the turns that follow.
    await this.finished.catch(() => {});
    await Promise.resolve();
  }

  shutdown(): Promise<void> {
    this.isShutDown = true;
    return Promise.resolve();
  }
}

/** Listeners on fake servers, in a time of the test's own. */
class Rig implements Disposable {
  readonly time = new FakeBrowser();
  readonly lines = new TestLog();
  readonly servers: FakeServer[] = [];
  /** Whether listening fails. */
  fails = false;
  readonly listeners = new Listeners((port, used) => {
    if (this.fails) throw new Error("Too many open files");
    const server = new FakeServer(port === 0 ? 8765 : port, used);
    this.servers.push(server);
    return server;
  }, this.lines.log);

  [Symbol.dispose](): void {
    this.listeners.end();
    this.time[Symbol.dispose]();
  }
}

Deno.test("Listeners throws where it can't listen at first", {
  permissions,
}, () => {
  using rig = new Rig();
  rig.fails = true;
  assertThrows(() => rig.listeners.listen(0), Error, "Too many open files");
});

Deno.test(
  "Listeners listens again on the same port, and lets the connections go on",
  {
    permissions,
  },
  async () => {
    using rig = new Rig();
    rig.listeners.listen(0);
    rig.servers[0]!.used();
    await rig.servers[0]!.giveUp();
    assertEquals(rig.lines.all, [
      "error No HTTP connection can be accepted for now: Error: Too many open files",
    ]);
    rig.fails = true;
    rig.time.pass(10_000);
    assertEquals(rig.servers.length, 1);
    rig.fails = false;
    rig.time.pass(100);
    assertEquals(rig.servers.map(({ addr }) => addr.port), [8765, 8765]);
    assertEquals(
      rig.lines.all.at(-1),
      "info HTTP connections are accepted again",
    );
    assertEquals(rig.servers[0]!.isShutDown, false);
    await rig.listeners.shutdown();
    assertEquals(rig.servers.map(({ isShutDown }) => isShutDown), [true, true]);
  },
);

Deno.test("Listeners keeps none that gave up before its first request", {
  permissions,
}, async () => {
  using rig = new Rig();
  rig.listeners.listen(0);
  for (let i = 0; i < 5; i++) {
    await rig.servers.at(-1)!.giveUp();
    rig.time.pass(100);
  }
  assertEquals(
    rig.servers.map(({ isShutDown }) => isShutDown),
    [...Array(5).fill(true), false],
  );
  assertEquals(rig.listeners.addr.port, 8765);
});

Deno.test("Listeners does not listen again when it is to end", {
  permissions,
}, async () => {
  using rig = new Rig();
  rig.listeners.listen(0);
  rig.servers[0]!.used();
  await rig.servers[0]!.giveUp();
  rig.listeners.end();
  rig.time.pass(10_000);
  assertEquals(rig.servers.length, 1);
});
