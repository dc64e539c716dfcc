import { assert, assertEquals } from "@std/assert";
import config from "../../deno.json" with { type: "json" };
import map from "../../src/offline/import_map.json" with { type: "json" };
import { granted } from "../testing/permissions.ts";
import { sources } from "../testing/sources.ts";

/**
 * What the real packages export, values and types: from the sources of
 * `@std/assert` 1.0.19, `@std/cli` 1.0.32 and `@std/log` 0.224.14.
 */
const REAL: Readonly<Record<string, string>> = {
  "@std/assert": `
    AnyConstructor ArrayLikeArg AssertionError Falsy GetConstructorType assert
    assertAlmostEquals assertArrayIncludes assertEquals assertExists
    assertFalse assertGreater assertGreaterOrEqual assertInstanceOf
    assertIsError assertLess assertLessOrEqual assertMatch assertNotEquals
    assertNotInstanceOf assertNotMatch assertNotStrictEquals assertObjectMatch
    assertRejects assertStrictEquals assertStringIncludes assertThrows equal
    fail unimplemented unreachable`,
  "@std/cli/parse-args": "Args ParseOptions parseArgs",
  "@std/log/base-handler": `
    BaseHandler BaseHandlerOptions FormatterFunction LevelName LogLevel
    LogRecord`,
  "@std/log/get-logger": "Logger getLogger",
  "@std/log/setup": "setup",
};

/** Types that a stand-in has to export since it mentions them, and from where the package exports them. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  LogConfig: "@std/log/logger",
};

const imports: Readonly<Record<string, string>> = map.imports;
const realNames = (specifier: string) => REAL[specifier]!.trim().split(/\s+/);
const isStd = (specifier: string) => specifier.startsWith("@std/");

/** The names that a file exports by a declaration. */
function exportsOf(text: string): string[] {
  const declaration =
    /^export (?:abstract |async )*(?:class|function|const|let|type|interface|enum) (\w+)/gm;
  return Array.from(text.matchAll(declaration), ([, name]) => name!);
}

Deno.test({
  name: "import_map.json has each @std module that is imported, and no other",
  permissions: { read: true },
  ignore: !granted("read"),
  fn() {
    const used = new Set(
      [...sources("src"), ...sources("tests")]
        .flatMap((source) => source.imports)
        .map(({ specifier }) => specifier).filter(isStd),
    );
    assertEquals(Object.keys(imports).filter(isStd).sort(), [...used].sort());
  },
});

Deno.test({
  name: "import_map.json has the npm packages of deno.json, to the version",
  permissions: "none",
  fn() {
    const npm = (all: Record<string, string>) =>
      Object.entries(all).filter(([, to]) => to.startsWith("npm:")).sort();
    assertEquals(npm(imports), npm(config.imports));
    for (const [name, to] of npm(imports)) {
      assert(/@\d+\.\d+\.\d+\/?$/.test(to), `${name} is not pinned: ${to}`);
    }
  },
});

Deno.test({
  name: "import_map.json has nothing that deno.json does not have",
  permissions: "none",
  fn() {
    const known = Object.keys(config.imports);
    for (const name of Object.keys(imports)) {
      const found = known.some((key) =>
        name === key || name.startsWith(`${key}/`)
      );
      assert(found, `${name} is not in deno.json`);
    }
  },
});

Deno.test({
  name: "import_map.json leads to stand-ins that are there",
  permissions: { read: true },
  ignore: !granted("read"),
  fn() {
    const files = sources("src/offline").map(({ path }) => path);
    for (const [name, to] of Object.entries(imports)) {
      if (!isStd(name)) continue;
      const path = to.replace(/^\.\//, "src/offline/");
      assert(files.includes(path), `${name} leads to ${path}`);
    }
  },
});

Deno.test({
  name: "nothing is imported from @std that the real module does not export",
  permissions: { read: true },
  ignore: !granted("read"),
  fn() {
    for (const { path, imports } of [...sources("src"), ...sources("tests")]) {
      for (const { specifier, names } of imports) {
        if (!isStd(specifier)) continue;
        const unreal = names.filter((n) => !realNames(specifier).includes(n));
        assertEquals(unreal, [], `${path} imports from ${specifier}`);
      }
    }
  },
});

Deno.test({
  name: "the stand-ins export nothing that the real packages do not",
  permissions: { read: true },
  ignore: !granted("read"),
  fn() {
    const targets = Map.groupBy(
      Object.keys(imports).filter(isStd),
      (specifier) => imports[specifier]!.replace(/^\.\//, "src/offline/"),
    );
    const checked: string[] = [];
    for (const { path, text } of sources("src/offline")) {
      const specifiers = targets.get(path);
      if (specifiers === undefined) continue;
      const real = [
        ...specifiers.flatMap(realNames),
        ...Object.keys(ELSEWHERE),
      ];
      const unreal = exportsOf(text).filter((name) => !real.includes(name));
      assertEquals(unreal, [], path);
      checked.push(path);
    }
    assertEquals(checked, [...targets.keys()].sort());
  },
});
