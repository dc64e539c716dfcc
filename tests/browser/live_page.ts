/**
 * The live page in a real browser, before a running program.
 * @module
 */
import type { Locator, Page } from "playwright-core";
import type { Config } from "../../src/config.ts";
import { startApp, type TestApp } from "../testing/app.ts";
import { Chromium } from "../testing/chromium.ts";
import type { ModbusClient } from "../testing/modbus_client.ts";
import { functionsOf } from "../testing/modbus_functions.ts";
import { TcpProxy } from "../testing/tcp_proxy.ts";

/** How to open it. */
export interface LivePageOptions {
  /** What is other than by default in the program. */
  readonly config?: Partial<Config>;
  /** Behind the URL. */
  readonly hash?: string;
  /** State of the link to wait for; `live` unless given. */
  readonly link?: string;
  /** In pixels; 1280 × 800 unless given. */
  readonly size?: { readonly width: number; readonly height: number };
}

/** A program, a Modbus client, a browser with the page, and a line that can be cut. */
export class LivePage implements AsyncDisposable {
  readonly #stack: AsyncDisposableStack;

  private constructor(
    stack: AsyncDisposableStack,
    /** The program. */
    readonly app: TestApp,
    /** Between page and program. */
    readonly proxy: TcpProxy,
    /** A Modbus client. */
    readonly plc: ModbusClient,
    /** The page. */
    readonly page: Page,
    /** What went wrong in the page. */
    readonly troubles: readonly string[],
  ) {
    this.#stack = stack;
  }

  /** Opens it, and waits for its link. */
  static async open(
    executable: string,
    { config, hash = "", link = "live", size }: LivePageOptions = {},
  ): Promise<LivePage> {
    await using stack = new AsyncDisposableStack();
    const app = stack.use(await startApp(config));
    const proxy = stack.use(new TcpProxy(app.wsAddr));
    const plc = stack.use(await app.modbus());
    const browser = stack.use(await Chromium.start(executable));
    const url = proxy.url.replace("ws:", "http:") + hash;
    const { page, troubles } = await browser.open(url);
    await page.setViewportSize(size ?? { width: 1280, height: 800 });
    const live = new LivePage(stack.move(), app, proxy, plc, page, troubles);
    await live.link(link);
    return live;
  }

  /** Resolves when the page says that its link is in that state. */
  async link(state: string): Promise<void> {
    await this.page.locator(`html[data-link="${state}"]`).waitFor();
  }

  /** What Modbus clients can do. */
  get modbus(): ReturnType<typeof functionsOf> {
    return functionsOf(this.plc);
  }

  /** A cell of the table that is shown. */
  cell(address: number): Locator {
    return this.page.locator(`#cell-${address}`);
  }

  /** Resolves when a cell shows that. */
  async shows(address: number, text: string): Promise<void> {
    const exactly = new RegExp(`^${text}$`);
    await this.cell(address).filter({ hasText: exactly }).waitFor();
  }

  /** Resolves when an expression holds in the page; its policy lets no text become script there. */
  async until(expression: string): Promise<void> {
    await this.page.evaluate(`new Promise((resolve) => {
      const look = () =>
        ${expression} ? resolve() : requestAnimationFrame(look);
      look();
    })`);
  }

  /** Shows another table. */
  async table(name: string): Promise<void> {
    await this.page.getByRole("tab", { name }).click();
    await this.page.getByRole("grid", { name }).waitFor();
  }

  /** Goes to an address. */
  async jump(text: string): Promise<void> {
    await this.page.getByLabel("Go to address").fill(text);
    await this.page.getByLabel("Go to address").press("Enter");
  }

  /** Types into the grid, which gets the focus. */
  async press(...keys: string[]): Promise<void> {
    await this.page.locator("#grid").focus();
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /** Ends all of it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}

/** A test with the live page, ignored where no browser can be run. */
export function pageTest(
  name: string,
  executable: string | undefined,
  options: LivePageOptions,
  fn: (live: LivePage, t: Deno.TestContext) => Promise<void>,
): void {
  Deno.test({
    name,
    ignore: executable === undefined,
    async fn(t) {
      await using live = await LivePage.open(executable!, options);
      await fn(live, t);
    },
  });
}
