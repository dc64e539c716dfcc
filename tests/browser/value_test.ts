/**
 * The panels of the live page that say what registers mean, and who changes
 * them.
 * @module
 */
import { assertEquals } from "@std/assert";
import { findChromium } from "../testing/chromium.ts";
import { pageTest } from "./live_page.ts";

const chromium = findChromium();

/** 123.456 by IEEE 754 is 42F6E979: where its bytes lie. */
const FLOATS = [
  ["ABCD", [0x42f6, 0xe979]],
  ["CDAB", [0xe979, 0x42f6]],
  ["BADC", [0xf642, 0x79e9]],
  ["DCBA", [0x79e9, 0xf642]],
] as const;

pageTest(
  "the page reads and writes registers as what they mean",
  chromium,
  { hash: "#table=holdingRegisters&address=100" },
  async (live, t) => {
    const { modbus, page } = live;
    const as = (type: string) => page.getByLabel(type, { exact: true });
    const holds = (type: string, value: string) =>
      live.until(
        `document.querySelector("#as-${type}").value === ${
          JSON.stringify(value)
        }`,
      );

    for (const [order, words] of FLOATS) {
      await t.step(`float32 ${order}: read`, async () => {
        await page.getByText(order, { exact: true }).click();
        await modbus.writeMultipleRegisters(100, [...words]);
        await holds("float32", "123.456");
      });

      await t.step(`float32 ${order}: written at once`, async () => {
        await modbus.writeMultipleRegisters(100, [0, 0]);
        await holds("float32", "0");
        await as("float32").fill("123.456");
        await as("float32").press("Enter");
        await live.shows(101, String(words[1]));
        assertEquals(await modbus.readHoldingRegisters(100, 2), [...words]);
        const newest = page.locator("#activity tbody tr").first();
        await newest.filter({ hasText: "Holding 100–101" })
          .filter({ hasText: "Browser" }).waitFor();
      });
    }

    await t.step("a text over several registers", async () => {
      await page.getByText("ABCD", { exact: true }).click();
      await as("ascii").fill("PUMP-07");
      await as("ascii").press("Enter");
      await live.shows(103, String(0x3700));
      assertEquals(
        await modbus.readHoldingRegisters(100, 4),
        [0x5055, 0x4d50, 0x2d30, 0x3700],
      );
    });

    await t.step("what does not fit is said", async () => {
      await as("int16").fill("40000");
      await as("int16").press("Enter");
      assertEquals(
        await page.locator("#inspector-error").textContent(),
        "int16: int16 is -32768 to 32767",
      );
      await as("int16").press("Escape");
      assertEquals(await as("int16").inputValue(), String(0x5055));
    });

    await t.step("nothing has gone wrong", () => {
      assertEquals(live.troubles, []);
    });
  },
);

pageTest("the page lists what has happened", chromium, {}, async (live, t) => {
  const { modbus, page, plc } = live;
  const rows = page.locator("#activity tbody tr:not([hidden])");
  /** The newest line without its time. */
  const newest = async (text: string) => {
    const row = rows.first();
    await row.filter({ hasText: text }).waitFor();
    return (await row.locator("td").allTextContents()).slice(1);
  };

  await t.step("a Modbus write, with what was there, and who", async () => {
    await modbus.writeSingleRegister(7, 41);
    await newest("Holding 7");
    await modbus.writeSingleRegister(7, 42);
    assertEquals(await newest("41 → 42"), [
      ...["Holding 7", "41 → 42", `Modbus ${plc.name}`],
    ]);
  });

  await t.step("of several cells those that changed", async () => {
    await modbus.writeMultipleRegisters(6, [0, 42, 5]);
    assertEquals((await newest("Holding 6–8")).slice(0, 2), [
      ...["Holding 6–8", "8: 0 → 5"],
    ]);
  });

  await t.step("a write in the page", async () => {
    await live.table("Coils");
    await live.cell(3).click();
    const [cells, values, who] = await newest("Coil 3");
    assertEquals([cells, values], ["Coil 3", "0 → 1"]);
    assertEquals(/^Browser /.test(who!), true, who);
  });

  await t.step("the filter", async () => {
    await page.getByLabel("Filter").fill("holding 8");
    await newest("Holding 6–8");
    assertEquals(await rows.count(), 1);
    await page.getByLabel("Filter").fill("");
    await live.until(
      "document.querySelectorAll('#activity tbody tr:not([hidden])').length === 4",
    );
  });

  await t.step("a pause", async () => {
    await page.getByRole("button", { name: "Pause" }).click();
    await live.table("Holding registers");
    await modbus.writeSingleRegister(7, 43);
    await live.shows(7, "43");
    assertEquals((await newest("Coil 3"))[0], "Coil 3");
    await page.getByRole("button", { name: "Go on" }).click();
    assertEquals((await newest("42 → 43"))[0], "Holding 7");
  });

  await t.step("a line leads to its cells", async () => {
    await modbus.writeSingleRegister(50_000, 1);
    await newest("Holding 50000");
    await rows.first().click();
    await live.shows(50_000, "1");
  });

  await t.step("who is connected", async () => {
    const clients = page.locator("#clients");
    await clients.getByText("1 Modbus · 1 WebSocket").waitFor();
    await clients.getByRole("button", { name: "Show" }).click();
    const row = clients.getByRole("row").filter({ hasText: plc.name });
    assertEquals((await row.locator("td").allTextContents())[0], "Modbus");
  });

  await t.step("nothing has gone wrong", () => {
    assertEquals(live.troubles, []);
  });
});
