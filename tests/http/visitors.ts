/**
 * Senders of requests.
 * @module
 */
import type { Visitor } from "../../src/http/visitor.ts";

/** One who asks for `path` where no tokens are asked for, unless `given` says otherwise. */
export function visitor(
  path: string,
  given: Partial<Visitor> = {},
): Visitor {
  return {
    remote: { transport: "tcp", hostname: "127.0.0.1", port: 1 },
    peer: "127.0.0.1:1",
    url: new URL(`http://localhost${path}`),
    host: "localhost",
    role: "operator",
    hasWrongToken: false,
    ...given,
  };
}
