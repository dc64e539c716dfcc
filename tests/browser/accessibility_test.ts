/**
 * The live page by the rules of WCAG 2.2 AA, as far as axe-core knows them.
 * @module
 */
import { assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { findChromium } from "../testing/chromium.ts";
import { type LivePage, pageTest } from "./live_page.ts";

const chromium = findChromium();

/** What axe-core has found, as far as it is needed to tell of it. */
interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string; failureSummary: string }[];
}

/** What keeps people from using the page: one line each. */
async function violations(page: Page): Promise<string[]> {
  const { default: axe } = await import("axe-core");
  // The page's policy lets no script in, but what the browser's tools bring.
  await page.evaluate(axe.source);
  const found = await page.evaluate(
    "axe.run(document, { resultTypes: ['violations'] }).then((r) => r.violations)",
  ) as Violation[];
  return found.flatMap(({ id, impact, nodes }) =>
    nodes.map(({ html, failureSummary }) =>
      `${impact} ${id}: ${html.slice(0, 150)} ${failureSummary}`
    )
  );
}

/** Fills the page, so that there is something to look at. */
async function fill(live: LivePage): Promise<void> {
  const { modbus, page } = live;
  await modbus.writeMultipleCoils(0, [true, false, true]);
  await modbus.writeMultipleRegisters(0, [1, 2, 3]);
  await page.getByLabel("Watch as float32").click();
  await live.shows(2, "3");
  await page.locator("#activity tbody tr").first().waitFor();
}

for (const colorScheme of ["light", "dark"] as const) {
  for (
    const size of [{ width: 1280, height: 800 }, { width: 390, height: 844 }]
  ) {
    pageTest(
      `the page can be used by all, ${colorScheme}, ${size.width} pixels wide`,
      chromium,
      { hash: "#table=holdingRegisters&address=0" },
      async (live, t) => {
        const { page } = live;
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        await fill(live);
        await page.setViewportSize(size);
        const panels = size.width < 960
          ? ["Bank", "Value", "Watch", "Activity"]
          : ["everything"];
        for (const panel of panels) {
          await t.step(panel, async () => {
            if (panel !== "everything") {
              await page.getByRole("button", { name: panel, exact: true })
                .click();
            }
            assertEquals(await violations(page), []);
          });
        }

        await t.step("with coils", async () => {
          if (size.width < 960) {
            await page.getByRole("button", { name: "Bank", exact: true })
              .click();
          }
          await live.table("Coils");
          await live.shows(2, "1");
          assertEquals(await violations(page), []);
        });

        await t.step("without a link", async () => {
          live.proxy.freeze();
          live.proxy.cut();
          await live.link("stale");
          assertEquals(await violations(page), []);
        });
      },
    );
  }
}
