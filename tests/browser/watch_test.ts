/**
 * The watch list of the live page: values, trend, files, URL.
 * @module
 */
import { Buffer } from "node:buffer";
import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Download, Page } from "playwright-core";
import { findChromium } from "../testing/chromium.ts";
import { pageTest } from "./live_page.ts";

const chromium = findChromium();

/** What a button saves as a file. */
async function saved(page: Page, button: string): Promise<string> {
  const waiting: Promise<Download> = page.waitForEvent("download");
  await page.locator("#watch").getByRole("button", { name: button }).click();
  return await Deno.readTextFile(await (await waiting).path());
}

/** Counts the pixels of the trend that are painted. */
const PAINTED = `(() => {
  const canvas = document.querySelector("#trend canvas");
  const context = canvas.getContext("2d");
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  let count = 0;
  for (let i = 3; i < data.length; i += 4) if (data[i] > 0) count++;
  return count;
})()`;

pageTest(
  "the page watches values",
  chromium,
  { hash: "#table=holdingRegisters&address=100" },
  async (live, t) => {
    const { modbus, page } = live;
    const list = page.locator(".watch-row");
    const value = (text: string) =>
      page.locator(".watch-value").filter({ hasText: new RegExp(`^${text}$`) })
        .waitFor();

    await t.step("a type is pinned, named and live", async () => {
      await page.getByLabel("Watch as int16").click();
      const name = page.getByLabel("Name", { exact: true });
      await name.fill("Speed");
      await name.press("Enter");
      await modbus.writeSingleRegister(100, 0xfff6);
      await value("-10");
      await modbus.writeSingleRegister(100, 30);
      await value("30");
      await list.getByText("-10 … 30").waitFor();
    });

    await t.step("its trend is drawn", async () => {
      for (let i = 0; i < 10; i++) {
        await modbus.writeSingleRegister(100, 10 * i);
      }
      await value("90");
      const drawn: number = await page.evaluate(PAINTED);
      await page.getByLabel("Draw Speed").uncheck();
      await live.until(`${PAINTED} < ${drawn} - 100`);
      const bare: number = await page.evaluate(PAINTED);
      assert(bare > 0, "Not even axes");
      await page.getByLabel("Draw Speed").check();
      await live.until(`${PAINTED} > ${bare} + 100`);
    });

    await t.step("it is followed where the grid does not show it", async () => {
      await page.getByLabel("Follow").selectOption("view");
      await live.table("Coils");
      await modbus.writeSingleRegister(100, 77);
      await value("77");
      await page.getByLabel("Follow").selectOption("bank");
      await live.table("Holding registers");
    });

    await t.step(
      "several values of a range are watched one by one",
      async () => {
        await live.jump("200");
        await live.press(
          "Shift+ArrowRight",
          "Shift+ArrowRight",
          "Shift+ArrowRight",
        );
        await page.getByLabel("Watch as float32").click();
        assertEquals(await list.count(), 3);
        await modbus.writeMultipleRegisters(200, [0x42f6, 0xe979, 0xc020, 0]);
        await value("123.456");
        await value("-2\\.5");
      },
    );

    await t.step("CSV", async () => {
      const csv = await saved(page, "CSV");
      const lines = csv.trimEnd().split("\r\n");
      assertEquals(
        lines[0],
        "time,Speed,Holding register 200[0],Holding register 200[1]",
      );
      assertMatch(lines.at(-1)!, /^20\d\d-.+Z,77,123\.45\d+,-2\.5$/);
    });

    await t.step("the list is in the URL", async () => {
      await page.waitForURL(/watch=h100\.int16\.ABCD\.1\.Speed~h200\.float32/);
      await page.reload();
      await live.link("live");
      await value("77");
      assertEquals(await list.count(), 3);
    });

    let exported = "";
    await t.step("and in the browser", async () => {
      exported = await saved(page, "Export");
      assertEquals(JSON.parse(exported).watch[0], {
        ...{ name: "Speed", table: "holdingRegisters", address: 100 },
        ...{ type: "int16", order: "ABCD", count: 1 },
      });
      await page.goto(new URL("/", page.url()).href);
      await live.link("live");
      await value("77");
    });

    await t.step("a list is imported, and a wrong one is not", async () => {
      while (await list.count() > 0) {
        await list.first().getByRole("button").click();
      }
      const file = page.locator("#watch-file");
      const message = page.locator("#watch-message");
      const mimeType = "application/json";
      const choose = (text: string) =>
        file.setInputFiles({
          ...{ name: "list.json", mimeType, buffer: Buffer.from(text) },
        });
      await choose(exported.replace('"int16"', '"int17"'));
      await message.filter({ hasText: 'Item 1: "type"' }).waitFor();
      assertEquals(await list.count(), 0);
      await choose(exported);
      await message.filter({ hasText: "2 items from list.json" }).waitFor();
      await value("77");
    });

    await t.step("nothing has gone wrong", () => {
      assertEquals(live.troubles, []);
    });
  },
);
