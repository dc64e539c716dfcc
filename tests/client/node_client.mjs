/**
 * A program for Node that uses the client module, for node_client_test.ts.
 * Its arguments are the module and the URL; it tells what happens, and ends
 * when nothing keeps it.
 * @module
 */
import process from "node:process";

const [module, url] = process.argv.slice(2);
const { connect } = await import(module);

function say(what) {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}

const client = connect(url, { minDelay: 1, maxDelay: 20 });
for (const state of ["live", "stale", "closed"]) {
  client.addEventListener(state, () => say(state));
}
client.subscribe(
  [{ table: "holdingRegisters", address: 0, count: 2 }],
  ({ values, source }) => {
    say([source, values]);
    if (values[0] === 99) client.close();
  },
);
await client.set("holdingRegisters", 1, [7]);
say(await client.get("holdingRegisters", 0, 2));
client.set("coils", 65_536, [true]).catch(({ name, code }) => {
  say([name, code]);
});
