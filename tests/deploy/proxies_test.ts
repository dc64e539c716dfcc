// The adapter behind a real nginx and a real Caddy, with the configurations of
// src/deploy.
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import caddyfile from "../../src/deploy/Caddyfile" with { type: "text" };
import nginxConf from "../../src/deploy/nginx.conf" with { type: "text" };
import { EventStream } from "../rest/event_stream.ts";
import { startApp, type TestApp } from "../testing/app.ts";
import { fromHex } from "../testing/hex.ts";
import { hasCommand } from "../testing/commands.ts";
import { granted } from "../testing/permissions.ts";
import { Program } from "../testing/program.ts";
import { TEST_CERT, TEST_KEY } from "../testing/tls.ts";
import { WsClient } from "../testing/ws_client.ts";

const ADAPTER = "127.0.0.1:8765";

/** What a proxy is started with. */
interface Place {
  /** A folder of its own. */
  readonly folder: string;
  readonly cert: string;
  readonly key: string;
  /** Where it listens. */
  readonly port: number;
  /** The adapter's `host:port`. */
  readonly adapter: string;
}

interface Proxy {
  readonly command: string;
  /** Asks it for its version. */
  readonly version: string[];
  /** Files to write, by name, and the arguments to start with. */
  readonly prepare: (place: Place) => [Record<string, string>, string[]];
  /** The line that says that it serves. */
  readonly ready: RegExp;
}

/** Replaces what must be there. */
function replaced(
  text: string,
  ...pairs: readonly (readonly [string, string])[]
) {
  return pairs.reduce((text, [from, to]) => {
    assertStringIncludes(text, from);
    return text.replaceAll(from, to);
  }, text);
}

