/**
 * Stands in for `@std/assert` where JSR can't be reached: the functions that
 * the tests of this project use, made of `node:assert`.
 * @module
 */
import { AssertionError, strict } from "node:assert";

/** A class of errors. */
// deno-lint-ignore no-explicit-any
export type ErrorClass<E extends Error> = new (...args: any[]) => E;

/** Asserts that a value is truthy. */
export function assert(value: unknown, msg?: string): asserts value {
  if (!value) throw new AssertionError({ message: msg ?? "Not truthy" });
}

/** Asserts that two values are deeply equal. */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  strict.deepEqual(actual, expected, msg);
}

/** Asserts that two values are not deeply equal. */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  strict.notDeepEqual(actual, expected, msg);
}

/** Asserts that a text contains another. */
export function assertStringIncludes(
  actual: string,
  expected: string,
  msg?: string,
): void {
  const text = JSON.stringify(actual);
  assert(
    actual.includes(expected),
    msg ?? `${text} does not contain ${JSON.stringify(expected)}`,
  );
}

/** Asserts that a text matches a pattern. */
export function assertMatch(
  actual: string,
  expected: RegExp,
  msg?: string,
): void {
  strict.match(actual, expected, msg);
}

/** Asserts that a value is an instance of a class. */
export function assertInstanceOf<E extends Error>(
  actual: unknown,
  expected: ErrorClass<E>,
  msg?: string,
): asserts actual is E {
  assert(
    actual instanceof expected,
    msg ?? `${actual} is not a ${expected.name}`,
  );
}

/** Asserts that a function throws an error of a class, whose message contains a text. */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  errorClass: ErrorClass<E>,
  msgIncludes = "",
): E {
  try {
    fn();
  } catch (error) {
    return checked(error, errorClass, msgIncludes);
  }
  throw new AssertionError({ message: "It did not throw" });
}

/** Asserts that a promise rejects with an error of a class, whose message contains a text. */
export async function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  errorClass: ErrorClass<E>,
  msgIncludes = "",
): Promise<E> {
  try {
    await fn();
  } catch (error) {
    return checked(error, errorClass, msgIncludes);
  }
  throw new AssertionError({ message: "It did not reject" });
}

function checked<E extends Error>(
  error: unknown,
  errorClass: ErrorClass<E>,
  msgIncludes: string,
): E {
  assertInstanceOf(error, errorClass);
  assertStringIncludes(error.message, msgIncludes);
  return error;
}
