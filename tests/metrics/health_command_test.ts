import { assert, assertEquals } from "@std/assert";
import type { Config } from "../../src/config.ts";
import { HEALTH, localUrl } from "../../src/metrics/health_command.ts";
import { testConfig } from "../testing/app.ts";

const URLS: readonly [config: Partial<Config>, url: string][] = [
  [{}, "http://127.0.0.1:8765/health"],
  [{ host: "0.0.0.0", wsPort: 80 }, "http://127.0.0.1:80/health"],
  [{ host: "::" }, "http://[::1]:8765/health"],
  [{ host: "192.0.2.7" }, "http://192.0.2.7:8765/health"],
  [{ tlsCert: "cert.pem" }, "https://127.0.0.1:8765/health"],
];

for (const [config, url] of URLS) {
  Deno.test({
    name: `localUrl() of ${JSON.stringify(config)}`,
    permissions: "none",
    fn: () =>
      assertEquals(localUrl(testConfig({ wsPort: 8765, ...config })), url),
  });
}

/** Runs the command. */
async function health(
  url: string,
): Promise<{ code: number; out: string[]; errors: string[] }> {
  const [out, errors]: string[][] = [[], []];
  const code = await HEALTH.run({
    operands: [url],
    config: testConfig(),
    print: (line) => out!.push(line),
    printError: (line) => errors!.push(line),
  });
  return { code, out: out!, errors: errors! };
}

const ANSWERS: readonly [
  title: string,
  response: () => Response,
  code: number,
  line: string,
][] = [
  ["ok", () => Response.json({ status: "ok" }), 0, "ok"],
  [
    "degraded, but serving",
    () => Response.json({ status: "degraded" }),
    0,
    "degraded",
  ],
  [
    "no Modbus",
    () => Response.json({ status: "degraded" }, { status: 503 }),
    1,
    " says 503: degraded",
  ],
  [
    "another service",
    () => new Response("<html>"),
    1,
    " does not answer as an adapter does: ",
  ],
];

for (const [title, response, expected, line] of ANSWERS) {
  Deno.test(`health: ${title} is exit code ${expected}`, async () => {
    await using server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      response,
    );
    const url = `http://127.0.0.1:${server.addr.port}/health`;
    const { code, out, errors } = await health(url);
    assertEquals(code, expected);
    assertEquals([out.length, errors.length], expected === 0 ? [1, 0] : [0, 1]);
    const [text] = [...out, ...errors];
    assert(expected === 0 ? text === line : text!.startsWith(url + line), text);
  });
}

Deno.test("health: nobody there is exit code 1, and says where it has looked", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  const url = `http://127.0.0.1:${port}/health`;
  const { code, errors } = await health(url);
  assertEquals(code, 1);
  assertEquals(errors, [`${url} does not answer: nothing listens there`]);
});

Deno.test({
  name: "health: what is no URL is exit code 1",
  permissions: "none",
  async fn() {
    const { code, errors } = await health("nonsense");
    assertEquals([code, errors], [1, [
      '"nonsense" is not a URL: it takes http://127.0.0.1:8765/health',
    ]]);
  },
});
