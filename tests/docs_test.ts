// What the documents link to is there: files, and headings in them.
import { assertEquals } from "@std/assert";
import { granted } from "./testing/permissions.ts";
import { ROOT } from "./testing/program.ts";

const DOCUMENTS = [
  "README.md",
  "CHANGELOG.md",
  ".github/CONTRIBUTING.md",
  ".github/SECURITY.md",
];

/** Links to this repository, without those to elsewhere and those in code. */
function linksIn(text: string): string[] {
  const prose = text.replace(/^```[^]*?^```$/gm, "").replace(/`[^`]*`/g, "");
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!)
    .filter((target) => !/^[a-z]+:/.test(target));
}

/** The anchors of the headings, as GitHub makes them. */
function anchorsIn(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-")
  );
}

for (const document of DOCUMENTS) {
  Deno.test({
    name: `${document}: all links to this repository lead somewhere`,
    ignore: !granted("read"),
    fn() {
      const dead = linksIn(Deno.readTextFileSync(ROOT + document)).filter(
        (target) => {
          const [path, anchor] = target.split("#");
          const base = new URL(document, `file://${ROOT}`);
          const file = path === "" ? base : new URL(path!, base);
          try {
            if (anchor === undefined) return !Deno.statSync(file).isFile;
            return !anchorsIn(Deno.readTextFileSync(file)).includes(anchor);
          } catch {
            return true;
          }
        },
      );
      assertEquals(dead, []);
    },
  });
}
