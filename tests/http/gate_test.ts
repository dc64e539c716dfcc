import { assert, assertEquals } from "@std/assert";
import { Tokens } from "../../src/access/tokens.ts";
import { Gate, type GateOptions } from "../../src/http/gate.ts";
import type { Visitor } from "../../src/http/visitor.ts";
import { TestLog } from "../testing/log.ts";

const permissions = "none";

const VIEWER = "viewer-0123456789";
const OPERATOR = "operator-0123456789";
const TOKENS = Tokens.parse(`viewer ${VIEWER}\noperator ${OPERATOR}`);

/** A gate, its log, and what it has counted. */
class Rig {
  readonly lines = new TestLog();
  readonly refused: string[] = [];
  readonly gate: Gate;

  constructor(options: Partial<GateOptions> = {}) {
    this.gate = new Gate(
      {
        ...{ allow: [], allowHosts: [], trustedProxies: [] },
        tokens: undefined,
        ...options,
      },
      this.lines.log,
      (code) => this.refused.push(code),
    );
  }

  visit(
    headers: Record<string, string> = {},
    hostname = "192.0.2.1",
    url = "http://192.0.2.200:8765/health",
  ): Visitor | Response {
    const remote = { transport: "tcp", hostname, port: 50_000 } as const;
    const all = new Headers({ host: new URL(url).host, ...headers });
    return this.gate.visit({ url, headers: all }, remote);
  }

  /** Who was let in. */
  visitor(...args: Parameters<Rig["visit"]>): Visitor {
    const visitor = this.visit(...args);
    assert(!(visitor instanceof Response), this.lines.all.join());
    return visitor;
  }

  /** Why somebody was not. */
  async refusal(...args: Parameters<Rig["visit"]>): Promise<string> {
    const response = this.visit(...args);
    assert(response instanceof Response);
    assertEquals(response.status, 403);
    assertEquals(response.headers.get("connection"), "close");
    return (await response.json()).type;
  }
}

Deno.test("Gate lets everybody do everything unless it is told otherwise", {
  permissions,
}, () => {
  const rig = new Rig();
  const { url, ...visitor } = rig.visitor();
  assertEquals(url.href, "http://192.0.2.200:8765/health");
  assertEquals(visitor, {
    remote: { transport: "tcp", hostname: "192.0.2.1", port: 50_000 },
    peer: "192.0.2.1:50000",
    host: "192.0.2.200:8765",
    role: "operator",
    hasWrongToken: false,
  });
  assertEquals([rig.lines.all, rig.refused], [[], []]);
});

Deno.test("Gate lets in none but those of --ws-allow", {
  permissions,
}, async () => {
  const rig = new Rig({ allow: ["192.0.2.0/28", "fd00::/8"] });
  for (const inside of ["192.0.2.15", "::ffff:192.0.2.15", "fd00::1"]) {
    rig.visitor({}, inside);
  }
  for (const outside of ["192.0.2.16", "::ffff:192.0.2.16", "::1"]) {
    assertEquals(
      await rig.refusal({}, outside),
      "/problems/address-not-allowed",
    );
  }
  assertEquals(rig.refused, Array(3).fill("address_not_allowed"));
  assertEquals(
    rig.lines.all[0],
    "warn Refused client 192.0.2.16:50000: its address is not among those of --ws-allow",
  );
});

Deno.test("Gate admits connections of those that are allowed, and of proxies", {
  permissions,
}, () => {
  const rig = new Rig({ allow: ["192.0.2.0/28"], trustedProxies: ["fd00::1"] });
  const admits = (hostname: string) =>
    rig.gate.admits({ transport: "tcp", hostname, port: 50_000 });
  for (const inside of ["192.0.2.15", "::ffff:192.0.2.15", "fd00::1"]) {
    assert(admits(inside), inside);
  }
  assertEquals(rig.refused, []);
  for (const outside of ["192.0.2.16", "fd00::2"]) {
    assert(!admits(outside), outside);
  }
  assertEquals(rig.refused, Array(2).fill("address_not_allowed"));
  assertEquals(
    rig.lines.all[1],
    "warn Refused client [fd00::2]:50000: its address is not among those of --ws-allow",
  );
});

Deno.test("Gate refuses what comes on a connection that was not admitted", {
  permissions,
}, async () => {
  const rig = new Rig();
  const request = { url: "http://127.0.0.1/", headers: new Headers() };
  const answer = rig.gate.visit(request, undefined);
  assert(answer instanceof Response);
  assertEquals((await answer.json()).type, "/problems/address-not-allowed");
});

Deno.test("Gate logs one line for each address, however often it comes", {
  permissions,
}, async () => {
  const rig = new Rig({ allow: ["10.0.0.1"] });
  for (let i = 0; i < 5; i++) await rig.refusal({}, "192.0.2.1");
  await rig.refusal({}, "192.0.2.2");
  const levels = rig.lines.all.map((line) => line.split(" ")[0]);
  assertEquals(
    levels,
    ["warn", ..."dddd"].map((l) => l === "d" ? "debug" : l)
      .concat("warn"),
  );
  assertEquals(rig.refused.length, 6);
});

