/**
 * The live page when its link fails, and when it may not do everything.
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { startApp } from "../testing/app.ts";
import { findChromium } from "../testing/chromium.ts";
import { functionsOf } from "../testing/modbus_functions.ts";
import { LivePage, pageTest } from "./live_page.ts";

const chromium = findChromium();

pageTest(
  "the page says that its values are old, and comes back after a restart",
  chromium,
  { hash: "#table=holdingRegisters&address=3" },
  async (live, t) => {
    const { app, page } = live;
    const banner = page.locator("#stale");
    const watched = page.locator(".watch-value");
    await live.modbus.writeSingleRegister(3, 41);
    await live.modbus.writeSingleRegister(4, 42);
    await live.shows(3, "41");
    await page.getByLabel("Watch as uint16").click();
    assertEquals(await banner.isVisible(), false);

    await t.step("the adapter stops: nothing looks live", async () => {
      await app.stop();
      await live.link("stale");
      assertMatch(
        await banner.textContent() ?? "",
        /Connection lost\. Values of .+ ago/,
      );
      assertMatch(await page.title(), /^⚠ Connection lost/);
      assertEquals(
        await page.locator("#link-text").textContent(),
        "Connection lost",
      );
      const filter = "getComputedStyle(document.querySelector('#grid')).filter";
      assertEquals(await page.evaluate(filter), "grayscale(1)");
      // The last known values can still be read.
      assertEquals(await live.cell(3).textContent(), "41");
    });

    await t.step("nothing can be written meanwhile", async () => {
      await live.press("Enter");
      assertEquals(
        await page.locator("#cell-error").textContent(),
        "Not connected: nothing can be written now",
      );
      assertEquals(await page.locator(".cell-editor").count(), 0);
    });

    await t.step("another one starts: its values are shown", async () => {
      await using second = await startApp({
        wsPort: app.wsAddr.port,
      });
      using plc = await second.modbus();
      await functionsOf(plc).writeSingleRegister(3, 51);
      await live.link("live");
      await live.shows(3, "51");
      await live.shows(4, "0");
      await watched.filter({ hasText: /^51$/ }).waitFor();
      assertEquals(await banner.isVisible(), false);
      assertEquals(await page.title(), "modbus-ws-adapter");
      await functionsOf(plc).writeSingleRegister(3, 52);
      await live.shows(3, "52");
    });
  },
);

pageTest(
  "the page of a bank that takes no writes lets nobody edit",
  chromium,
  { config: { readOnly: "ws" }, hash: "#table=holdingRegisters&address=3" },
  async (live, t) => {
    const { page } = live;
    const error = page.locator("#cell-error");
    const what = "Read only: this page may look, not write";

    await t.step("it says so", async () => {
      await page.getByText("Read only", { exact: true }).waitFor();
      await live.modbus.writeSingleRegister(3, 41);
      await live.shows(3, "41");
    });

    await t.step("registers can't be edited", async () => {
      await live.press("Enter");
      assertEquals(await error.textContent(), what);
      assertEquals(await page.locator(".cell-editor").count(), 0);
      assertEquals(
        await page.getByLabel("float32", { exact: true }).isEditable(),
        false,
      );
    });

    await t.step("a click on a coil changes nothing", async () => {
      await live.table("Coils");
      await live.cell(5).click();
      assertEquals(await error.textContent(), what);
      assertEquals(await live.modbus.readCoils(5, 1), [false]);
      assertEquals(await page.locator("#bit-on").isVisible(), false);
    });

    await t.step("nothing has gone wrong", () => {
      assertEquals(live.troubles, []);
    });
  },
);

const VIEWER = "viewer-token-of-the-test";
const OPERATOR = "operator-token-of-the-test";

Deno.test({
  name: "the page asks for a token",
  ignore: chromium === undefined,
  async fn(t) {
    const tokenFile = await Deno.makeTempFile();
    await Deno.writeTextFile(
      tokenFile,
      `viewer ${VIEWER}\noperator ${OPERATOR}\n`,
    );
    await using stack = new AsyncDisposableStack();
    stack.defer(() => Deno.remove(tokenFile));
    const live = stack.use(
      await LivePage.open(chromium!, { config: { tokenFile }, link: "closed" }),
    );
    const { page } = live;
    const dialog = page.getByRole("dialog");
    const enter = async (token: string) => {
      await dialog.getByLabel("Token").fill(token);
      await dialog.getByRole("button").click();
    };

    await t.step("without one it shows nothing", async () => {
      await dialog.waitFor();
      assertEquals(await live.cell(0).textContent(), "·");
    });

    await t.step("a wrong one is not taken", async () => {
      await enter("a-token-that-nobody-has");
      await dialog.getByText("That token was not accepted.").waitFor();
      await enter("no token at all");
      await live.until("document.querySelector('#token input:invalid')");
    });

    await t.step("a viewer's shows the bank and changes nothing", async () => {
      await enter(VIEWER);
      await live.link("live");
      await page.getByText("Read only", { exact: true }).waitFor();
      await live.modbus.writeSingleRegister(0, 7);
      await live.shows(0, "7");
      await live.table("Coils");
      await live.cell(5).click();
      await page.getByText("Read only: this page may look, not write")
        .waitFor();
      assertEquals(await live.modbus.readCoils(5, 1), [false]);
      await page.locator("#clients-count").getByText("1 WebSocket").waitFor();
    });

    await t.step("it is kept when the page is loaded again", async () => {
      await page.reload();
      await live.link("live");
      assertEquals(await dialog.isVisible(), false);
    });

    await t.step("an operator's lets one write", async () => {
      await page.evaluate("sessionStorage.clear()");
      await page.reload();
      await enter(OPERATOR);
      await live.link("live");
      await live.table("Coils");
      await live.cell(5).click();
      await live.shows(5, "1");
      assertEquals(await live.modbus.readCoils(5, 1), [true]);
      assert(!await page.getByText("Read only", { exact: true }).isVisible());
    });
  },
});
