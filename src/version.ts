/**
 * The program's version.
 * @module
 */
import config from "../deno.json" with { type: "json" };

/** The version, as it stands in `deno.json`. */
export const VERSION: string = config.version;
