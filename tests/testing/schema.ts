/**
 * The protocol's JSON Schema, and what goes over the wire checked against it.
 * @module
 */
import { Ajv2020 } from "ajv/dist/2020.js";
// As text, as the program has it: one module can't be imported in two ways.
import text from "../../src/ws/protocol.schema.json" with { type: "text" };

/** The schema. */
// deno-lint-ignore no-explicit-any
export const SCHEMA: any = JSON.parse(text);

const ajv = new Ajv2020({ strict: true, strictTypes: false });
ajv.addSchema(SCHEMA);

/** Whether a value is any message. */
export const isMessage = ajv.compile({ $ref: SCHEMA.$id });

/** Whether a value is what a client may send. */
export const isClientMessage = ajv.compile({
  $ref: `${SCHEMA.$id}#/$defs/client`,
});

/** Whether a value is what the server may send. */
export const isServerMessage = ajv.compile({
  $ref: `${SCHEMA.$id}#/$defs/server`,
});

/** Throws when a text is not a message that a client may send. */
function checkSent(text: string): void {
  if (isClientMessage(JSON.parse(text))) return;
  throw new Error(`Sent: ${complaint(text, isClientMessage.errors)}`);
}

/** Throws when a text is not a message that the server may send. */
export function checkReceived(text: string): void {
  if (isServerMessage(JSON.parse(text))) return;
  throw new Error(`Received: ${complaint(text, isServerMessage.errors)}`);
}

/** Both checks, for `WsClient.open`. */
export const PROTOCOL = { sent: checkSent, received: checkReceived };

function complaint(text: string, errors: unknown): string {
  return `${text.slice(0, 300)} is not in the schema: ${
    ajv.errorsText(
      errors as typeof isMessage.errors,
    )
  }`;
}
