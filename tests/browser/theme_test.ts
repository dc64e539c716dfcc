// Light and dark, as the system says or the user.
import { assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { findChromium } from "../testing/chromium.ts";
import { pageTest } from "./live_page.ts";

const chromium = findChromium();

const LIGHT = { theme: "light", scheme: "light", ground: "rgb(238, 241, 244)" };
const DARK = { theme: "dark", scheme: "dark", ground: "rgb(14, 20, 24)" };

/** What the page is coloured with now. */
async function colours(page: Page): Promise<typeof LIGHT> {
  return await page.evaluate(`(() => {
    const root = document.documentElement;
    const style = getComputedStyle(root);
    return {
      theme: root.dataset.theme,
      scheme: style.colorScheme,
      ground: style.backgroundColor,
    };
  })()`);
}

/** In the page: the colour of the overview's bar at address 0, which is drawn on a canvas. */
const BAR = `(() => {
  const canvas = document.querySelector("#overview canvas");
  const context = canvas.getContext("2d");
  return context.getImageData(0, canvas.height - 1, 1, 1).data.join();
})()`;

const LIGHT_BAR = `${BAR} === "125,151,171,255"`;
const DARK_BAR = `${BAR} === "91,117,135,255"`;

pageTest(
  "the page follows the system's colours until others are chosen",
  chromium,
  { hash: "#table=holdingRegisters" },
  async (live) => {
    const { page } = live;
    const theme = page.getByLabel("Theme");
    await live.modbus.writeMultipleRegisters(0, new Array(100).fill(1));
    assertEquals(await colours(page), LIGHT);
    await live.until(LIGHT_BAR);
    await page.emulateMedia({ colorScheme: "dark" });
    await live.until(DARK_BAR);
    assertEquals(await colours(page), DARK);
    await theme.selectOption("light");
    assertEquals(await colours(page), LIGHT);
    await live.until(LIGHT_BAR);
    await page.emulateMedia({ colorScheme: "light" });
    await theme.selectOption("dark");
    assertEquals(await colours(page), DARK);
    await theme.selectOption("system");
    assertEquals(await colours(page), LIGHT);
    assertEquals(live.troubles, []);
  },
);

pageTest(
  "the page has its colours before its modules run",
  chromium,
  {},
  async (live) => {
    const { page } = live;
    await page.route("**/page/page.js", (route) => route.abort());
    for (
      const [chosen, system, expected] of [
        [null, "light", LIGHT],
        [null, "dark", DARK],
        ["system", "dark", DARK],
        ["light", "dark", LIGHT],
        ["dark", "light", DARK],
        ["pink", "dark", DARK],
      ] as const
    ) {
      await page.emulateMedia({ colorScheme: system });
      await page.evaluate(
        chosen === null
          ? "localStorage.clear()"
          : `localStorage.setItem("modbus-ws-adapter.theme", "${chosen}")`,
      );
      await page.reload();
      const what = `${chosen} with a ${system} system`;
      assertEquals(await colours(page), expected, what);
    }
  },
);

pageTest(
  "the page can be read without JavaScript, whatever the system says",
  chromium,
  {},
  async (live) => {
    const browser = live.page.context().browser()!;
    const context = await browser.newContext({
      javaScriptEnabled: false,
      colorScheme: "dark",
    });
    const page = await context.newPage();
    await page.goto(new URL("/", live.page.url()).href);
    assertEquals(await colours(page), LIGHT);
    assertEquals(await page.locator("noscript").isVisible(), true);
    await context.close();
  },
);