const PROXIES: readonly Proxy[] = [
  {
    command: "nginx",
    version: ["-v"],
    prepare({ folder, cert, key, port, adapter }) {
      const site = replaced(
        nginxConf,
        ["listen 443 ssl", `listen 127.0.0.1:${port} ssl`],
        ["/etc/ssl/hmi.example.pem", cert],
        ["/etc/ssl/hmi.example.key", key],
        [`proxy_pass http://${ADAPTER}`, `proxy_pass http://${adapter}`],
      );
      const main = `
        daemon off;
        pid nginx.pid;
        error_log stderr notice;
        events {}
        http {
          access_log off;
          include site.conf;
        }`;
      return [
        { "site.conf": site, "nginx.conf": main },
        ["-p", folder, "-c", "nginx.conf", "-e", "stderr"],
      ];
    },
    ready: /start worker process /,
  },
  {
    command: "caddy",
    version: ["version"],
    prepare({ folder, cert, key, port, adapter }) {
      const site = replaced(
        caddyfile,
        [
          "\nhmi.example {",
          `\n${
            ["hmi.example", "localhost"].map((name) =>
              `https://${name}:${port}`
            ).join(" ")
          } {\ntls ${cert} ${key}`,
        ],
        [`reverse_proxy ${ADAPTER}`, `reverse_proxy ${adapter}`],
      );
      const main = "{\nadmin off\nauto_https disable_redirects\n}\n";
      return [
        { Caddyfile: main + site },
        ["run", "--adapter", "caddyfile", "--config", `${folder}/Caddyfile`],
      ];
    },
    ready: /serving initial configuration/,
  },
];

const ignore = !granted("read", "write", "run", "env");

/** A port that was free a moment ago. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** The adapter, the proxy before it, and a client that knows its certificate. */
async function behind(proxy: Proxy) {
  const stack = new AsyncDisposableStack();
  const folder = await Deno.makeTempDir({ prefix: "proxy" });
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const app = stack.use(
    await startApp({
      trustedProxy: ["127.0.0.1"],
      allowHost: ["hmi.example"],
      logLevel: "debug",
    }),
  );
  const [cert, key] = [`${folder}/cert.pem`, `${folder}/key.pem`];
  const port = freePort();
  const adapter = `127.0.0.1:${app.wsAddr.port}`;
  const [files, args] = proxy.prepare({ folder, cert, key, port, adapter });
  files["cert.pem"] = TEST_CERT;
  files["key.pem"] = TEST_KEY;
  for (const [name, text] of Object.entries(files)) {
    await Deno.writeTextFile(`${folder}/${name}`, text);
  }
  const program = stack.use(Program.spawn(proxy.command, args, {
    cwd: folder,
    env: { XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder, HOME: folder },
  }));
  const died = program.ended.then(({ stderr }) => {
    throw new Error(`It ended: ${stderr.join("\n")}`);
  });
  await Promise.race([program.stderr.until(proxy.ready), died]);
  died.catch(() => {});
  // WebSockets of the client know no HTTP/2.
  const options = { caCerts: [TEST_CERT], http2: false };
  const client = stack.use(Deno.createHttpClient(options));
  return {
    app,
    client,
    port,
    site: `localhost:${port}`,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** An answer by the proxy to a request for hmi.example, which is not looked up. */
async function pageOf(port: number): Promise<string> {
  const options = { hostname: "localhost", port, caCerts: [TEST_CERT] };
  using conn = await Deno.connectTls(options);
  const lines = ["GET / HTTP/1.1", "Host: hmi.example", "Connection: close"];
  await conn.write(new TextEncoder().encode(`${lines.join("\r\n")}\r\n\r\n`));
  return await new Response(conn.readable).text();
}

async function writeCoil(app: TestApp): Promise<void> {
  using plc = await app.modbus();
  await plc.request(fromHex("05 0007 ff00"));
}

for (const proxy of PROXIES) {
  Deno.test({
    name: `src/deploy: ${proxy.command} passes on pages, WebSockets and events`,
    ignore: ignore || !hasCommand(proxy.command, proxy.version),
    async fn(t) {
      await using place = await behind(proxy);
      const { app, client, port, site } = place;
      const own = { origin: `https://${site}` };

      await t.step("the page", async () => {
        const response = await fetch(`https://${site}/`, { client });
        assertEquals(response.status, 200);
        assertStringIncludes(await response.text(), "<!DOCTYPE html>");
      });

      await t.step("the page by the name of --allow-host", async () => {
        assertStringIncludes(await pageOf(port), "<!DOCTYPE html>");
      });

      await t.step("a WebSocket of its own page, both ways", async () => {
        await using browser = await WsClient.open(
          ...[`wss://${site}/`, own, undefined, client] as const,
        );
        await browser.drain();
        await writeCoil(app);
        assertEquals(
          await browser.next(),
          '{"type":"setCoils","address":7,"value":[true]}',
        );
        const answer = await browser.ask({
          ...{ type: "setInputRegisters", address: 1, value: [7], id: 1 },
        });
        assertEquals(answer, { type: "ok", id: 1 });
      });

      await t.step("no WebSocket of another page", async () => {
        const url = `wss://${site}/`;
        const other = { origin: "https://evil.example" };
        const opened = WsClient.open(url, other, undefined, client);
        assert(await opened.then(() => false, () => true));
      });

      await t.step("events, each at once", async () => {
        const url = `https://${site}/api/v1/changes`;
        await using stream = await EventStream.open(url, own, client);
        assertEquals(stream.response.status, 200);
        // The answer to what was asked for.
        assertEquals((await stream.next()).data.type, "subscribed");
        for (let i = 0; i < 3; i++) {
          await writeCoil(app);
          const { data } = await stream.next();
          assertEquals(data.address, 7);
        }
      });

      await t.step("who the client is, not what it says", async () => {
        const lying = { "x-forwarded-for": "192.0.2.7", ...own };
        await using browser = await WsClient.open(
          ...[`wss://${site}/`, lying, undefined, client] as const,
        );
        await browser.drain();
        const said = app.lines.all.filter((line) => line.includes(" client "));
        assert(said.length > 0);
        assertEquals(said.some((l) => l.includes("192.0.2.7")), false);
      });
    },
  });
}
