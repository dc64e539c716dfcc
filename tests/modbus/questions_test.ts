import { assertEquals, assertRejects } from "@std/assert";
import { NoAnswerError, Questions } from "../../src/modbus/questions.ts";

/** Longer than any test. */
const LONG = 600_000;

Deno.test({
  name: "Questions.ask() resolves with the answer to its own question",
  permissions: "none",
  async fn() {
    const questions = new Questions<string>(LONG);
    const posted: number[] = [];
    const first = questions.ask((number) => posted.push(number));
    const second = questions.ask((number) => posted.push(number));
    assertEquals(new Set(posted).size, 2);
    questions.answer(-1, "nobody asked");
    questions.answer(posted[1]!, "two");
    questions.answer(posted[0]!, "one");
    questions.answer(posted[0]!, "again");
    assertEquals(await Promise.all([first, second]), ["one", "two"]);
  },
});

Deno.test({
  name: "Questions.ask() rejects when no answer comes, or it can't be asked",
  permissions: "none",
  async fn() {
    const questions = new Questions<string>(1);
    await assertRejects(() => questions.ask(() => {}), NoAnswerError);
    await assertRejects(
      () =>
        questions.ask(() => {
          throw new RangeError("gone");
        }),
      RangeError,
    );
  },
});

Deno.test({
  name: "Questions.answerAll() answers those that wait, not those to come",
  permissions: "none",
  async fn() {
    const questions = new Questions<string>(LONG);
    const waiting = [questions.ask(() => {}), questions.ask(() => {})];
    questions.answerAll("gone");
    assertEquals(await Promise.all(waiting), ["gone", "gone"]);
    const numbers: number[] = [];
    const later = questions.ask((number) => numbers.push(number));
    questions.answer(numbers[0]!, "here");
    assertEquals(await later, "here");
  },
});
