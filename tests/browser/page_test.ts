/**
 * The grid of the live page in a real browser: values, edits, keys, filter.
 * @module
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Table } from "../../src/bank/tables.ts";
import type { Range } from "../../src/client/client.js";
import { findChromium } from "../testing/chromium.ts";
import { pageTest } from "./live_page.ts";

const chromium = findChromium();

pageTest(
  "the grid shows the bank live",
  chromium,
  {},
  async (live, t) => {
    await t.step("it says where Modbus clients find the bank", async () => {
      const { port } = live.app.modbusAddr;
      const hint =
        `mbpoll -m tcp -p ${port} -0 -1 -t 0 -r 3 127.0.0.1 -- 1 0 1`;
      await live.page.locator("#activity-empty").getByText(hint).waitFor();
    });

    await t.step("a Modbus write appears within a second", async () => {
      await live.shows(3, "0");
      // The quickest of some: a machine that is busy elsewhere is no fault.
      const times: number[] = [];
      for (const value of [1, 2, 3, 4, 4242]) {
        const begin = performance.now();
        await live.modbus.writeSingleRegister(3, value);
        await live.shows(3, `${value}`);
        times.push(performance.now() - begin);
      }
      assert(Math.min(...times) < 1000, `They took ${times} ms`);
    });

    await t.step(
      "a change is lit for a while",
      async () => {
        const lit = live.page.locator(".cell.hot");
        await lit.waitFor({ state: "detached" });
        await live.modbus.writeSingleRegister(3, 4243);
        await lit.waitFor();
        assertEquals(await lit.getAttribute("id"), "cell-3");
        await lit.waitFor({ state: "detached" });
        await live.modbus.writeSingleRegister(3, 4242);
        await live.jump("5000");
        await live.shows(5000, "0");
        await live.jump("0");
        await live.shows(3, "4242");
      },
    );

    await t.step("only what can be seen is in the document", async () => {
      const count = await live.page.locator(".cell").count();
      assert(count >= 100 && count <= 600, `${count} cells`);
      const grid = live.page.getByRole("grid");
      assertEquals(await grid.getAttribute("aria-rowcount"), "6555");
    });

    await t.step("all tables are there", async () => {
      await live.table("Coils");
      await live.modbus.writeMultipleCoils(8, [true, false, true]);
      await live.shows(8, "1");
      await live.shows(9, "0");
      await live.shows(10, "1");
      await live.table("Input registers");
      await live.shows(3, "0");
      await live.table("Holding registers");
      await live.shows(3, "4242");
    });

    await t.step("it jumps to an address", async () => {
      await live.modbus.writeSingleRegister(65_535, 7);
      await live.jump("65535");
      await live.shows(65_535, "7");
      await live.jump("0x8000");
      await live.shows(32_768, "0");
      assertEquals(
        await live.page.locator("#where").textContent(),
        "Holding register 32768",
      );
    });

    await t.step("other notations stand beside the addresses", async () => {
      await live.page.getByLabel("Addresses").selectOption("prefixed");
      await live.page.getByText("432761", { exact: true }).waitFor();
      // The table's digit leads to the table.
      await live.jump("300021");
      await live.page.getByRole("grid", { name: "Input registers" }).waitFor();
      assertEquals(
        await live.page.locator("#where").textContent(),
        "Input register 20 · 300021",
      );
      await live.page.getByLabel("Addresses").selectOption("zero");
    });

    await t.step(
      "the filter shows the rows with something in them",
      async () => {
        await live.table("Holding registers");
        await live.page.getByLabel("Non-zero").check();
        await live.shows(65_535, "7");
        const headers = live.page.getByRole("rowheader");
        assertEquals(await headers.allTextContents(), ["0", "65530"]);
        await live.modbus.writeSingleRegister(1234, 1);
        await live.shows(1234, "1");
        assertEquals(
          (await headers.allTextContents()).toSorted(),
          ["0", "1230", "65530"],
        );
        await live.page.getByLabel("Non-zero").uncheck();
        await live.jump("100");
        await live.shows(100, "0");
      },
    );

    await t.step("nothing has gone wrong", () => {
      assertEquals(live.troubles, []);
    });
  },
);

pageTest("the grid changes the bank", chromium, {}, async (live, t) => {
  const { modbus, page } = live;
  const error = page.locator("#cell-error");

  await t.step(
    "a click toggles a coil, and a Modbus client reads it",
    async () => {
      await live.table("Coils");
      await live.cell(5).click();
      await live.shows(5, "1");
      assertEquals(await modbus.readCoils(4, 3), [false, true, false]);
      await live.cell(5).click();
      await live.shows(5, "0");
      assertEquals(await modbus.readCoils(4, 3), [false, false, false]);
    },
  );

  await t.step("a click toggles a discrete input", async () => {
    await live.table("Discrete inputs");
    await live.cell(2).click();
    await live.shows(2, "1");
    assertEquals(await modbus.readDiscreteInputs(1, 3), [false, true, false]);
  });

  await t.step("several bits are toggled together", async () => {
    await live.cell(10).click();
    await live.cell(13).click({ modifiers: ["Shift"] });
    await live.press("Space");
    await live.shows(10, "1");
    await live.shows(13, "1");
    assertEquals(await modbus.readDiscreteInputs(9, 6), [
      ...[false, true, true, true, true, false],
    ]);
  });

  await live.table("Holding registers");
  for (
    const [text, value] of [
      ["1234", 1234],
      ["-2", 65_534],
      ["0xBEEF", 0xbeef],
      ["0b1010", 10],
    ] as const
  ) {
    await t.step(`a register takes ${text}`, async () => {
      await live.cell(20).dblclick();
      await page.locator(".cell-editor").fill(text);
      await page.keyboard.press("Enter");
      await live.shows(20, String(value));
      assertEquals(await modbus.readHoldingRegisters(20, 1), [value]);
    });
  }

  await t.step("Escape leaves it as it was", async () => {
    await live.press("Enter");
    await page.locator(".cell-editor").fill("9");
    await page.keyboard.press("Escape");
    await live.shows(20, "10");
    assertEquals(await modbus.readHoldingRegisters(20, 1), [10]);
  });

  await t.step("what is no number is said at the cell", async () => {
    await live.press("Enter");
    await page.locator(".cell-editor").fill("70000");
    await page.keyboard.press("Enter");
    assertEquals(await error.textContent(), "A register holds -32768 to 65535");
    const box = await error.boundingBox();
    const cell = await live.cell(20).boundingBox();
    assert(Math.abs(box!.y - cell!.y) < 80, "The error is not at the cell");
    await page.keyboard.press("Escape");
    assertEquals(await error.isVisible(), false);
  });

  await t.step("an edit survives that the window becomes smaller", async () => {
    await live.press("4");
    await page.setViewportSize({ width: 1280, height: 700 });
    await page.keyboard.press("2");
    await page.keyboard.press("Enter");
    await live.shows(20, "42");
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  await t.step(
    "typing edits a cell that was scrolled out of sight",
    async () => {
      await page.locator("#grid").hover();
      await page.mouse.wheel(0, 30_000);
      await live.cell(20).waitFor({ state: "detached" });
      await live.press("7", "Enter");
      await live.shows(20, "7");
      assertEquals(await modbus.readHoldingRegisters(20, 1), [7]);
    },
  );

  await t.step("keys move, select and write several registers", async () => {
    await live.jump("100");
    await live.press("ArrowDown", "ArrowRight", "Shift+ArrowDown");
    const where = page.locator("#where");
    assertEquals(
      await where.textContent(),
      "Holding register 111 – 121 (11 cells)",
    );
    await live.press("7", "Enter");
    await live.shows(121, "7");
    assertEquals(
      await modbus.readHoldingRegisters(110, 13),
      [0, ...new Array(11).fill(7), 0],
    );
    await live.press("Escape", "PageDown", "Home");
    const at = /(\d+)$/.exec(await where.textContent() ?? "");
    assert(Number(at?.[1]) >= 200 && Number(at?.[1]) % 10 === 0);
    await live.press("Control+End");
    assertEquals(await where.textContent(), "Holding register 65535");
    await live.shows(65_535, "0");
  });

  await t.step(
    "a drag selects, and what is copied is pasted at once",
    async () => {
      await live.jump("300");
      await modbus.writeMultipleRegisters(300, [1, 2, 3]);
      await live.shows(302, "3");
      await live.cell(300).hover();
      await page.mouse.down();
      await live.cell(302).hover();
      await page.mouse.up();
      assertEquals(
        await page.locator("#where").textContent(),
        "Holding register 300 – 302 (3 cells)",
      );
      const copied = await page.evaluate(`{
      const clipboardData = new DataTransfer();
      const copy = new ClipboardEvent("copy", { clipboardData, bubbles: true });
      document.querySelector("#grid").dispatchEvent(copy);
      clipboardData.getData("text/plain");
    }`);
      assertEquals(copied, "1\t2\t3");
      const paste = (text: string) =>
        page.evaluate(`{
        const clipboardData = new DataTransfer();
        clipboardData.setData("text/plain", ${JSON.stringify(text)});
        const paste = new ClipboardEvent("paste", { clipboardData, bubbles: true });
        document.querySelector("#grid").dispatchEvent(paste);
      }`);
      await live.cell(320).click();
      await paste("7\t-1\n0x10");
      await live.shows(322, "16");
      assertEquals(await modbus.readHoldingRegisters(320, 4), [
        7,
        65_535,
        16,
        0,
      ]);
      await paste("1\tx");
      await error.filter({ hasText: "“x”: A register takes a number" })
        .waitFor();
      assertEquals(await modbus.readHoldingRegisters(320, 1), [7]);
      await live.press("Delete");
      await live.shows(320, "0");
    },
  );

  await t.step("nothing has gone wrong", () => {
    assertEquals(live.troubles, []);
  });
});

pageTest(
  "the page says at the cell what the server does not take",
  chromium,
  {
    config: {
      protect: [{
        table: Table.holdingRegisters,
        address: 20,
        count: 1,
        side: "ws",
      }],
    },
  },
  async (live) => {
    await live.cell(20).dblclick();
    await live.page.locator(".cell-editor").fill("5");
    await live.page.keyboard.press("Enter");
    const error = live.page.locator("#cell-error");
    await error.waitFor();
    assertStringIncludes(await error.textContent() ?? "", "protected");
    assertEquals(await live.modbus.readHoldingRegisters(20, 1), [0]);
  },
);

pageTest("the page subscribes to what it shows", chromium, {}, async (live) => {
  const { page } = live;
  /** The ranges of the last subscription. */
  let ranges: Range[] = [];
  page.on("websocket", (socket) => {
    socket.on("framesent", ({ payload }) => {
      const message = JSON.parse(String(payload));
      if (message.type === "subscribe") ranges = message.ranges;
    });
  });
  await page.reload();
  await live.link("live");
  assertEquals(ranges.length, 4);
  await page.getByLabel("Follow").selectOption("view");
  await live.jump("30000");
  await live.modbus.writeSingleRegister(30_000, 5);
  await live.shows(30_000, "5");
  const [range, ...others] = ranges;
  assertEquals(others, []);
  const { table, address, count } = range!;
  assertEquals(table, "holdingRegisters");
  assert(address < 30_000 && address + count > 30_000, JSON.stringify(range));
  assert(count <= 1000, JSON.stringify(range));

  // What is not told of any more does not look as if it were known.
  await live.modbus.writeSingleRegister(0, 7);
  await live.jump("0");
  await live.shows(0, "7");
  assertEquals(live.troubles, []);
});

