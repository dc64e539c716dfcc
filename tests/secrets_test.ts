import { assert, assertEquals, assertRejects } from "@std/assert";
import { readSecrets, tlsError } from "../src/secrets.ts";
import { StartError } from "../src/start_error.ts";
import { TempFolder } from "./testing/files.ts";
import { granted } from "./testing/permissions.ts";

const ignore = !granted("read", "write");

const NONE = { tokenFile: undefined, tlsCert: undefined, tlsKey: undefined };

const TOKEN = "s3cret-s3cret-s3cret";

Deno.test({
  name: "readSecrets() reads nothing where nothing is given",
  permissions: "none",
  async fn() {
    assertEquals(await readSecrets(NONE), {
      ...{ tokens: undefined, tls: undefined },
    });
  },
});

Deno.test({
  name: "readSecrets() reads tokens, certificate and key",
  ignore,
  async fn() {
    await using folder = new TempFolder();
    const { tokens, tls } = await readSecrets({
      tokenFile: folder.write("tokens", `operator ${TOKEN}\n`),
      tlsCert: folder.write("cert", "the certificate"),
      tlsKey: folder.write("key", "the key"),
    });
    assertEquals(tokens?.roleOf(TOKEN), "operator");
    assertEquals(tls, { cert: "the certificate", key: "the key" });
  },
});

/** What is given, as files of a folder, and what is said of it: FOLDER stands for its path. */
const FLAWS: readonly (readonly [
  what: string,
  given: Partial<Record<keyof typeof NONE, string>>,
  message: string,
])[] = [
  [
    "a file that is not there",
    { tokenFile: "none" },
    "Cannot read --token-file FOLDER/none: there is no such file",
  ],
  [
    "a wrong line",
    { tokenFile: "wrong" },
    "--token-file FOLDER/wrong line 2 does not begin with a role: it takes viewer or operator",
  ],
  [
    "a folder",
    { tokenFile: "." },
    "Cannot read --token-file FOLDER/.: it is a folder",
  ],
  [
    "a certificate alone",
    { tlsCert: "cert" },
    "--tls-cert needs --tls-key beside it",
  ],
  ["a key alone", { tlsKey: "key" }, "--tls-key needs --tls-cert beside it"],
  [
    "a key that is not there",
    { tlsCert: "cert", tlsKey: "none" },
    "Cannot read --tls-key FOLDER/none: there is no such file",
  ],
];

for (const [what, given, message] of FLAWS) {
  Deno.test({
    name: `readSecrets() refuses ${what}`,
    ignore,
    async fn() {
      await using folder = new TempFolder();
      folder.write("wrong", `# tokens\n${TOKEN} viewer\n`);
      folder.write("cert", "the certificate");
      folder.write("key", "the key");
      const files = Object.fromEntries(
        Object.entries(given).map(([flag, name]) => [
          flag,
          `${folder.path}/${name}`,
        ]),
      );
      const error = await assertRejects(
        () => readSecrets({ ...NONE, ...files }),
        StartError,
      );
      assert(error instanceof StartError);
      assertEquals(error.message.replaceAll(folder.path, "FOLDER"), message);
    },
  });
}

/** What Deno 2.9 says, and what the user is told. */
const TLS: readonly (readonly [said: string, told: string | undefined])[] = [
  [
    "keys may not be consistent: KeyMismatch",
    "--tls-key k.pem does not belong to --tls-cert c.pem",
  ],
  [
    "No certificates found in certificate data",
    "--tls-cert c.pem has no certificate in PEM form",
  ],
  ["No keys found in key data", "--tls-key k.pem has no key in PEM form"],
  [
    "Unable to decode key",
    "--tls-key k.pem can't be understood: is it encrypted?",
  ],
  [
    "invalid peer certificate: BadEncoding",
    "--tls-cert c.pem has a certificate that is damaged",
  ],
  [
    "Both 'cert' and 'key' must be provided to enable HTTPS",
    "--tls-cert c.pem or --tls-key k.pem is empty",
  ],
  ["Address already in use (os error 98)", undefined],
];

for (const [said, told] of TLS) {
  Deno.test({
    name: `tlsError() of "${said}"`,
    permissions: "none",
    fn() {
      const files = { ...NONE, tlsCert: "c.pem", tlsKey: "k.pem" };
      assertEquals(tlsError(files, said)?.message, told);
    },
  });
}
