/**
 * Stands in for `@std/assert` where JSR can't be reached: the functions that
 * the tests of this project use, made of `node:assert`. They are stricter than
 * the original in one thing: 0 does not equal −0.
 * @module
 */
import { AssertionError, strict } from "node:assert";
import { inspect } from "node:util";

/** Asserts that a value is truthy. */
export function assert(value: unknown, msg?: string): asserts value {
  if (!value) fail(msg, `${inspect(value)} is not truthy`);
}

/** Asserts that two values are deeply equal. */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  explained(msg, () => strict.deepEqual(actual, expected));
}

/** Asserts that two values are not deeply equal. */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  explained(msg, () => strict.notDeepEqual(actual, expected));
}

/** Asserts that a text contains another. */
export function assertStringIncludes(
  actual: string,
  expected: string,
  msg?: string,
): void {
  if (actual.includes(expected)) return;
  fail(msg, `${inspect(actual)} does not contain ${inspect(expected)}`);
}

/** Asserts that a text matches a pattern. */
export function assertMatch(
  actual: string,
  expected: RegExp,
  msg?: string,
): void {
  explained(msg, () => strict.match(actual, expected));
}

/** Asserts that a value is an instance of a class. */
export function assertInstanceOf<
  // deno-lint-ignore no-explicit-any
  T extends abstract new (...args: any[]) => any,
>(
  actual: unknown,
  expectedType: T,
  msg?: string,
): asserts actual is InstanceType<T> {
  if (actual instanceof expectedType) return;
  fail(msg, `${inspect(actual)} is not an instance of ${expectedType.name}`);
}

/** Asserts that a function throws an error of a class, whose message contains a text. */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  // deno-lint-ignore no-explicit-any
  errorClass: abstract new (...args: any[]) => E,
  msgIncludes = "",
  msg?: string,
): E {
  try {
    fn();
  } catch (error) {
    return checked(error, errorClass, msgIncludes, msg);
  }
  fail(msg, "The function did not throw");
}

/** Asserts that a promise rejects with an error of a class, whose message contains a text. */
export async function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  // deno-lint-ignore no-explicit-any
  errorClass: abstract new (...args: any[]) => E,
  msgIncludes = "",
  msg?: string,
): Promise<E> {
  let promise: PromiseLike<unknown>;
  try {
    promise = fn();
  } catch (error) {
    fail(msg, `The function threw instead of rejecting: ${inspect(error)}`);
  }
  try {
    await promise;
  } catch (error) {
    return checked(error, errorClass, msgIncludes, msg);
  }
  fail(msg, "The promise did not reject");
}

function checked<E extends Error>(
  error: unknown,
  // deno-lint-ignore no-explicit-any
  errorClass: abstract new (...args: any[]) => E,
  msgIncludes: string,
  msg: string | undefined,
): E {
  assertInstanceOf(error, errorClass, msg);
  assertStringIncludes(error.message, msgIncludes, msg);
  return error;
}

/** Puts the caller's words before those of a failed assertion. */
function explained(msg: string | undefined, check: () => void): void {
  try {
    check();
  } catch (error) {
    fail(msg, (error as Error).message);
  }
}

function fail(msg: string | undefined, what: string): never {
  const message = msg === undefined ? what : `${msg}: ${what}`;
  throw new AssertionError({ message });
}
