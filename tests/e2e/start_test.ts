import { assert, assertEquals, assertMatch } from "@std/assert";
import denoJson from "../../deno.json" with { type: "json" };
import { CONFIG_FLAGS } from "../../src/flags.ts";
import { fromHex, toHex } from "../testing/hex.ts";
import { ModbusClient } from "../testing/modbus_client.ts";
import { granted } from "../testing/permissions.ts";
import { Program, ROOT, RUN } from "../testing/program.ts";
import { RawWebSocket } from "../testing/raw_web_socket.ts";
import { WsClient } from "../testing/ws_client.ts";

const ignore = !granted("read", "run");

/** One round trip from Modbus to a WebSocket client. */
async function assertServes(program: Program): Promise<void> {
  await using browser = await WsClient.open(program.wsUrl);
  await browser.drain();
  using plc = await ModbusClient.connect(program.modbusAddr);
  const written = await plc.request(fromHex("05 0007 ff00"));
  assertEquals(toHex(written), "05 00 07 ff 00");
  assertEquals(
    await browser.next(),
    '{"type":"setCoils","address":7,"value":[true]}',
  );
}

/** A port that is in use until the end of the block. */
function takenPort(): Disposable & { port: number } {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return {
    port: listener.addr.port,
    [Symbol.dispose]: () => listener.close(),
  };
}

Deno.test({
  name: "--help names every flag and its default",
  ignore,
  async fn(t) {
    for (const flag of ["--help", "-h"]) {
      await t.step(flag, async () => {
        const { code, stdout, stderr } = await Program.run([flag]).ended;
        assertEquals([code, stderr], [0, []]);
        const text = stdout.join("\n");
        for (const { name, default: byDefault } of CONFIG_FLAGS) {
          const line = new RegExp(`^ +--${name} [A-Z]+( |$)`, "m");
          assertMatch(text, line);
          assert(text.includes(byDefault), name);
        }
        assertMatch(text, /^ +-h, --help /m);
        assertMatch(text, /^ +-V, --version /m);
        assertMatch(text, /MODBUS_WS_/);
      });
    }
  },
});

Deno.test({
  name: "--version says name and version, nothing else",
  ignore,
  async fn(t) {
    for (const flag of ["--version", "-V"]) {
      await t.step(flag, async () => {
        assertEquals(await Program.run([flag]).ended, {
          code: 0,
          stdout: [`${denoJson.name} ${denoJson.version}`],
          stderr: [],
        });
      });
    }
  },
});

Deno.test({
  name: "start: one line for each server with its real address, then ready",
  ignore,
  async fn() {
    await using program = await Program.serving();
    assertEquals(program.stdout.all.length, 3);
    const [modbus, webSocket, ready] = program.stdout.all;
    const address = "127\\.0\\.0\\.1:[1-9]\\d*";
    assertMatch(modbus!, new RegExp(`^Modbus TCP  ${address}$`));
    assertMatch(
      webSocket!,
      new RegExp(
        `^WebSocket   ws://${address}/  \\(page: http://${address}/\\)$`,
      ),
    );
    assertEquals(ready, "ready");
    await assertServes(program);
    assertEquals(program.stderr.all, []);
  },
});

