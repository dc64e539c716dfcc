/**
 * Tables of cases for the pure parts of the page.
 * @module
 */
import { assertEquals } from "@std/assert";

/** A test whose steps are the rows of a table: what goes in, what comes out. */
export function table<Case extends readonly unknown[]>(
  name: string,
  cases: readonly Case[],
  fn: (...row: Case) => void,
): void {
  Deno.test(name, { permissions: "none" }, async (t) => {
    for (const row of cases) {
      await t.step(titleOf(row), () => fn(...row));
    }
  });
}

/** Compares what a function makes of a text with what it should: a value, or an error. */
export function assertResult<T>(
  result: {
    readonly value?: NoInfer<T> | undefined;
    readonly error?: string | undefined;
  },
  expected: T | Error,
): void {
  assertEquals(
    result.error ?? result.value,
    expected instanceof Error ? expected.message : expected,
  );
}

function titleOf(row: readonly unknown[]): string {
  return row.map((cell) =>
    cell instanceof Error
      ? cell.message
      : typeof cell === "string"
      ? cell
      : JSON.stringify(
        cell,
        (_, value) => typeof value === "bigint" ? `${value}n` : value,
      )
  ).join(" · ").slice(0, 120) || "empty";
}