pageTest(
  "the page shows units that have cells of their own",
  chromium,
  { config: { units: [1, 7] }, hash: "#table=holdingRegisters&address=3" },
  async (live) => {
    const { page, plc } = live;
    const write = (unit: number, value: number) =>
      plc.request(Uint8Array.of(6, 0, 3, 0, value), unit);
    const read = async (unit: number) =>
      (await plc.request(Uint8Array.of(3, 0, 3, 0, 1), unit))[3];
    await write(1, 11);
    await write(7, 77);
    await live.shows(3, "11");
    await page.getByLabel("Watch as uint16").click();
    await page.getByLabel("Unit id").selectOption("7");
    await live.shows(3, "77");
    // What is watched stays with its unit.
    await page.locator(".watch-value").filter({ hasText: /^11$/ }).waitFor();
    await live.press("5", "Enter");
    await live.shows(3, "5");
    assertEquals([await read(1), await read(7)], [11, 5]);
    await write(1, 12);
    await page.locator(".watch-value").filter({ hasText: /^12$/ }).waitFor();
    await live.shows(3, "5");
    await page.waitForURL(/unit=7/);
    await page.reload();
    await live.link("live");
    await live.shows(3, "5");
    assertEquals(await page.getByLabel("Unit id").inputValue(), "7");
    assertEquals(live.troubles, []);
  },
);

