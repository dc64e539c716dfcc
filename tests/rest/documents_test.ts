import { assert } from "@std/assert";
import { Ajv2020 } from "ajv/dist/2020.js";
import { Ajv } from "ajv/dist/ajv.js";
import openApiSchema from "@seriousme/openapi-schema-validator/schemas/v3.1/schema.json" with {
  type: "json",
};
import asyncApiSchema from "@asyncapi/specs/schemas/3.0.0.json" with {
  type: "json",
};
import asyncApiText from "../../src/rest/asyncapi.json" with { type: "text" };
import openApiText from "../../src/rest/openapi.json" with { type: "text" };

Deno.test("openapi.json is an OpenAPI 3.1 document", () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  const validate = ajv.compile(openApiSchema);
  assert(validate(JSON.parse(openApiText)), ajv.errorsText(validate.errors));
});

Deno.test("asyncapi.json is an AsyncAPI 3 document", () => {
  // It brings the schema of JSON Schema along.
  const ajv = new Ajv({
    ...{ strict: false, validateFormats: false },
    ...{ meta: false, validateSchema: false },
  });
  const validate = ajv.compile(asyncApiSchema);
  assert(validate(JSON.parse(asyncApiText)), ajv.errorsText(validate.errors));
});
