/**
 * The HTTP interface without the rest of the program.
 * @module
 */
import { RequestWriter } from "../../src/rest/request_writer.ts";
import { type RestOptions, restRoutes } from "../../src/rest/routes.ts";
import { GUARDS, Serving, type ServingOptions } from "../http/serving.ts";

/** Starts it, on a free port of loopback. */
export function serveRest(
  rest: Partial<RestOptions> = {},
  options: ServingOptions = {},
): Serving {
  return new Serving({
    routes: (parts) =>
      restRoutes({
        ...parts,
        ...{ guards: GUARDS, maxBody: 1 << 16, writer: new RequestWriter() },
        ...rest,
      }),
    ...options,
  });
}

/** A request that writes. */
export function put(value: unknown): RequestInit {
  return {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: typeof value === "string" ? value : JSON.stringify({ value }),
  };
}
