import { assertEquals } from "@std/assert";
import type { Role } from "../../src/access/role.ts";
import { AUTH_TIMEOUT, AuthGate } from "../../src/ws/auth_gate.ts";
import { FakeBrowser } from "../testing/fake_browser.ts";
import { FakeSocket } from "../testing/fake_socket.ts";

const permissions = "none";

const TOKEN = "0123456789abcdef";

/** A gate before a socket, and what came of it. */
class Rig implements Disposable {
  readonly time = new FakeBrowser();
  readonly socket = new FakeSocket();
  readonly admitted: Role[] = [];
  refused = 0;
  readonly gate = new AuthGate(
    this.socket,
    (token) => token === TOKEN ? "viewer" : undefined,
    (role) => this.admitted.push(role),
    () => this.refused++,
  );

  /** What the client got, how it was closed, whether it is in, whether a timer runs. */
  get outcome(): unknown {
    const { socket, admitted, refused, time } = this;
    return {
      sent: socket.sent.map((text) => JSON.parse(text)),
      closes: socket.closes,
      ...{ admitted, refused, timers: time.waits.length },
    };
  }

  [Symbol.dispose](): void {
    this.gate.end();
    this.time[Symbol.dispose]();
  }
}

const unauthorized = (message: string) => ({
  sent: [{ type: "error", code: "unauthorized", message }],
  closes: [[1008, "unauthorized"]],
  ...{ admitted: [], refused: 1, timers: 0 },
});

Deno.test("AuthGate says nothing and waits", { permissions }, () => {
  using rig = new Rig();
  rig.time.pass(AUTH_TIMEOUT - 1);
  assertEquals(rig.outcome, {
    ...{ sent: [], closes: [], admitted: [], refused: 0, timers: 1 },
  });
});

Deno.test("AuthGate lets in who shows a token that is known", {
  permissions,
}, () => {
  using rig = new Rig();
  rig.gate.receive(JSON.stringify({ type: "auth", token: TOKEN }));
  const inside = {
    ...{ sent: [], closes: [], admitted: ["viewer"], refused: 0, timers: 0 },
  };
  assertEquals(rig.outcome, inside);
  // It is done: nothing that comes later is for it.
  rig.gate.receive("{");
  rig.gate.refuse("late");
  rig.gate.close(1001, "late");
  rig.time.pass(AUTH_TIMEOUT * 2);
  assertEquals(rig.outcome, inside);
});

Deno.test("AuthGate answers before it lets in", { permissions }, () => {
  using rig = new Rig();
  const order: string[] = [];
  const send = rig.socket.send.bind(rig.socket);
  rig.socket.send = (text) => {
    order.push(text);
    send(text);
  };
  const gate = new AuthGate(
    rig.socket,
    () => "operator",
    (role) => order.push(role),
    () => order.push("refused"),
  );
  gate.receive(JSON.stringify({ type: "auth", token: TOKEN, id: "a" }));
  assertEquals(order, ['{"type":"ok","id":"a"}', "operator"]);
});

Deno.test("AuthGate does not wait for ever", { permissions }, () => {
  using rig = new Rig();
  rig.time.pass(AUTH_TIMEOUT);
  assertEquals(rig.outcome, unauthorized("No token was shown in time"));
  rig.gate.receive(JSON.stringify({ type: "auth", token: TOKEN }));
  assertEquals(rig.outcome, unauthorized("No token was shown in time"));
});

Deno.test("AuthGate sends away who shows another token", {
  permissions,
}, () => {
  using rig = new Rig();
  rig.gate.receive(JSON.stringify({ type: "auth", token: TOKEN + "0" }));
  assertEquals(rig.outcome, unauthorized("This token is not known"));
  // Nobody gets a second try on the same connection.
  rig.gate.receive(JSON.stringify({ type: "auth", token: TOKEN }));
  assertEquals(rig.outcome, unauthorized("This token is not known"));
});

/** What clients may say first and should not. */
const OTHERS: readonly (readonly [what: string, data: unknown])[] = [
  ["a read", '{"type":"getCoils","address":0,"count":1,"id":1}'],
  ["a write", '{"type":"setCoils","address":0,"value":[1]}'],
  ["a subscription", '{"type":"subscribe","snapshot":true}'],
  ["a ping", '{"type":"ping"}'],
  ["no JSON, with the token in it", `{"type":"auth","token":"${TOKEN}`],
  ["an array", `[{"type":"auth","token":"${TOKEN}"}]`],
  ["a token that is no string", '{"type":"auth","token":7}'],
  ["no token", '{"type":"auth"}'],
  ["a bad id", `{"type":"auth","token":"${TOKEN}","id":{}}`],
  ["the token alone", TOKEN],
  [
    "the token in the prototype",
    `{"__proto__":{"type":"auth","token":"${TOKEN}"}}`,
  ],
  ["nothing", ""],
  [
    "bytes",
    new TextEncoder().encode(`{"type":"auth","token":"${TOKEN}"}`).buffer,
  ],
  ["a deep array", "[".repeat(2000)],
  [
    "a right token in too long a message",
    JSON.stringify({ type: "auth", token: TOKEN, x: "x".repeat(2048) }),
  ],
];

for (const [what, data] of OTHERS) {
  Deno.test(`AuthGate sends away who says ${what}`, { permissions }, () => {
    using rig = new Rig();
    rig.gate.receive(data);
    const message = 'A token is needed first: {"type":"auth","token":…}';
    assertEquals(rig.outcome, unauthorized(message));
  });
}

Deno.test("AuthGate closes for another reason, without an error", {
  permissions,
}, () => {
  using rig = new Rig();
  rig.gate.close(1001, "The server stops");
  assertEquals(rig.outcome, {
    ...{ sent: [], closes: [[1001, "The server stops"]] },
    ...{ admitted: [], refused: 0, timers: 0 },
  });
});