pageTest("the page remembers what was chosen", chromium, {}, async (live) => {
  const { page } = live;
  await page.getByLabel("Theme").selectOption("dark");
  await page.getByLabel("Addresses").selectOption("one");
  await page.getByLabel("Follow").selectOption("table");
  await live.table("Coils");
  await live.jump("501");
  // Without what the URL says.
  await page.goto(new URL("/", page.url()).href);
  await live.link("live");
  await page.locator('html[data-theme="dark"]').waitFor();
  await page.locator("#where").getByText("Coil 500 · 501").waitFor();
  assertEquals(await page.getByLabel("Follow").inputValue(), "table");
  const ground = "getComputedStyle(document.documentElement).colorScheme";
  assertEquals(await page.evaluate(ground), "dark");
  assertEquals(live.troubles, []);
});

pageTest(
  "the grid: nothing is lit in a page that has just been opened",
  chromium,
  {},
  async (live) => {
    // As if no time passed since then.
    await live.page.addInitScript("performance.now = () => 1;");
    await live.page.reload();
    await live.link("live");
    await live.shows(3, "0");
    assertEquals(await live.page.locator(".cell.hot").count(), 0);
    await live.modbus.writeSingleRegister(3, 4242);
    await live.page.locator("#cell-3.hot").waitFor();
  },
);
