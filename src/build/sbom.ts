/**
 * `deno run -A src/build/sbom.ts`: writes the software bill of materials of the
 * program to stdout, as CycloneDX 1.6: which packages are in it, each with the
 * hash by which `deno.lock` knows it.
 * @module
 */
import { Buffer } from "node:buffer";
import config from "../../deno.json" with { type: "json" };
import lockFile from "../../deno.lock" with { type: "text" };
import { deno } from "./command.ts";

/** What the program is bundled from. */
const ROOTS = ["src/main.ts", "src/modbus/worker.ts", "src/store/worker.ts"];

/** A package in `deno.lock`. */
export interface Locked {
  /** Its hash. */
  readonly integrity?: string;
  /** What it needs. */
  readonly dependencies?: readonly string[];
}

/** The parts of `deno.lock` that matter here. */
export interface Lock {
  /** Versions, by what was asked for. */
  readonly specifiers: Readonly<Record<string, string>>;
  /** Packages of JSR by name and version. */
  readonly jsr: Readonly<Record<string, Locked>>;
  /** Packages of npm by name and version. */
  readonly npm: Readonly<Record<string, Locked>>;
}

type Registry = "jsr" | "npm";

/** A package, and those that it needs. */
interface Package {
  readonly registry: Registry;
  readonly name: string;
  readonly version: string;
  readonly integrity: string;
  /** By their keys. */
  readonly needs: readonly string[];
}

/**
 * The bill of materials.
 *
 * @param asked What the program's modules ask for, such as `npm:uplot@1.6.32`.
 */
export function bill(
  { name, version, license }: {
    readonly name: string;
    readonly version: string;
    readonly license: string;
  },
  asked: readonly string[],
  lock: Lock,
  runtime: string,
): Record<string, unknown> {
  const packages = new Map<string, Package>();
  const add = (specifier: string): string => {
    const [registry, key] = resolve(specifier, lock);
    const ref = purl(registry, key);
    if (packages.has(ref)) return ref;
    const { integrity = "", dependencies = [] } = lock[registry][key]!;
    const at = key.lastIndexOf("@");
    const [name, version] = [key.slice(0, at), key.slice(at + 1)];
    const needs: string[] = [];
    packages.set(ref, { registry, name, version, integrity, needs });
    for (const needed of dependencies) {
      needs.push(add(/^(jsr|npm):/.test(needed) ? needed : `npm:${needed}`));
    }
    return ref;
  };
  const direct = [...new Set(asked.map(add))].sort();
  const program = `pkg:generic/${name}@${version}`;
  const deno = `pkg:github/denoland/deno@v${runtime}`;
  const sorted = [...packages].sort(([a], [b]) => a < b ? -1 : 1);
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      component: {
        ...{ "bom-ref": program, type: "application", name, version },
        ...{ purl: program, licenses: [{ license: { id: license } }] },
      },
    },
    components: [
      {
        ...{ "bom-ref": deno, type: "platform", name: "deno" },
        ...{ version: runtime, purl: deno },
        licenses: [{ license: { id: "MIT" } }],
      },
      ...sorted.map(([ref, { name, version, integrity }]) => ({
        ...{ "bom-ref": ref, type: "library", name, version, purl: ref },
        ...hashesOf(integrity),
      })),
    ],
    dependencies: [
      { ref: program, dependsOn: [deno, ...direct] },
      ...sorted.map(([ref, { needs }]) => ({ ref, dependsOn: needs })),
    ],
  };
}

/** Registry and key in the lock file of what was asked for: `jsr:@std/path` is `@std/path@1.1.3`. */
function resolve(specifier: string, lock: Lock): [Registry, string] {
  const [, registry, name, wanted] =
    /^(jsr|npm):\/?((?:@[^/@]+\/)?[^/@]+)(?:@([^/]+))?/.exec(specifier) ?? [];
  if (registry !== "jsr" && registry !== "npm") {
    throw new Error(`Not a package: ${specifier}`);
  }
  const found = lock.specifiers[`${registry}:${name}@${wanted}`] ?? wanted;
  const keys = Object.keys(lock[registry]);
  const key = found === undefined
    ? keys.find((key) => key.startsWith(`${name}@`))
    : keys.find((key) => key === `${name}@${found}`);
  if (key === undefined) throw new Error(`deno.lock has no ${specifier}`);
  return [registry, key];
}

/** The package's URL: https://github.com/package-url/purl-spec. JSR has no type of its own yet. */
function purl(registry: Registry, key: string): string {
  const encoded = key.replace(/^@/, "%40");
  return registry === "npm"
    ? `pkg:npm/${encoded}`
    : `pkg:generic/${encoded}?repository_url=${
      encodeURIComponent("https://jsr.io")
    }`;
}

/** Those of JSR are of the list of files of a package, not of one file. */
function hashesOf(integrity: string) {
  const [, base64] = /^sha512-(.*)$/.exec(integrity) ?? [];
  if (base64 === undefined) return {};
  const content = Buffer.from(base64, "base64").toString("hex");
  return { hashes: [{ alg: "SHA-512", content }] };
}

/** What the modules of the program ask for, as `deno.json` has it. */
async function packagesAsked(): Promise<string[]> {
  const imports = Object.entries(config.imports);
  const asked = new Set<string>();
  for (const root of ROOTS) {
    const { stdout } = await deno("info", "--json", root);
    for (const { dependencies = [] } of JSON.parse(stdout).modules) {
      for (const { specifier } of dependencies as { specifier: string }[]) {
        const [, to] = imports.find(([from, to]) =>
          /^(jsr|npm):/.test(to) &&
          (specifier === from ||
            specifier.startsWith(from.endsWith("/") ? from : `${from}/`))
        ) ?? [];
        if (to !== undefined) asked.add(to);
      }
    }
  }
  return [...asked];
}

if (import.meta.main) {
  const asked = await packagesAsked();
  const lock: Lock = JSON.parse(lockFile);
  const made = bill(config, asked, lock, Deno.version.deno);
  // deno-lint-ignore no-console
  console.log(JSON.stringify(made, undefined, 2));
}
