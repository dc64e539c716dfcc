/**
 * What WebSocket clients send, from right messages to noise.
 * @module
 */
import type { Random } from "../testing/random.ts";
import { BIT_TYPES, REGISTER_TYPES, TABLES } from "./ws_model.ts";

/** What is odd for a field of any kind, as JSON. */
const ODD = [
  "null",
  "true",
  "false",
  "0",
  "-0",
  "1",
  "-1",
  "0.5",
  "1.0",
  "1e2",
  "65535",
  "65536",
  "-32768",
  "-32769",
  "255",
  "256",
  "1e400",
  "-1e400",
  "5e-324",
  "9007199254740991",
  "9007199254740993",
  '""',
  '"1"',
  '"true"',
  '"\\u0000"',
  '"\\ud800"',
  '"😀"',
  '"__proto__"',
  "[]",
  "[1]",
  "[null]",
  "[[]]",
  "[1,2]",
  "{}",
  '{"__proto__":1}',
  '{"constructor":1}',
  '{"toString":1,"toJSON":1}',
  '{"0":1,"length":1}',
];

/** Pieces that a text is broken with. */
const DEBRIS = [
  ..."{}[]\",:\\ \n\t-+.eE0123456789tfnul/*'\0\x1b\ufeff\u2028\ud800\udfff",
  "NaN",
  "Infinity",
  "undefined",
  "1e400",
  "true",
  "null",
  '"id":',
  '"type":',
  '"__proto__":',
  "😀",
  "\\u",
  "\\ud83d",
  "[[[[",
  "}}}}",
];

/** A message, right in most of its fields. */
export function randomMessage(random: Random): string {
  const odd = (right: () => string, oneIn: number) =>
    random.oneIn(oneIn) ? random.pick(ODD) : right();
  const integer = (max: number) =>
    `${random.pick([0, 1, 7, 8, random.between(0, max), max])}`;
  const list = (item: () => string, most: number) =>
    `[${Array.from({ length: random.between(0, most) }, item).join()}]`;
  const range = () =>
    `{"table":${odd(() => `"${random.pick(TABLES)}"`, 20)},"address":${
      odd(() => integer(65_535), 20)
    },"count":${odd(() => integer(65_536), 20)}}`;
  const kind = random.pick([...BIT_TYPES, ...REGISTER_TYPES]);
  const cell = BIT_TYPES.includes(kind)
    ? () => random.pick(["true", "false", "0", "1"])
    : () => `${random.between(-32_768, 65_535)}`;
  const type = random.pick([
    `set${kind}`,
    `set${kind}`,
    `get${kind}`,
    "subscribe",
    "ping",
    "auth",
    "setDiscteteInputs",
    "setDisctete",
  ]);
  const fields: Record<string, () => string> = {
    type: () => `"${type}"`,
    id: () => random.oneIn(2) ? integer(1e9) : '"a"',
    unit: () => integer(255),
    address: () => integer(65_535),
    count: () => integer(65_536),
    value: () => list(() => odd(cell, 30), 20),
    ...(type === "auth" ? { token: () => odd(() => '"a token"', 5) } : {}),
    ...(type === "subscribe"
      ? {
        ranges: () => list(() => odd(range, 20), 4),
        snapshot: () => "true",
        echo: () => "false",
        batch: () => "true",
        meta: () => "false",
        resume: () =>
          `{"epoch":${odd(() => '"e"', 8)},"seq":${odd(() => integer(9), 8)}}`,
      }
      : {}),
  };
  const names = Object.keys(fields).filter((name) =>
    !random.oneIn(["type", "address", "value", "count"].includes(name) ? 30 : 2)
  );
  return `{${
    names.map((name) => `"${name}":${odd(fields[name]!, 25)}`).join()
  }}`;
}

/** A text with a few places broken. */
export function broken(random: Random, text: string): string {
  for (let times = random.between(1, 4); times > 0; times--) {
    const at = random.int(text.length + 1);
    const to = Math.min(text.length, at + random.int(random.oneIn(4) ? 40 : 3));
    const put = random.pick([
      () => "",
      () => random.pick(DEBRIS),
      () => random.pick(ODD),
      () => text.slice(at, to).repeat(2),
      () => text.slice(random.int(text.length + 1)).slice(0, 20),
    ])();
    text = text.slice(0, at) + put + text.slice(to);
  }
  return text;
}

/** How deep the deepest texts are, and how large the largest: 256 KiB. */
const DEEP = 1 << 18;

/** Texts that have brought down others. */
const NASTY: readonly ((random: Random) => string)[] = [
  () => "[".repeat(DEEP),
  () => "[".repeat(DEEP / 2) + "]".repeat(DEEP / 2),
  () => '{"type":'.repeat(DEEP / 8),
  () => '{"a":'.repeat(DEEP / 8) + "1" + "}".repeat(DEEP / 8),
  (random) =>
    `{"type":"setCoils","address":0,"value":[${"[".repeat(DEEP / 4)}${
      "]".repeat(DEEP / 4)
    }],"id":${random.int(9)}}`,
  (random) =>
    `{"type":"ping","id":${random.pick(["", "-"])}${
      "9".repeat(random.between(1, 5000))
    }}`,
  (random) =>
    `{"type":"setHoldingRegisters","address":${
      random.pick(["0.", "-0.", "1e", "1E-"])
    }${"0".repeat(random.between(1, 400))}1,"value":[1]}`,
  (random) =>
    `{"type":"getCoils","address":0,"count":${
      random.pick(["NaN", "Infinity", "-Infinity", "nan", "0x10", "1_0"])
    }}`,
  (random) =>
    `{"__proto__":{"type":"ping","id":1},"constructor":{"prototype":{"id":2}},"type":"${
      random.pick(["ping", "getCoils", "__proto__", "toString", "valueOf"])
    }"}`,
  (random) => `{"type":"ping","id":"${"\ud800".repeat(random.int(300))}"}`,
  (random) => `{"type":"ping","id":"${"\\udfff".repeat(random.int(300))}"}`,
  (random) => `{"type":"${"\ud83d".repeat(random.int(60))}\\ude00"}`,
  (random) => {
    const ids = Array.from({ length: random.between(2, 2000) }, (_, i) => {
      return `"id":${i}`;
    });
    return `{"type":"getCoils",${ids.join()},"address":9,"address":1,"count":2,"type":"ping"}`;
  },
  (random) => " ".repeat(random.int(DEEP)) + '{"type":"ping"}',
  () => '\ufeff{"type":"ping"}',
  () => "",
  () => "\0".repeat(100),
  (random) =>
    `{"type":"subscribe","ranges":[${
      Array(random.between(1, 1100)).fill(
        '{"table":"coils","address":0,"count":1}',
      ).join()
    }]}`,
  (random) =>
    `{"type":"setCoils","address":0,"value":[${
      Array(random.between(65_530, 65_540)).fill(random.pick([0, 1])).join()
    }]}`,
  () => `{"type":"ping","id":1}${"x".repeat(512 * 1024)}`,
];

/** From right messages to noise. */
export function randomText(random: Random): string {
  switch (random.int(64)) {
    case 0:
      return random.pick(NASTY)(random);
    case 1:
      return String.fromCharCode(
        ...Array.from(
          { length: random.int(50) },
          () => random.int(random.pick([128, 0x10000])),
        ),
      );
    case 2:
    case 3:
    case 4:
    case 5:
      return broken(random, randomMessage(random));
    default:
      return randomMessage(random);
  }
}
