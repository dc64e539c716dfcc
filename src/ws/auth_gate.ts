/**
 * A client that has to show a token before it is let in. Until then it is told
 * nothing, and costs no more than its socket.
 * @module
 */
import type { Role } from "../access/role.ts";
import { encodeError, encodeOk } from "./encode.ts";
import { ProtocolError } from "./messages.ts";
import { isLongerThan } from "./message_size.ts";
import { parseMessage } from "./parse.ts";
import { CloseCode, type Socket } from "./socket.ts";

/** Milliseconds that a client has to show its token. */
export const AUTH_TIMEOUT = 5000;

/** Bytes of the largest message that can show one. */
const MAX_MESSAGE = 2048;

/** Waits for the first message of a client: `{"type":"auth","token":…}`. */
export class AuthGate {
  readonly #socket: Socket;
  readonly #roleOf: (token: string) => Role | undefined;
  readonly #admit: (role: Role) => void;
  readonly #refused: () => void;
  readonly #timer: ReturnType<typeof setTimeout>;
  #done = false;

  /**
   * A gate before the client behind `socket`.
   *
   * @param roleOf The role of whoever shows a token; undefined: nobody's.
   * @param admit Is called, once, when the client may come in.
   * @param refused Is called, once, when it may not.
   */
  constructor(
    socket: Socket,
    roleOf: (token: string) => Role | undefined,
    admit: (role: Role) => void,
    refused: () => void,
  ) {
    this.#socket = socket;
    this.#roleOf = roleOf;
    this.#admit = admit;
    this.#refused = refused;
    this.#timer = setTimeout(
      () => this.refuse("No token was shown in time"),
      AUTH_TIMEOUT,
    );
  }

  /** Looks at what the client says first: a token that is known, or it goes. */
  receive(data: unknown): void {
    if (this.#done) return;
    const message = isLongerThan(MAX_MESSAGE, data) ? undefined : parse(data);
    if (message?.type !== "auth") {
      const what = 'A token is needed first: {"type":"auth","token":…}';
      return this.refuse(what);
    }
    const role = this.#roleOf(message.token);
    if (role === undefined) return this.refuse("This token is not known");
    this.end();
    // The answer stands before all that the client is told from now on.
    if (message.id !== undefined) this.#socket.send(encodeOk(message.id));
    this.#admit(role);
  }

  /** Sends the client away: it has no token that is known. */
  refuse(message: string): void {
    if (this.#done) return;
    this.end();
    const error = { id: undefined, code: "unauthorized", message } as const;
    this.#socket.send(encodeError(error));
    this.#socket.close(CloseCode.policyViolation, "unauthorized");
    this.#refused();
  }

  /** Closes the socket of a client that is still waited for. */
  close(code: number, reason: string): void {
    if (this.#done) return;
    this.end();
    this.#socket.close(code, reason);
  }

  /** Stops waiting. */
  end(): void {
    this.#done = true;
    clearTimeout(this.#timer);
  }
}

function parse(data: unknown): ReturnType<typeof parseMessage> | undefined {
  try {
    return typeof data === "string" ? parseMessage(data) : undefined;
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}
