// The documents that describe the interfaces, against what the standards say of
// such documents, and against the program.
import { assert, assertEquals } from "@std/assert";
import { Ajv } from "ajv/dist/ajv.js";
import { Ajv2020 } from "ajv/dist/2020.js";
import asyncApiSchema from "@asyncapi/specs/schemas/3.0.0.json" with {
  type: "json",
};
// The official schema, written so that Ajv can use it.
import openApiSchema from "@seriousme/openapi-schema-validator/schemas/v3.1/schema.json" with {
  type: "json",
};
import asyncApiText from "../../src/rest/asyncapi.json" with { type: "text" };
import openApiText from "../../src/rest/openapi.json" with { type: "text" };
import { VERSION } from "../../src/version.ts";
import { startApp } from "../testing/app.ts";
import { isClientMessage, isServerMessage, SCHEMA } from "../testing/schema.ts";
import { granted } from "../testing/permissions.ts";
import { sources } from "../testing/sources.ts";
import { DOCUMENT } from "./contract.ts";
import { serveRest } from "./serving.ts";

const permissions = "none";

const isOpenApi = new Ajv2020({ strict: false, validateFormats: false })
  .compile(openApiSchema);

// It brings the schema of JSON Schema along.
const isAsyncApi = new Ajv({
  ...{ strict: false, validateFormats: false },
  ...{ meta: false, validateSchema: false },
}).compile(asyncApiSchema);

// deno-lint-ignore no-explicit-any
const ASYNC: any = JSON.parse(asyncApiText);

Deno.test("openapi.json is OpenAPI 3.1", { permissions }, () => {
  assert(isOpenApi(DOCUMENT), JSON.stringify(isOpenApi.errors));
  const broken = { ...DOCUMENT, paths: { "no-slash": {} } };
  assertEquals(isOpenApi(broken), false);
});

Deno.test("asyncapi.json is AsyncAPI 3", { permissions }, () => {
  assert(isAsyncApi(ASYNC), JSON.stringify(isAsyncApi.errors));
  const broken = JSON.parse(asyncApiText);
  broken.operations.write.action = "publish";
  assertEquals(isAsyncApi(broken), false);
});

/** Where the schema of the protocol is, seen from there. */
const PROTOCOL = "../protocol.json";

/** All references in a document, and where they stand. */
function references(part: unknown, at = "#"): [ref: string, at: string][] {
  if (typeof part !== "object" || part === null) return [];
  return Object.entries(part).flatMap(([key, value]) =>
    key === "$ref" && typeof value === "string"
      ? [[value, at] as [string, string]]
      : references(value, `${at}/${key}`)
  );
}

/** What a JSON Pointer of simple names points to. */
function pointed(document: unknown, pointer: string): unknown {
  return pointer.split("/").slice(1).reduce(
    // deno-lint-ignore no-explicit-any
    (within: any, name) => within?.[name],
    document,
  );
}

const DOCUMENTS = [["openapi.json", DOCUMENT], ["asyncapi.json", ASYNC]];

for (const [name, document] of DOCUMENTS) {
  Deno.test(`${name} refers to what is there`, { permissions }, () => {
    const all = references(document);
    assert(all.length > 10);
    for (const [ref, at] of all) {
      const [file, pointer = ""] = ref.split("#");
      assert(file === "" || file === PROTOCOL, ref);
      const target = pointed(file === "" ? document : SCHEMA, pointer);
      assert(target !== undefined, `${ref} at ${at}`);
    }
  });

  Deno.test(`${name} has the version of the program`, { permissions }, () => {
    assertEquals(document.info.version, VERSION);
  });
}

Deno.test("openapi.json has parts that are used, all of them", {
  permissions,
}, () => {
  const used = new Set(references(DOCUMENT).map(([ref]) => ref));
  for (const kind of ["schemas", "responses", "parameters"]) {
    for (const name of Object.keys(DOCUMENT.components[kind])) {
      // The description of the stream points to it: there is no other way.
      if (name === "Change") continue;
      assert(used.has(`#/components/${kind}/${name}`), name);
    }
  }
});

/** A message of the AsyncAPI document. */
interface Message {
  readonly payload: { readonly schema: { readonly $ref: string } };
  readonly examples?: readonly { readonly payload: unknown }[];
}

const MESSAGES: readonly Message[] = Object.values(ASYNC.components.messages);

const refersTo = ({ payload }: Message) => payload.schema.$ref;

/** References to what clients, or the server, may send. */
function said(by: "client" | "server"): string[] {
  return SCHEMA.$defs[by].oneOf
    .map(({ $ref }: { $ref: string }) => PROTOCOL + $ref);
}

Deno.test("asyncapi.json has every message of the protocol", {
  permissions,
}, () => {
  const expected = [...said("client"), ...said("server")];
  assertEquals(MESSAGES.map(refersTo).toSorted(), expected.toSorted());
});

Deno.test("asyncapi.json has examples that are messages", {
  permissions,
}, () => {
  const asked = said("client");
  let count = 0;
  for (const message of MESSAGES) {
    const isRight = asked.includes(refersTo(message))
      ? isClientMessage
      : isServerMessage;
    for (const { payload } of message.examples ?? []) {
      assert(isRight(payload), JSON.stringify(payload));
      count++;
    }
  }
  assert(count > 10);
});

/** Where the documents are: they do not describe themselves. */
const DOCUMENT_PATHS = ["/api/openapi.json", "/api/asyncapi.json"];

const TEXTS = [["openapi", openApiText], ["asyncapi", asyncApiText]];

for (const [name, text] of TEXTS) {
  Deno.test(`GET /api/${name}.json`, async () => {
    await using serving = serveRest();
    const response = await fetch(`${serving.origin}/api/${name}.json`);
    assertEquals(response.status, 200);
    assertEquals(response.headers.get("content-type"), "application/json");
    assertEquals(await response.text(), text);
  });
}

Deno.test("openapi.json has what there is, and there is what it has", async () => {
  await using app = await startApp();
  const origin = app.url.replace("ws:", "http:").slice(0, -1);
  for (const [path, item] of Object.entries(DOCUMENT.paths)) {
    const url = origin + path.replace(/\{\w+\}/g, "0");
    const refused = await fetch(url, { method: "TRACE2" });
    await refused.body?.cancel();
    assertEquals(refused.status, 405, path);
    const allowed = refused.headers.get("allow")?.toLowerCase().split(", ");
    const methods = Object.keys(item as object)
      .filter((key) => key !== "parameters");
    assertEquals(
      allowed?.filter((method) => method !== "head").toSorted(),
      methods.toSorted(),
      path,
    );
  }
});

Deno.test({
  name: "openapi.json has every path that the source has",
  ignore: !granted("read"),
  permissions: { read: true },
  fn() {
    const paths = sources("src").flatMap(({ text }) =>
      [...text.matchAll(/\bpath: "(\/[^"]+)"/g)].map(([, path]) => path!)
    );
    const known = [...Object.keys(DOCUMENT.paths), ...DOCUMENT_PATHS];
    assert(paths.length > 4, `Only ${paths}`);
    assertEquals(paths.filter((path) => !known.includes(path)), []);
  },
});
