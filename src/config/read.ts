/**
 * From the name of a configuration file to what it gives.
 * @module
 */
import { ConfigError, type FileSetting } from "../config.ts";
import { parseConfigFile } from "./file.ts";

/**
 * Reads a configuration file.
 *
 * @param path Its path, as given.
 * @param source The flag or variable that gave it, for messages.
 * @param readFile Reads a file, or throws an `Error` that says why it can't.
 * @throws {ConfigError} If it can't be read, or something in it is not allowed.
 */
export function readConfigFile(
  path: string,
  source: string,
  readFile: (path: string) => Uint8Array,
): ReadonlyMap<string, FileSetting> {
  const attempt = <T>(action: () => T, why: (error: unknown) => string) => {
    try {
      return action();
    } catch (error) {
      throw new ConfigError(`${source} "${path}" can't be used: ${why(error)}`);
    }
  };
  const bytes = attempt(() => readFile(path), reasonOf);
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const decode = () => decoder.decode(bytes);
  return parseConfigFile(path, attempt(decode, () => "it is not UTF-8"));
}

function reasonOf(error: unknown): string {
  return error instanceof Deno.errors.NotFound
    ? "there is no such file"
    : (error as Error).message;
}
