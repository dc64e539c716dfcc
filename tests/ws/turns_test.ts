import { assertEquals } from "@std/assert";
import { Bank } from "../../src/bank/bank.ts";
import { Turns } from "../../src/ws/turns.ts";
import { keepAlive } from "../testing/keep_alive.ts";

/** Turns whose disk does what the test says, and a list of what is done. */
class Rig {
  readonly side;
  readonly turns: Turns;
  readonly done: string[] = [];
  hasRoom = true;
  #seq = 0;

  constructor(limit = 10_000) {
    const bank = Bank.create(1024);
    this.side = bank.storeSide();
    this.side.load({ seq: 0, pages: new Map() }, true);
    this.turns = new Turns(bank.durability!, limit, {
      contain: (action) => {
        try {
          action();
        } catch (error) {
          this.done.push(`fault: ${(error as Error).message}`);
        }
      },
      overflow: () => this.done.push("overflow"),
      hasRoom: () => this.hasRoom,
    });
  }

  write(name: string): void {
    this.turns.take("write", 10, () => {
      this.done.push(`write ${name}`);
      this.turns.answer(++this.#seq, (stored) => {
        this.done.push(`${stored ? "ok" : "not stored"} ${name}`);
      });
    });
  }

  /** A write that is refused before it is done. */
  refused(name: string): void {
    this.turns.take("write", 10, () => {
      this.turns.answer(undefined, () => this.done.push(`refused ${name}`));
    });
  }

  ask(name: string): void {
    this.turns.take("read", 10, () => this.done.push(name));
  }

  /** What was done since the last call. */
  async take(): Promise<string[]> {
    // What the disk has done is known in a later turn of the event loop.
    await new Promise((resolve) => setTimeout(resolve));
    return this.done.splice(0);
  }
}

function test(name: string, fn: (rig: Rig) => Promise<void>): void {
  Deno.test({
    name,
    permissions: "none",
    async fn() {
      using _ = keepAlive();
      await fn(new Rig());
    },
  });
}

test("take() does at once what nothing is before", async (rig) => {
  rig.ask("a");
  rig.refused("b");
  assertEquals(rig.done, ["a", "refused b"]);
  assertEquals(rig.turns.wait, false);
  await rig.take();
});

test("take() does writes at once, and answers them when they are stored", async (rig) => {
  rig.write("a");
  rig.write("b");
  rig.write("c");
  assertEquals(await rig.take(), ["write a", "write b", "write c"]);
  assertEquals(rig.turns.wait, true);
  rig.side.stored(2);
  assertEquals(await rig.take(), ["ok a", "ok b"]);
  rig.side.stored(3);
  assertEquals(await rig.take(), ["ok c"]);
  assertEquals(rig.turns.wait, false);
});

test("take() keeps everything else in order behind writes", async (rig) => {
  rig.write("a");
  rig.ask("b");
  rig.write("c");
  rig.write("d");
  rig.ask("e");
  assertEquals(await rig.take(), ["write a"]);
  rig.side.stored(1);
  assertEquals(await rig.take(), ["ok a", "b", "write c", "write d"]);
  rig.side.stored(3);
  assertEquals(await rig.take(), ["ok c", "ok d", "e"]);
});

test("answer() without a write waits for its turn, too", async (rig) => {
  rig.write("a");
  rig.refused("b");
  rig.write("c");
  assertEquals(await rig.take(), ["write a", "write c"]);
  rig.side.stored(1);
  assertEquals(await rig.take(), ["ok a", "refused b"]);
  rig.side.stored(2);
  assertEquals(await rig.take(), ["ok c"]);
});

test("take() tells of writes that are not stored, and goes on", async (rig) => {
  rig.write("a");
  rig.ask("b");
  rig.side.failed();
  assertEquals(await rig.take(), ["write a", "not stored a", "b"]);
  rig.write("c");
  assertEquals(await rig.take(), ["write c", "not stored c"]);
  rig.side.stored(2);
  rig.write("d");
  rig.side.stored(3);
  assertEquals(await rig.take(), ["write d", "ok d"]);
});

test("a fault in one message keeps no other from its turn", async (rig) => {
  rig.write("a");
  rig.turns.take("other", 10, () => {
    throw new Error("of the test");
  });
  rig.ask("b");
  rig.side.stored(1);
  const expected = ["write a", "ok a", "fault: of the test", "b"];
  assertEquals(await rig.take(), expected);
});

test("take() has reads wait for room, and what is behind them", async (rig) => {
  rig.hasRoom = false;
  rig.write("a");
  rig.side.stored(1);
  assertEquals(await rig.take(), ["write a", "ok a"]);
  rig.turns.take("other", 10, () => rig.done.push("z"));
  assertEquals(await rig.take(), ["z"]);
  rig.ask("b");
  rig.write("c");
  rig.ask("d");
  assertEquals(await rig.take(), []);
  assertEquals(rig.turns.wait, true);
  rig.turns.advance();
  assertEquals(await rig.take(), []);
  rig.hasRoom = true;
  rig.turns.advance();
  assertEquals(await rig.take(), ["b", "write c"]);
  rig.side.stored(2);
  assertEquals(await rig.take(), ["ok c", "d"]);
});

test("finish() does the writes that wait, and answers nothing", async (rig) => {
  rig.write("a");
  rig.ask("b");
  rig.write("c");
  rig.turns.finish();
  rig.side.stored(2);
  assertEquals(await rig.take(), ["write a", "write c"]);
  assertEquals(rig.turns.wait, false);
});

test("clear() forgets what waits", async (rig) => {
  rig.write("a");
  rig.ask("b");
  rig.turns.clear();
  rig.side.stored(1);
  assertEquals(await rig.take(), ["write a"]);
  assertEquals(rig.turns.wait, false);
});

test("take() counts only what has to wait", async (rig) => {
  const large = 1_000_000;
  rig.turns.take("other", large, () => rig.done.push("a"));
  rig.turns.take("write", large, () => rig.done.push("b"));
  rig.write("c");
  rig.turns.take("write", large, () => rig.done.push("d"));
  assertEquals(await rig.take(), ["a", "b", "write c", "d"]);
  rig.turns.take("other", large, () => rig.done.push("e"));
  assertEquals(await rig.take(), ["overflow"]);
  rig.side.stored(1);
  assertEquals(await rig.take(), ["ok c"]);
});

Deno.test("take() reports when more waits than may wait", {
  permissions: "none",
}, async () => {
  using _ = keepAlive();
  const rig = new Rig(250);
  rig.write("a");
  rig.write("b");
  assertEquals(await rig.take(), ["write a", "write b"]);
  rig.ask("c");
  for (let i = 0; i < 5; i++) rig.ask("d");
  assertEquals(await rig.take(), ["overflow"]);
  rig.side.stored(2);
  await rig.take();
  for (let i = 0; i < 100; i++) rig.ask("e");
  assertEquals((await rig.take()).includes("overflow"), false);
});
