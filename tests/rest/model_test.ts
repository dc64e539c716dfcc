// Requests made at random, right and wrong, against a model of the cells.
import { assert, assertEquals } from "@std/assert";
import { Bank } from "../../src/bank/bank.ts";
import { Router } from "../../src/http/router.ts";
import { RequestWriter } from "../../src/rest/request_writer.ts";
import { cellRoute, tableRoute } from "../../src/rest/cells.ts";
import { BankModel } from "../bank/model.ts";
import { GUARDS } from "../http/serving.ts";
import { Random } from "../testing/random.ts";
import { type Answer, check } from "./contract.ts";

const TABLES = [
  "coils",
  "discrete-inputs",
  "input-registers",
  "holding-registers",
];

/** A part of a request, and what it means; undefined: it is wrong. */
type Part<T> = readonly [text: string, value: T | undefined];

/** Texts that are no numbers where there must be one. */
const NO_NUMBERS = ["", "x", "1e3", "0x1", "+1", "1.5", "-1", " 1", "1 ", "٣"];

/** What stands in a body in the place of a value. */
const NO_VALUES = ['"1"', "null", "[]", "{}", "0.5", "65536", "-32769", "1e99"];

/** Requests from one sequence of random numbers. */
class Requests {
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = new Random(seed);
  }

  /** A number near or a little behind these, of which `most` is the largest that is right. */
  number(from: number, to: number, most: number): Part<number> {
    const random = this.#random;
    if (random.oneIn(20)) return [random.pick(NO_NUMBERS), undefined];
    const far = random.oneIn(20);
    const value = far ? to + random.between(1, 9) : random.between(from, to);
    const zeros = random.oneIn(10) ? "00" : "";
    return [zeros + value, value > most ? undefined : value];
  }

  address(): Part<number> {
    // Near the ends things go wrong, and in a small place writes meet reads.
    const random = this.#random;
    return random.oneIn(2)
      ? this.number(65_520, 65_535, 65_535)
      : this.number(0, 20, 65_535);
  }

  query(names: readonly string[]): Part<Readonly<Record<string, number>>> {
    const random = this.#random;
    const values: Record<string, number> = {};
    const texts: string[] = [];
    let isRight = true;
    for (const name of [...names, "other"]) {
      if (!random.oneIn(name === "other" ? 20 : 2)) continue;
      const [text, value] = name === "unit"
        ? this.number(0, 255, 255)
        : this.number(1, 20, 65_536);
      texts.push(`${name}=${encodeURIComponent(text)}`);
      if (value === undefined || name === "other") isRight = false;
      else values[name] = value;
    }
    if (texts.length > 0 && random.oneIn(30)) {
      texts.push(random.pick(texts));
      isRight = false;
    }
    return [`?${texts.join("&")}`, isRight ? values : undefined];
  }

  body(table: number): Part<readonly number[]> {
    const random = this.#random;
    if (random.oneIn(30)) {
      return [
        random.pick(["", "[1]", "{", '{"value":1}', "{}", "null"]),
        undefined,
      ];
    }
    let isRight = true;
    const values: number[] = [];
    const texts = Array.from({ length: random.between(1, 20) }, () => {
      if (random.oneIn(200)) {
        isRight = false;
        return random.pick(NO_VALUES);
      }
      if (table < 2) {
        const bit = random.int(2);
        values.push(bit);
        return random.oneIn(2) ? String(bit) : String(bit === 1);
      }
      const value = random.between(-32_768, 65_535);
      values.push(value & 0xffff);
      return String(value);
    });
    return [`{"value":[${texts}]}`, isRight ? values : undefined];
  }

  /** One that reads or writes, and what it does; undefined: nothing, as it is wrong. */
  next() {
    const table = this.#random.int(4);
    const [addressText, address] = this.address();
    const path = `/api/v1/${TABLES[table]}/${encodeURIComponent(addressText)}`;
    if (this.#random.oneIn(2)) {
      const [queryText, query] = this.query(["count", "unit"]);
      const count = query?.count ?? 1;
      const isRight = address !== undefined && query !== undefined &&
        address + count <= 65_536;
      const url = `http://localhost${path}${queryText}`;
      const read = isRight ? { table, address, count } : undefined;
      return { url, init: {}, read, write: undefined };
    }
    const [queryText, query] = this.query(["unit"]);
    const [body, values] = this.body(table);
    const isRight = address !== undefined && query !== undefined &&
      values !== undefined && address + values.length <= 65_536;
    const headers = { "content-type": "application/json" };
    const url = `http://localhost${path}${queryText}`;
    const init = { method: "PUT", headers, body };
    return {
      ...{ url, init, read: undefined },
      write: isRight ? { table, address, values } : undefined,
    };
  }
}

Deno.test({
  name: "GET and PUT do what a model does, whatever is asked",
  permissions: "none",
  async fn() {
    const bank = Bank.create();
    const model = new BankModel();
    const limits = { size: 1000, timeout: 60_000 };
    const writer = new RequestWriter();
    const options = { bank, guards: GUARDS, limits, writer };
    const router = new Router([cellRoute(options), tableRoute()]);
    const requests = new Requests(1);
    const ask = async (url: string, init: RequestInit): Promise<Answer> => {
      const request = new Request(url, init);
      const response = await router.answer(request, {
        remote: { transport: "tcp", hostname: "::1", port: 1 },
        ...{ peer: "[::1]:1", url: new URL(url), host: "localhost" },
        ...{ role: "operator", hasWrongToken: false },
      });
      return check(url, init, response);
    };
    let seq = 0;
    const counts = { wrong: 0, read: 0, written: 0 };
    for (let i = 0; i < 5000; i++) {
      const { url, init, read, write } = requests.next();
      const { status, body } = await ask(url, init);
      const what = `${url} ${JSON.stringify(init)}: ${JSON.stringify(body)}`;
      if (read !== undefined) {
        const { table, address, count } = read;
        const values = model.read(table, address, count);
        const value = table < 2 ? values.map((bit) => bit === 1) : values;
        assertEquals([status, body], [200, { address, value, seq }], what);
        counts.read++;
      } else if (write !== undefined) {
        const { table, address, values } = write;
        model.write(table, address, values);
        const count = values.length;
        seq++;
        assertEquals([status, body], [200, { address, count, seq }], what);
        counts.written++;
      } else {
        assertEquals(status, 400, what);
        counts.wrong++;
      }
      assertEquals(bank.seq, seq, what);
    }
    for (const count of Object.values(counts)) assert(count > 1000);
  },
});