Deno.test({
  name: "--log-format=json makes every line JSON",
  ignore,
  async fn() {
    await using program = await Program.serving([
      ...["--log-format=json", "--log-level=debug"],
    ]);
    const [modbus, webSocket, ready] = program.stdout.all
      .map((line) => JSON.parse(line));
    assertEquals([modbus.listening, modbus.hostname], ["modbus", "127.0.0.1"]);
    assertEquals(webSocket.listening, "websocket");
    assertEquals(ready, { ready: true, version: denoJson.version });
    const url = `ws://127.0.0.1:${webSocket.port}/`;
    // A line break in what a client sends must not make a line of its own.
    await using client = await WsClient.open(url);
    await client.ask('{"type":"\\n{}"}');
    using _plc = await ModbusClient.connect(modbus);
    await program.stderr.until(/Modbus client \S+ connected/);
    await client.close();
    await program.stderr.until(/WebSocket client \S+ disconnected/);
    for (const line of program.stderr.all) {
      const { time, level, message } = JSON.parse(line);
      assertMatch(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      assertEquals(level, "debug");
      assert(message.length > 10);
    }
  },
});

Deno.test({
  name: "start: an IPv6 address",
  ignore: ignore || !hasIpv6(),
  async fn(t) {
    for (const host of ["::1", "[::1]"]) {
      await t.step(`--host=${host}`, async () => {
        await using program = await Program.serving([`--host=${host}`]);
        assertMatch(program.stdout.all[0]!, /^Modbus TCP {2}\[::1\]:\d+$/);
        assertMatch(program.stdout.all[1]!, /ws:\/\/\[::1\]:\d+\//);
        await assertServes(program);
      });
    }
  },
});

function hasIpv6(): boolean {
  try {
    Deno.listen({ hostname: "::1", port: 0 }).close();
    return true;
  } catch {
    return false;
  }
}

Deno.test({
  name: "a wrong argument: one line that names it, exit code 2",
  ignore,
  async fn(t) {
    const rows: [args: string[], named: RegExp][] = [
      [["--frobnicate"], /--frobnicate is not a flag/],
      [["--frobnicate=1"], /--frobnicate is not a flag/],
      [["-x"], /-x is not a flag/],
      [["8502"], /"8502" is not a command/],
      [["--no-help"], /--no-help is not a flag/],
      [["--modbus-port"], /--modbus-port/],
      [["--modbus-port="], /--modbus-port/],
      [["--modbus-port=http"], /--modbus-port "http" is not a port/],
      [["--modbus-port=-1"], /--modbus-port "-1"/],
      [["--modbus-port=65536"], /--modbus-port "65536".* 0 to 65535/],
      [["--ws-port=1e3"], /--ws-port "1e3" is not a port/],
      [["--ws-port=1", "--ws-port=2"], /--ws-port is given 2 times/],
      [["--host="], /--host/],
      [["--host=a b"], /--host "a b"/],
      [["--log-level=loud"], /--log-level "loud".*debug, info, warn, error/],
      [["--log-format=xml"], /--log-format "xml".*text, json/],
      [["--allow-origin=hmi.example"], /--allow-origin "hmi.example"/],
      [["--allow-origin=http://a.example/b"], /--allow-origin/],
      [["--max-clients=0"], /--max-clients "0"/],
      [["--max-message=1G"], /--max-message "1G"/],
      [["--history=-1"], /--history "-1"/],
      [["--modbus-max-connections=0"], /--modbus-max-connections "0"/],
      [["--modbus-frame-timeout=0"], /--modbus-frame-timeout "0"/],
      [["--modbus-idle-timeout=-1"], /--modbus-idle-timeout "-1"/],
    ];
    for (const [args, named] of rows) {
      await t.step(args.join(" "), async () => {
        const { code, stdout, stderr } = await Program.run(args).ended;
        assertEquals([code, stdout, stderr.length], [2, [], 1]);
        assertMatch(stderr[0]!, named);
        assertMatch(stderr[0]!, /^modbus-ws-adapter: .*--help/);
      });
    }
  },
});

Deno.test({
  name: "a port in use: one line that names port and flag, exit code 1",
  ignore,
  async fn(t) {
    for (const flag of ["--modbus-port", "--ws-port"]) {
      await t.step(flag, async () => {
        using taken = takenPort();
        const args = ["--modbus-port", "--ws-port"].map((name) =>
          `${name}=${name === flag ? taken.port : 0}`
        );
        const { code, stdout, stderr } = await Program.run(args).ended;
        assertEquals([code, stdout, stderr.length], [1, [], 1]);
        const line = stderr[0]!;
        assert(line.includes(`127.0.0.1:${taken.port} for `), line);
        assert(line.includes("the port is in use"), line);
        assert(line.endsWith(`choose another port with ${flag}`), line);
      });
    }
    await t.step("both the same", async () => {
      // Whether it is free: the second of the two finds it taken.
      const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      const { port } = listener.addr;
      listener.close();
      const { code, stdout, stderr } = await Program.run([
        ...[`--modbus-port=${port}`, `--ws-port=${port}`],
      ]).ended;
      assertEquals([code, stdout, stderr.length], [1, [], 1]);
    });
  },
});

/** Whether there are ports that need a right, and a way to be without it. */
function canLackRight(): boolean {
  if (ignore || Deno.build.os !== "linux") return false;
  const path = "/proc/sys/net/ipv4/ip_unprivileged_port_start";
  if (Number(Deno.readTextFileSync(path)) <= 1) return false;
  return Deno.uid() !== 0 || runsWith(WITHOUT_RIGHT);
}

/** Takes the right from root. */
const WITHOUT_RIGHT = [
  "setpriv",
  ...["--bounding-set=-net_bind_service", "--inh-caps=-net_bind_service"],
];

function runsWith([command, ...args]: readonly string[]): boolean {
  try {
    return new Deno.Command(command!, { args: [...args, "true"] })
      .outputSync().success;
  } catch {
    return false;
  }
}

Deno.test({
  name: "a privileged port without the right: one line, exit code 1",
  ignore: !canLackRight(),
  async fn(t) {
    for (const flag of ["--modbus-port", "--ws-port"]) {
      await t.step(flag, async () => {
        // Nobody can have taken it: that is asked only of those with the right.
        const args = ["--modbus-port", "--ws-port"].map((name) =>
          `${name}=${name === flag ? 1 : 0}`
        );
        const prefix = Deno.uid() === 0 ? WITHOUT_RIGHT : [];
        const [command, ...rest] = [
          ...prefix,
          Deno.execPath(),
          ...RUN,
          ...args,
        ];
        const program = Program.spawn(command!, rest, { cwd: ROOT });
        const { code, stdout, stderr } = await program.ended;
        assertEquals([code, stdout, stderr.length], [1, [], 1]);
        const line = stderr[0]!;
        assert(line.includes("127.0.0.1:1 for "), line);
        assert(line.includes(`Choose another with ${flag}`), line);
        assert(line.includes("CAP_NET_BIND_SERVICE"), line);
      });
    }
  },
});

Deno.test({
  name: "an address that is not of this machine: one line, exit code 1",
  ignore,
  async fn(t) {
    const rows: [host: string, named: RegExp][] = [
      // For documentation only (RFC 5737, RFC 3849).
      ["192.0.2.1", /192\.0\.2\.1:0 .*does not have that address.*--host/],
      ["2001:db8::1", /\[2001:db8::1\]:0 /],
      ["no-such-host.invalid", /no-such-host\.invalid/],
    ];
    for (const [host, named] of rows) {
      await t.step(host, async () => {
        const { code, stdout, stderr } = await Program.run([
          ...[`--host=${host}`, "--modbus-port=0", "--ws-port=0"],
        ]).ended;
        assertEquals([code, stdout, stderr.length], [1, [], 1]);
        assertMatch(stderr[0]!, named);
        assertMatch(stderr[0]!, /^modbus-ws-adapter: Cannot listen on /);
      });
    }
  },
});

Deno.test({
  name: "environment: every flag, below the command line",
  ignore,
  async fn(t) {
    const free = { MODBUS_WS_MODBUS_PORT: "0", MODBUS_WS_WS_PORT: "0" };

    await t.step("ports, host and form of the log", async () => {
      await using program = Program.run([], {
        ...{ ...free, MODBUS_WS_HOST: "127.0.0.1" },
        ...{ MODBUS_WS_LOG_FORMAT: "json", MODBUS_WS_LOG_LEVEL: "debug" },
      });
      await program.ready();
      const modbus = JSON.parse(program.stdout.all[0]!);
      assertEquals(modbus.hostname, "127.0.0.1");
      assert(modbus.port !== 8502);
      using _plc = await ModbusClient.connect(modbus);
      const line = await program.stderr.until(/Modbus client/);
      assertEquals(JSON.parse(line).level, "debug");
    });

    await t.step("several origins", async () => {
      await using program = await Program.serving([], {
        MODBUS_WS_ALLOW_ORIGIN: "https://a.example, https://b.example:444",
      });
      const rows: [origin: string, status: number][] = [
        ["https://a.example", 101],
        ["https://b.example:444", 101],
        ["https://b.example", 403],
      ];
      for (const [Origin, status] of rows) {
        using client = await RawWebSocket.open(program.wsUrl, { Origin });
        assertEquals(client.status, status, Origin);
      }
    });

    await t.step("a flag beats it", async () => {
      using taken = takenPort();
      await using program = await Program.serving([], {
        MODBUS_WS_MODBUS_PORT: `${taken.port}`,
        MODBUS_WS_WS_PORT: "not looked at",
      });
      await assertServes(program);
    });

    await t.step("an empty one is as good as none", async () => {
      await using program = await Program.serving([], {
        ...{ MODBUS_WS_HOST: "", MODBUS_WS_ALLOW_ORIGIN: "" },
      });
      await assertServes(program);
    });

    await t.step("a bad value is named by its variable", async () => {
      const { code, stdout, stderr } = await Program.run([], {
        ...{ ...free, MODBUS_WS_WS_PORT: "http" },
      }).ended;
      assertEquals([code, stdout, stderr.length], [2, [], 1]);
      assertMatch(stderr[0]!, /MODBUS_WS_WS_PORT "http" is not a port/);
    });
  },
});

Deno.test({
  name: "DENO_SERVE_ADDRESS does not undo --host and --ws-port",
  ignore,
  async fn() {
    // If the program went there, it would find the port in use.
    using taken = takenPort();
    await using program = await Program.serving([], {
      DENO_SERVE_ADDRESS: `tcp:127.0.0.1:${taken.port}`,
    });
    await assertServes(program);
  },
});
