/**
 * From the path and method of a request to what answers it.
 * @module
 */
import { refuseCall } from "./authorize.ts";
import { errorResponse } from "./responses.ts";
import type { Visitor } from "./visitor.ts";

/** A request on its way to a {@linkcode Handler}. */
export interface Call {
  /** The request. */
  readonly request: Request;
  /** Its URL. */
  readonly url: URL;
  /** What stands for the names in the route's path. */
  readonly params: Readonly<Record<string, string | undefined>>;
  /** The client. */
  readonly remote: Deno.NetAddr;
  /** Who it is, as far as it is known. */
  readonly visitor: Visitor;
  /** Settles when the answer has gone out, or the client is gone. To be asked for where it matters. */
  readonly completed: () => Promise<void>;
}

/** Answers a request. */
export type Handler = (call: Call) => Response | Promise<Response>;

/** A path and what answers there. */
export interface Route {
  /** The path, in the syntax of `URLPattern`: `/api/v1/:table/:address`. */
  readonly path: string;
  /** The handlers by method; that of GET answers HEAD, too. */
  readonly handlers: Readonly<Record<string, Handler>>;
  /** Whether it is for everybody, also where tokens are asked for. */
  readonly public?: true;
}

/** Most characters of an unknown path or method that an answer repeats. */
const MAX_QUOTE = 100;

/** What stands for something else than itself in the syntax of `URLPattern`. */
const SYNTAX = /[:*?+(){}\\]/;

/** The route of a path, and what stands there for the names in the route's own. */
interface Match {
  readonly route: Route;
  readonly params: Call["params"];
}

/**
 * Finds the route of a request: the one with just that path, or the first whose
 * pattern fits. There are dozens of files, and to try one pattern takes 2 µs.
 */
export class Router {
  readonly #plain: ReadonlyMap<string, Match>;
  readonly #patterns: readonly (readonly [URLPattern, Route])[];

  /** A router of these routes. */
  constructor(routes: readonly Route[]) {
    const isPlain = ({ path }: Route) => !SYNTAX.test(path);
    this.#plain = new Map(
      routes.filter(isPlain).map((
        route,
      ) => [route.path, { route, params: {} }]),
    );
    this.#patterns = routes.filter((route) => !isPlain(route)).map((
      route,
    ) => [new URLPattern({ pathname: route.path }), route]);
  }

  /** Answers a request; 401, 403, 404 and 405 are answers, too. */
  answer(
    request: Request,
    visitor: Visitor,
    completed: () => Promise<void> = () => Promise.resolve(),
  ): Response | Promise<Response> {
    const { url, remote } = visitor;
    const { method } = request;
    const found = this.#find(url.pathname);
    if (found !== undefined) {
      const { route, params } = found;
      const { handlers } = route;
      if (isPreflight(request)) return allowMethods(handlers);
      const refusal = refuseCall(visitor, method, route.public === true);
      if (refusal !== undefined) return refusal;
      const key = method === "HEAD" ? "GET" : method;
      if (!Object.hasOwn(handlers, key)) return notAllowed(method, handlers);
      const call = { request, url, params, remote, visitor, completed };
      return handlers[key]!(call);
    }
    // Where tokens are asked for, strangers are not told what is not there.
    const refusal = refuseCall(visitor, method, false);
    if (refusal !== undefined) return refusal;
    const path = url.pathname.slice(0, MAX_QUOTE);
    return errorResponse(404, "not_found", `There is nothing at ${path}`);
  }

  #find(pathname: string): Match | undefined {
    const plain = this.#plain.get(pathname);
    if (plain !== undefined) return plain;
    for (const [pattern, route] of this.#patterns) {
      const match = pattern.exec({ pathname });
      if (match !== null) return { route, params: match.pathname.groups };
    }
    return undefined;
  }
}

/** Whether a browser asks, for a page of another origin, what that page may do here. */
function isPreflight({ method, headers }: Request): boolean {
  return method === "OPTIONS" && headers.has("access-control-request-method");
}

/** Answers a preflight; who may see the answer is for the server to say. */
function allowMethods(handlers: Readonly<Record<string, Handler>>): Response {
  return new Response(null, {
    status: 204,
    headers: {
      "access-control-allow-methods": Object.keys(handlers).join(", "),
      "access-control-allow-headers":
        "authorization, content-type, last-event-id",
      "access-control-max-age": "600",
    },
  });
}

function notAllowed(
  method: string,
  handlers: Readonly<Record<string, Handler>>,
): Response {
  const methods = Object.keys(handlers);
  const name = method.slice(0, MAX_QUOTE);
  const what = `${name} is not allowed here: use ${methods.join(" or ")}`;
  const response = errorResponse(405, "method_not_allowed", what);
  const allow = methods.includes("GET") ? [...methods, "HEAD"] : methods;
  response.headers.set("allow", allow.join(", "));
  return response;
}
