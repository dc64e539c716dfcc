// The expected texts follow the examples of the OpenMetrics 1.0 specification
// and of Prometheus' "Exposition formats".
import { assertEquals } from "@std/assert";
import {
  encodeOpenMetrics,
  encodePrometheus,
} from "../../src/metrics/encode.ts";
import type { Family } from "../../src/metrics/family.ts";

interface Case {
  readonly title: string;
  readonly families: readonly Family[];
  readonly openMetrics: readonly string[];
  readonly prometheus: readonly string[];
}

const CASES: readonly Case[] = [
  { title: "nothing", families: [], openMetrics: [], prometheus: [] },
  {
    title: "a counter",
    families: [{
      ...{ type: "counter", name: "acme_http_router_request" },
      ...{ help: "Requests", samples: [{ value: 2 }] },
    }],
    openMetrics: [
      "# TYPE acme_http_router_request counter",
      "# HELP acme_http_router_request Requests",
      "acme_http_router_request_total 2",
    ],
    prometheus: [
      "# HELP acme_http_router_request_total Requests",
      "# TYPE acme_http_router_request_total counter",
      "acme_http_router_request_total 2",
    ],
  },
  {
    title: "a counter in a unit, with labels",
    families: [{
      ...{ type: "counter", name: "sent_bytes", unit: "bytes", help: "Bytes" },
      samples: [
        { labels: { path: "/api/v1", method: "GET" }, value: 1e21 },
        { labels: { path: "/", method: "POST" }, value: 0.25 },
      ],
    }],
    openMetrics: [
      "# TYPE sent_bytes counter",
      "# UNIT sent_bytes bytes",
      "# HELP sent_bytes Bytes",
      'sent_bytes_total{path="/api/v1",method="GET"} 1e+21',
      'sent_bytes_total{path="/",method="POST"} 0.25',
    ],
    prometheus: [
      "# HELP sent_bytes_total Bytes",
      "# TYPE sent_bytes_total counter",
      'sent_bytes_total{path="/api/v1",method="GET"} 1e+21',
      'sent_bytes_total{path="/",method="POST"} 0.25',
    ],
  },
  {
    title: "a gauge, numbers that are none",
    families: [{
      ...{ type: "gauge", name: "g", help: "G" },
      samples: [Infinity, -Infinity, NaN, -0.5].map((value, i) => ({
        labels: { i: String(i) },
        value,
      })),
    }],
    openMetrics: [
      ...["# TYPE g gauge", "# HELP g G", 'g{i="0"} +Inf', 'g{i="1"} -Inf'],
      ...['g{i="2"} NaN', 'g{i="3"} -0.5'],
    ],
    prometheus: [
      ...["# HELP g G", "# TYPE g gauge", 'g{i="0"} +Inf', 'g{i="1"} -Inf'],
      ...['g{i="2"} NaN', 'g{i="3"} -0.5'],
    ],
  },
  {
    title: "a family without samples",
    families: [{ type: "gauge", name: "g", help: "G", samples: [] }],
    openMetrics: ["# TYPE g gauge", "# HELP g G"],
    prometheus: ["# HELP g G", "# TYPE g gauge"],
  },
  {
    title: "info",
    families: [{
      ...{ type: "info", name: "build", help: "Build" },
      samples: [{ labels: { version: "1.2.3" }, value: 1 }],
    }],
    openMetrics: [
      "# TYPE build info",
      "# HELP build Build",
      'build_info{version="1.2.3"} 1',
    ],
    prometheus: [
      "# HELP build_info Build",
      "# TYPE build_info gauge",
      'build_info{version="1.2.3"} 1',
    ],
  },
  {
    title: "a histogram: buckets add up",
    families: [{
      ...{ type: "histogram", name: "d_seconds", unit: "seconds", help: "D" },
      histogram: {
        bounds: [0.00005, 0.5, 1, 10],
        counts: [3, 0, 2, 1, 4],
        sum: 102.5,
      },
    }],
    openMetrics: [
      "# TYPE d_seconds histogram",
      "# UNIT d_seconds seconds",
      "# HELP d_seconds D",
      'd_seconds_bucket{le="0.00005"} 3',
      'd_seconds_bucket{le="0.5"} 3',
      'd_seconds_bucket{le="1.0"} 5',
      'd_seconds_bucket{le="10.0"} 6',
      'd_seconds_bucket{le="+Inf"} 10',
      "d_seconds_sum 102.5",
      "d_seconds_count 10",
    ],
    prometheus: [
      "# HELP d_seconds D",
      "# TYPE d_seconds histogram",
      'd_seconds_bucket{le="0.00005"} 3',
      'd_seconds_bucket{le="0.5"} 3',
      'd_seconds_bucket{le="1"} 5',
      'd_seconds_bucket{le="10"} 6',
      'd_seconds_bucket{le="+Inf"} 10',
      "d_seconds_sum 102.5",
      "d_seconds_count 10",
    ],
  },
  {
    title: "what must be escaped",
    families: [{
      ...{ type: "gauge", name: "g", help: 'a "b" \\ c\nd' },
      samples: [{ labels: { l: 'x"y\\z\n', m: "{},=é" }, value: 1 }],
    }],
    openMetrics: [
      "# TYPE g gauge",
      '# HELP g a \\"b\\" \\\\ c\\nd',
      'g{l="x\\"y\\\\z\\n",m="{},=é"} 1',
    ],
    prometheus: [
      '# HELP g a "b" \\\\ c\\nd',
      "# TYPE g gauge",
      'g{l="x\\"y\\\\z\\n",m="{},=é"} 1',
    ],
  },
];

for (const { title, families, openMetrics, prometheus } of CASES) {
  Deno.test({
    name: `encodeOpenMetrics(): ${title}`,
    permissions: "none",
    fn() {
      const expected = [...openMetrics, "# EOF", ""].join("\n");
      assertEquals(encodeOpenMetrics(families), expected);
    },
  });
  Deno.test({
    name: `encodePrometheus(): ${title}`,
    permissions: "none",
    fn() {
      const expected = [...prometheus, ""].join("\n");
      assertEquals(encodePrometheus(families), expected);
    },
  });
}
