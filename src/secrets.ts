/**
 * The files that are read when the program starts: tokens, certificate and key.
 * @module
 */
import { TokenFileError, Tokens } from "./access/tokens.ts";
import type { AccessConfig } from "./flags/access.ts";
import { StartError } from "./start_error.ts";

/** Certificate and key as PEM. */
export interface TlsPair {
  /** The certificate, with those that vouch for it. */
  readonly cert: string;
  /** Its key. */
  readonly key: string;
}

/** What stands in the files. */
export interface Secrets {
  /** The tokens that let clients in; undefined: none is needed. */
  readonly tokens: Tokens | undefined;
  /** For HTTPS and WSS; undefined: neither. */
  readonly tls: TlsPair | undefined;
}

/** The files that the flags name. */
export type SecretFiles = Pick<
  AccessConfig,
  "tokenFile" | "tlsCert" | "tlsKey"
>;

/**
 * Reads the files.
 *
 * @throws {StartError} If one can't be read, or has something else in it. No
 * message repeats what stands in a file.
 */
export async function readSecrets(
  { tokenFile, tlsCert, tlsKey }: SecretFiles,
): Promise<Secrets> {
  if ((tlsCert === undefined) !== (tlsKey === undefined)) {
    const [given, other] = tlsKey === undefined
      ? ["--tls-cert", "--tls-key"]
      : ["--tls-key", "--tls-cert"];
    throw new StartError(`${given} needs ${other} beside it`);
  }
  return {
    tokens: tokenFile === undefined ? undefined : await readTokens(tokenFile),
    tls: tlsCert === undefined || tlsKey === undefined ? undefined : {
      cert: await read("--tls-cert", tlsCert),
      key: await read("--tls-key", tlsKey),
    },
  };
}

/**
 * Checks whether the runtime takes certificate and key, without serving with them.
 *
 * @throws {StartError} If it does not.
 */
export function checkTls(tls: TlsPair | undefined, files: SecretFiles): void {
  if (tls === undefined) return;
  try {
    Deno.listenTls({ hostname: "127.0.0.1", port: 0, ...tls }).close();
  } catch (error) {
    const { message } = error as Error;
    throw tlsError(files, message) ?? new StartError(message);
  }
}

/** Says why the runtime does not take certificate and key; undefined: it is for another reason that it does not listen. */
export function tlsError(
  { tlsCert, tlsKey }: SecretFiles,
  message: string,
): StartError | undefined {
  const cert = `--tls-cert ${tlsCert}`;
  const key = `--tls-key ${tlsKey}`;
  const reason = [
    ["No certificates found", `${cert} has no certificate in PEM form`],
    ["invalid peer certificate", `${cert} has a certificate that is damaged`],
    ["No keys found", `${key} has no key in PEM form`],
    ["Unable to decode key", `${key} can't be understood: is it encrypted?`],
    ["KeyMismatch", `${key} does not belong to ${cert}`],
    ["must be provided", `${cert} or ${key} is empty`],
  ].find(([sign]) => message.includes(sign!));
  return reason === undefined ? undefined : new StartError(reason[1]!);
}

async function readTokens(path: string): Promise<Tokens> {
  const text = await read("--token-file", path);
  try {
    return Tokens.parse(text);
  } catch (error) {
    if (!(error instanceof TokenFileError)) throw error;
    throw new StartError(`--token-file ${path} ${error.message}`);
  }
}

async function read(flag: string, path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    throw new StartError(`Cannot read ${flag} ${path}: ${reasonOf(error)}`);
  }
}

function reasonOf(error: unknown): string {
  switch ((error as Error).name) {
    case "NotFound":
      return "there is no such file";
    case "PermissionDenied":
      return "this user may not read it";
    case "IsADirectory":
      return "it is a folder";
    default:
      return (error as Error).message;
  }
}
