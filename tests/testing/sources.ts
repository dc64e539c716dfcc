/**
 * The project's files as text, and what they import: for tests of its structure.
 * Needs read permission.
 * @module
 */

/** An import, or an export from another file. */
export interface Import {
  /** What stands between the quotes. */
  readonly specifier: string;
  /** The names that are imported, as the other file calls them; none for `* as`. */
  readonly names: readonly string[];
  /** The file, from the project's folder; undefined for a package. */
  readonly path: string | undefined;
}

/** A file of the project. */
export interface Source {
  /** Path from the project's folder: `src/bank/bank.ts`. */
  readonly path: string;
  /** All of it. */
  readonly text: string;
  /** What it imports. */
  readonly imports: readonly Import[];
}

const ROOT = new URL("../../", import.meta.url);

const IMPORT =
  /^(?:import|export)\s+(?:type\s+)?(?:([\w\s{},*$]*?)\s+from\s+)?"([^"]+)"/gm;

/** All files under a folder of the project whose names end like that, in the order of their paths. */
export function sources(folder: string, ending = ".ts"): Source[] {
  return pathsUnder(folder).filter((path) => path.endsWith(ending)).sort()
    .map((path) => {
      const text = Deno.readTextFileSync(new URL(path, ROOT));
      return { path, text, imports: importsOf(path, text) };
    });
}

/** A text without its comments. Takes `//` in a string for one, but for `://`. */
export function withoutComments(text: string): string {
  return text.replace(/\/\*[^]*?\*\/|(?<!:)\/\/.*$/gm, "");
}

function pathsUnder(folder: string): string[] {
  return [...Deno.readDirSync(new URL(folder + "/", ROOT))].flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory ? pathsUnder(path) : path;
  });
}

function importsOf(path: string, text: string): Import[] {
  return Array.from(
    text.matchAll(IMPORT),
    ([, clause = "", specifier = ""]) => {
      const url = new URL(specifier, new URL(path, ROOT));
      return {
        specifier,
        names: namesOf(clause),
        path: /^\.{1,2}\//.test(specifier)
          ? url.href.slice(ROOT.href.length)
          : undefined,
      };
    },
  );
}

function namesOf(clause: string): string[] {
  const [, list = ""] = /\{([^}]*)\}/.exec(clause) ?? [];
  return list.split(",").map((name) => name.trim()).filter(Boolean)
    .map((name) => name.replace(/^type\s+/, "").replace(/\s+as\s.*$/s, ""));
}