Deno.test("Gate refuses a name that a page may have made this server's", {
  permissions,
}, async () => {
  const rig = new Rig({ allowHosts: ["hmi.example"] });
  for (const host of ["localhost:8765", "gateway.local", "hmi.example:8765"]) {
    assertEquals(rig.visitor({ host }).host, host);
  }
  for (const host of ["evil.example", "a b", "u@x/y", "hmi.example.evil.org"]) {
    assertEquals(await rig.refusal({ host }), "/problems/host-not-allowed");
  }
  const line = await rig.lines.until(/evil\.example/);
  assert(line.startsWith("warn "), line);
  assert(line.includes("--allow-host"), line);
  assertEquals(rig.refused, Array(4).fill("host_not_allowed"));
});

Deno.test("Gate repeats no more than the start of a wrong name", {
  permissions,
}, async () => {
  const rig = new Rig();
  await rig.refusal({ host: "x.".repeat(5000) });
  assert(rig.lines.all[0]!.length < 400);
});

Deno.test(
  "Gate takes the name from the URL where there is no header, as in HTTP/2",
  {
    permissions,
  },
  async () => {
    const { gate } = new Rig();
    const remote = { transport: "tcp", hostname: "::1", port: 1 } as const;
    const headers = new Headers();
    const fine = gate.visit({ url: "https://localhost:1/", headers }, remote);
    assert(!(fine instanceof Response));
    assertEquals(fine.host, "localhost:1");
    const evil = gate.visit({ url: "https://evil.example/", headers }, remote);
    assert(evil instanceof Response);
    assertEquals((await evil.json()).type, "/problems/host-not-allowed");
  },
);

Deno.test("Gate believes the headers of a trusted proxy", {
  permissions,
}, async () => {
  const rig = new Rig({
    trustedProxies: ["10.0.0.1"],
    allowHosts: ["hmi.example"],
    allow: ["203.0.113.0/24"],
  });
  const headers = {
    "x-forwarded-for": "127.0.0.1, 203.0.113.9",
    "x-forwarded-host": "hmi.example",
    "x-forwarded-proto": "https",
  };
  const { url, host, peer, remote } = rig.visitor(headers, "10.0.0.1");
  assertEquals(url.href, "https://hmi.example:8765/health");
  assertEquals(host, "hmi.example");
  assertEquals(peer, "203.0.113.9 by proxy 10.0.0.1:50000");
  assertEquals([remote.hostname, remote.port], ["203.0.113.9", 0]);
  // Those of others are not.
  assertEquals(await rig.refusal(headers), "/problems/address-not-allowed");
  assertEquals(
    await rig.refusal(
      { ...headers, "x-forwarded-for": "192.0.2.1" },
      "10.0.0.1",
    ),
    "/problems/address-not-allowed",
  );
});

/** Headers, and who that is where tokens are asked for. */
const SHOWN: readonly (readonly [
  what: string,
  headers: Record<string, string>,
  role: string | undefined,
  hasWrongToken: boolean,
])[] = [
  ["nothing", {}, undefined, false],
  ["a viewer's token", { authorization: `Bearer ${VIEWER}` }, "viewer", false],
  [
    "an operator's token",
    { authorization: `Bearer ${OPERATOR}` },
    "operator",
    false,
  ],
  [
    "an operator's token as a subprotocol",
    { "sec-websocket-protocol": `modbus-ws, bearer.${OPERATOR}` },
    "operator",
    false,
  ],
  ["a wrong token", { authorization: `Bearer ${VIEWER}x` }, undefined, true],
  [
    "a wrong token as a subprotocol",
    { "sec-websocket-protocol": "bearer.x" },
    undefined,
    true,
  ],
  ["a password", { authorization: "Basic dTpw" }, undefined, false],
  ["a cookie", { cookie: `token=${OPERATOR}` }, undefined, false],
];

for (const [what, headers, role, hasWrongToken] of SHOWN) {
  Deno.test(`Gate knows who shows ${what}`, { permissions }, () => {
    const rig = new Rig({ tokens: TOKENS });
    const visitor = rig.visitor(headers);
    assertEquals([visitor.role, visitor.hasWrongToken], [role, hasWrongToken]);
    assertEquals(rig.refused, hasWrongToken ? ["unauthorized"] : []);
    for (const line of rig.lines.all) assert(!line.includes(VIEWER), line);
  });
}

Deno.test("Gate finds no token in the URL", { permissions }, () => {
  const rig = new Rig({ tokens: TOKENS });
  const url = `http://u:${OPERATOR}@localhost/?token=${OPERATOR}#${OPERATOR}`;
  assertEquals(rig.visitor({}, "127.0.0.1", url).role, undefined);
});
