// The program with files of tokens, certificate and key.
import { assert, assertEquals } from "@std/assert";
import { fromHex, toHex } from "../testing/hex.ts";
import { TempFolder } from "../testing/files.ts";
import { ModbusClient } from "../testing/modbus_client.ts";
import { granted } from "../testing/permissions.ts";
import { Program } from "../testing/program.ts";
import { RawWebSocket } from "../testing/raw_web_socket.ts";
import { OTHER_KEY, TEST_CERT, TEST_KEY } from "../testing/tls.ts";

const ignore = !granted("read", "write", "run");

const TOKEN = "operator-0123456789";

/** A folder with all files that a test may name. */
function files(): TempFolder {
  const folder = new TempFolder();
  folder.write("tokens", `# plant 7\noperator ${TOKEN}\n`);
  folder.write("no-tokens", "# none yet\n");
  folder.write("wrong-tokens", `operator ${TOKEN} x\n`);
  folder.write("cert", TEST_CERT);
  folder.write("key", TEST_KEY);
  folder.write("other-key", OTHER_KEY);
  return folder;
}

Deno.test({
  name: "--tls-cert and --tls-key serve HTTPS and WSS, and nothing else there",
  ignore,
  async fn() {
    await using folder = files();
    await using program = await Program.serving([
      `--tls-cert=${folder.path}/cert`,
      `--tls-key=${folder.path}/key`,
      `--token-file=${folder.path}/tokens`,
    ]);
    const { wsUrl } = program;
    assert(wsUrl.startsWith("wss://127.0.0.1:"), wsUrl);
    const https = wsUrl.replace("wss:", "https:");
    assert(program.stdout.all[1]!.endsWith(`(page: ${https})`));
    using client = Deno.createHttpClient({ caCerts: [TEST_CERT] });
    const response = await fetch(`${https}health`, { client });
    assertEquals(await response.json(), { status: "ok" });
    const headers = { Authorization: `Bearer ${TOKEN}` };
    using browser = await RawWebSocket.open(wsUrl, headers);
    assertEquals(browser.status, 101);
    using plc = await ModbusClient.connect(program.modbusAddr);
    const written = await plc.request(fromHex("05 0007 ff00"));
    assertEquals(toHex(written), "05 00 07 ff 00");
    assertEquals(
      await browser.next(),
      '{"type":"setCoils","address":7,"value":[true]}',
    );
    const plain = await fetch(`${wsUrl.replace("wss:", "http:")}health`)
      .then(({ status }) => status, () => "no HTTP");
    assertEquals(plain, "no HTTP");
    const { stdout, stderr } = await program.stop();
    assert(![...stdout, ...stderr].some((line) => line.includes(TOKEN)));
  },
});

/** Arguments that the program can't start with, and what it says: FOLDER stands for where the files are. */
const FLAWS: readonly (readonly [args: readonly string[], line: string])[] = [
  [
    ["--token-file=FOLDER/none"],
    "Cannot read --token-file FOLDER/none: there is no such file",
  ],
  [
    ["--token-file=FOLDER/no-tokens"],
    '--token-file FOLDER/no-tokens has no token: it takes lines such as "operator" and a token behind it',
  ],
  [
    ["--token-file=FOLDER/wrong-tokens"],
    "--token-file FOLDER/wrong-tokens line 1 has 3 words: it takes a role and a token",
  ],
  [["--tls-cert=FOLDER/cert"], "--tls-cert needs --tls-key beside it"],
  [
    ["--tls-cert=FOLDER/cert", "--tls-key=FOLDER/other-key"],
    "--tls-key FOLDER/other-key does not belong to --tls-cert FOLDER/cert",
  ],
  [
    ["--tls-cert=FOLDER/key", "--tls-key=FOLDER/cert"],
    "--tls-cert FOLDER/key has no certificate in PEM form",
  ],
];

for (const [args, line] of FLAWS) {
  Deno.test({
    name: `the program does not start with ${args.join(" ")}`,
    ignore,
    async fn() {
      await using folder = files();
      const { path } = folder;
      const { code, stdout, stderr } = await Program.run([
        ...["--modbus-port=0", "--ws-port=0"],
        ...args.map((argument) => argument.replace("FOLDER", path)),
      ]).ended;
      assertEquals([code, stdout], [1, []]);
      assertEquals(
        stderr.map((text) => text.replaceAll(path, "FOLDER")),
        [`modbus-ws-adapter: ${line}`],
      );
    },
  });
}

Deno.test({
  name: "the program warns when others may connect without a token",
  ignore,
  async fn() {
    await using program = await Program.serving(["--host=0.0.0.0"]);
    const { stderr } = await program.stop();
    const warnings = stderr.filter((line) => line.includes(" WARN "));
    assertEquals(
      warnings.map((line) => /--([a-z-]+)/.exec(line)?.[1]),
      ["modbus-allow", "token-file"],
    );
  },
});

Deno.test({
  name: "SIGHUP has the program read the tokens again",
  ignore: ignore || Deno.build.os === "windows",
  async fn() {
    await using folder = files();
    await using program = await Program.serving([
      `--token-file=${folder.path}/tokens`,
    ]);
    folder.write("tokens", `viewer ${TOKEN}-new\n`);
    program.kill("SIGHUP");
    await program.stderr.until(/Tokens and certificate were read again/);
    const headers = { Authorization: `Bearer ${TOKEN}-new` };
    using browser = await RawWebSocket.open(program.wsUrl, headers);
    assertEquals(browser.status, 101);
    assertEquals((await program.stop()).code, 0);
  },
});
