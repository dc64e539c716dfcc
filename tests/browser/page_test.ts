/**
 * The served page in a real browser.
 * @module
 */
import { assertEquals } from "@std/assert";
import { startApp } from "../testing/app.ts";
import { Chromium, findChromium } from "../testing/chromium.ts";
import { fromHex, toHex } from "../testing/hex.ts";
import { TcpProxy } from "../testing/tcp_proxy.ts";

const chromium = findChromium();

Deno.test({
  name: "the page shows the bank live and changes it",
  ignore: chromium === undefined,
  async fn(t) {
    await using app = await startApp();
    await using proxy = new TcpProxy(app.wsAddr);
    using plc = await app.modbus();
    await plc.request(fromHex("06 0002 002a"));
    await using browser = await Chromium.start(chromium!);
    const url = proxy.url.replace("ws:", "http:");
    const { page, troubles } = await browser.open(url);
    const state = page.getByRole("status");
    const table = (title: string) => {
      const heading = page.getByRole("heading", { name: title, exact: true });
      return page.locator("section").filter({ has: heading });
    };
    /** What shows the cell, by its place: 16 cells are shown, from the first on. */
    const cell = (title: string, place: number) => {
      return table(title).locator("label").nth(place).locator("button, input");
    };
    const pressed = (value: boolean) => `[aria-pressed="${value}"]`;

    await t.step("it is live and shows what is there", async () => {
      await state.and(page.getByText("live", { exact: true })).waitFor();
      assertEquals(await cell("Holding registers", 2).inputValue(), "42");
      assertEquals(
        await cell("Coils", 0).getAttribute("aria-pressed"),
        "false",
      );
    });

    await t.step("a Modbus write appears, in the list too", async () => {
      await plc.request(fromHex("0f 0003 0003 01 05"));
      await cell("Coils", 3).and(page.locator(pressed(true))).waitFor();
      await cell("Coils", 5).and(page.locator(pressed(true))).waitFor();
      assertEquals(
        await cell("Coils", 4).getAttribute("aria-pressed"),
        "false",
      );
      const row = page.getByRole("row").filter({ hasText: "Modbus" });
      assertEquals(await row.count(), 1);
      assertEquals(
        (await row.getByRole("cell").allTextContents()).slice(1),
        ["Modbus", "Coils", "3–5", "1 0 1"],
      );
    });

    await t.step("a click writes a coil", async () => {
      await cell("Coils", 4).click();
      await cell("Coils", 4).and(page.locator(pressed(true))).waitFor();
      const read = await plc.request(fromHex("01 0000 0008"));
      assertEquals(toHex(read), "01 01 38");
    });

    await t.step("a typed number writes a register", async () => {
      await cell("Input registers", 7).fill("-2");
      await cell("Input registers", 7).press("Enter");
      await page.getByRole("row").filter({ hasText: "65534" }).waitFor();
      const read = await plc.request(fromHex("04 0007 0001"));
      assertEquals(toHex(read), "04 02 ff fe");
    });

    await t.step("another address shows other cells", async () => {
      await plc.request(fromHex("06 fff0 0007"));
      await page.getByLabel("From address").fill("65535");
      await page.getByLabel("From address").press("Enter");
      const label = table("Holding registers").locator("label").last();
      await label.filter({ hasText: "65535" }).waitFor();
      assertEquals(await cell("Holding registers", 0).inputValue(), "7");
      await plc.request(fromHex("06 ffff 0008"));
      await page.getByRole("row").filter({ hasText: "65535" }).first()
        .waitFor();
      assertEquals(await cell("Holding registers", 15).inputValue(), "8");
    });

    await t.step("nothing has gone wrong until now", () => {
      assertEquals(troubles, []);
    });

    await t.step("it says when the values are not live", async () => {
      proxy.freeze();
      proxy.cut();
      await state.and(page.getByText("connection lost")).waitFor();
      assertEquals(await page.locator("body[data-live]").count(), 0);
      await plc.request(fromHex("06 ffff 0009"));
      proxy.thaw();
      await page.locator("body[data-live]").waitFor();
      assertEquals(await cell("Holding registers", 15).inputValue(), "9");
    });
  },
});
