/**
 * What goes over the wire, checked against the OpenAPI document that is served.
 * @module
 */
import { Ajv2020 } from "ajv/dist/2020.js";
// As text, as the program has it: one module can't be imported in two ways.
import text from "../../src/rest/openapi.json" with { type: "text" };

/** The document. */
// deno-lint-ignore no-explicit-any
export const DOCUMENT: any = JSON.parse(text);

const ajv = new Ajv2020({ formats: { "uri-reference": true } });
ajv.addVocabulary(["components"]);
ajv.addSchema({ $id: "document", components: DOCUMENT.components });

/** By the text of the schema. */
const VALIDATORS = new Map<string, ReturnType<typeof ajv.compile>>();

/** Throws unless `value` is what a schema of the document says. */
export function checkSchema(schema: { $ref?: string }, value: unknown): void {
  const key = JSON.stringify(schema);
  const isValid = VALIDATORS.getOrInsertComputed(key, () => {
    const { $ref } = schema;
    return ajv.compile(
      $ref === undefined ? schema : { $ref: `document${$ref}` },
    );
  });
  if (isValid(value)) return;
  const what = JSON.stringify(value)?.slice(0, 300);
  throw new Error(`${what} is not in the document: ${errorsOf(isValid)}`);
}

function errorsOf({ errors }: { errors?: unknown }): string {
  return ajv.errorsText(errors as typeof ajv.errors);
}

/** What stands behind a reference inside the document. */
// deno-lint-ignore no-explicit-any
function resolve(part: any): any {
  if (typeof part?.$ref !== "string") return part;
  return part.$ref.split("/").slice(1)
    // deno-lint-ignore no-explicit-any
    .reduce((within: any, name: string) => within[name], DOCUMENT);
}

/** An answer that has been checked. */
export interface Answer {
  /** Its status. */
  readonly status: number;
  /** Its headers. */
  readonly headers: Headers;
  /** Its body, parsed if it is JSON. */
  // deno-lint-ignore no-explicit-any
  readonly body: any;
}

/** Requests a path, and checks what is asked and answered against the document. */
export async function call(
  url: string,
  init: RequestInit = {},
): Promise<Answer> {
  return await check(url, init, await fetch(url, init));
}

/** Checks what was asked and answered against the document. */
export async function check(
  url: string,
  init: RequestInit,
  response: Response,
): Promise<Answer> {
  const body = await response.text();
  const method = (init.method ?? "GET").toLowerCase();
  const operation = operationOf(new URL(url).pathname, method);
  const { status, headers } = response;
  const known = operation?.responses[status] ??
    operation?.responses.default ?? DEFAULT;
  const { content } = resolve(known);
  const type = headers.get("content-type")?.split(";")[0] ?? "none";
  const media = content[type];
  if (media === undefined) {
    throw new Error(`${method} ${url} answers ${status} with ${type}`);
  }
  const value = type.endsWith("json") ? JSON.parse(body) : body;
  checkSchema(media.schema, value);
  if (status < 300 && typeof init.body === "string") {
    const asked = resolve(operation.requestBody).content["application/json"];
    checkSchema(asked.schema, JSON.parse(init.body));
  }
  return { status, headers, body: value };
}

/** What paths and methods answer that the document does not name. */
const DEFAULT = { $ref: "#/components/responses/Problem" };

// deno-lint-ignore no-explicit-any
function operationOf(pathname: string, method: string): any {
  for (const [template, item] of Object.entries(DOCUMENT.paths)) {
    const pattern = template.replace(/\{\w+\}/g, "[^/]+");
    if (!new RegExp(`^${pattern}$`).test(pathname)) continue;
    return (item as Record<string, unknown>)[method];
  }
}
