import { assertEquals } from "@std/assert";
import { prefersOpenMetrics } from "../../src/metrics/accept.ts";

const CASES: readonly [title: string, accept: string | null, yes: boolean][] = [
  ["no header", null, true],
  ["an empty header", "", true],
  ["curl", "*/*", true],
  [
    "Prometheus 2.42",
    "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
    true,
  ],
  [
    "Prometheus 2.30",
    "application/openmetrics-text; version=0.0.1,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
    true,
  ],
  [
    "Prometheus 3",
    "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,/;q=0.1",
    true,
  ],
  [
    "a browser",
    "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    false,
  ],
  ["plain text alone", "text/plain", false],
  ["plain text of that version alone", "text/plain; version=0.0.4", false],
  ["any text", "text/*", false],
  ["any application type", "application/*", true],
  ["plain text first", "text/plain, application/openmetrics-text;q=0.9", false],
  ["both alike", "text/plain, application/openmetrics-text", true],
  ["not OpenMetrics", "application/openmetrics-text;q=0, */*", false],
  ["a version to come", "application/openmetrics-text;version=2.0.0", false],
  [
    "a version in quotes",
    'application/openmetrics-text; version="1.0.0"; q=1',
    true,
  ],
  ["upper case", "APPLICATION/OPENMETRICS-TEXT", true],
  ["something else", "application/json", false],
  ["a quality that is no number", "application/openmetrics-text;q=x", false],
];

for (const [title, accept, yes] of CASES) {
  Deno.test({
    name: `prefersOpenMetrics(): ${title}`,
    permissions: "none",
    fn: () => assertEquals(prefersOpenMetrics(accept), yes),
  });
}
