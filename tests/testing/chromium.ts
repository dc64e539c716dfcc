/**
 * A real browser: Debian's Chromium, without a window.
 * @module
 */
import type { BrowserContext, Page } from "playwright-core";
import { granted } from "./permissions.ts";

/** Where it may be. */
const PATHS = ["/usr/bin/chromium", "/usr/bin/chromium-browser"];

/** It runs in containers, as any user, and talks to nobody but the test. */
const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Far more than anything here takes, in milliseconds, also on a machine that is busy elsewhere. */
const PATIENCE = 60_000;

/** The browser on this machine; undefined when there is none or it may not be run. */
export function findChromium(): string | undefined {
  if (!granted("run", "read", "write", "env", "sys")) return undefined;
  return PATHS.find((path) => {
    try {
      return Deno.statSync(path).isFile;
    } catch {
      return false;
    }
  });
}

/** A page, and what went wrong in it. */
export interface WatchedPage {
  /** The page. */
  readonly page: Page;
  /** Errors on the console and uncaught ones, refusals by the security policy, failed requests. */
  readonly troubles: readonly string[];
}

/** A running browser with a profile of its own. */
export class Chromium implements AsyncDisposable {
  readonly #context: BrowserContext;
  readonly #profile: string;

  private constructor(context: BrowserContext, profile: string) {
    this.#context = context;
    this.#profile = profile;
  }

  /** Starts it. */
  static async start(executablePath: string): Promise<Chromium> {
    const { chromium } = await import("playwright-core");
    const profile = await Deno.makeTempDir({ prefix: "chromium-" });
    const options = { executablePath, headless: true, args: ARGS };
    const context = await chromium.launchPersistentContext(profile, options);
    return new Chromium(context, profile);
  }

  /** Opens a page that is watched from its first line on. */
  async open(url: string): Promise<WatchedPage> {
    const page = await this.#context.newPage();
    page.setDefaultTimeout(PATIENCE);
    const troubles: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error") troubles.push(message.text());
    });
    page.on("pageerror", (error) => troubles.push(String(error)));
    page.on("requestfailed", (request) => {
      const error = request.failure()?.errorText;
      // The page was left before the answer came.
      if (error === "net::ERR_ABORTED") return;
      troubles.push(`${request.url()}: ${error}`);
    });
    page.on("response", (response) => {
      if (response.ok()) return;
      troubles.push(`${response.url()}: ${response.status()}`);
    });
    await page.goto(url);
    return { page, troubles };
  }

  /** Ends it and removes its profile. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context.close();
    await Deno.remove(this.#profile, { recursive: true });
  }
}
