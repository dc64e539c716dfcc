/**
 * The npm packages of the peers, in a temporary folder: this project does not
 * depend on them.
 * @module
 */

/** Pinned, like everything that figures are compared with. */
const DEPENDENCIES = {
  "jsmodbus": "5.0.0",
  "modbus-serial": "8.0.25",
  "ws": "8.23.0",
};

/** Where packages are, and what runs those who use them. */
export interface PeerRuntime {
  /** The folder that has the `node_modules`. */
  readonly folder: string;
  /** The command that runs a script, with its first arguments. */
  readonly command: readonly [string, ...string[]];
  /** What it is, for the table. */
  readonly name: string;
}

/**
 * Installs the packages with npm, for node; where there is no node with Deno,
 * for Deno. The folder is the caller's to remove.
 *
 * @throws {Error} If they can't be installed.
 */
export async function installPeers(): Promise<PeerRuntime> {
  const folder = await Deno.makeTempDir({ prefix: "bench-load-" });
  const manifest = { private: true, dependencies: DEPENDENCIES };
  await Deno.writeTextFile(
    `${folder}/package.json`,
    JSON.stringify(manifest),
  );
  const node = await output("node", ["--version"]).catch(() => undefined);
  if (node !== undefined) {
    const args = ["install", "--ignore-scripts", "--no-audit", "--no-fund"];
    await output("npm", args, folder);
    return { folder, command: ["node"], name: `Node ${node.slice(1)}` };
  }
  const deno = Deno.execPath();
  await output(deno, ["install", "--node-modules-dir=auto"], folder);
  const name = `Deno ${Deno.version.deno}`;
  return { folder, command: [deno, "run", "-q", "-A"], name };
}

async function output(
  command: string,
  args: string[],
  cwd?: string,
): Promise<string> {
  const options = { args, ...(cwd === undefined ? {} : { cwd }) };
  const result = await new Deno.Command(command, options).output();
  const [stdout, stderr] = [result.stdout, result.stderr].map((bytes) =>
    new TextDecoder().decode(bytes).trim()
  );
  if (result.success) return stdout!;
  throw new Error(
    `Cannot run ${command} ${args.join(" ")}: ${stderr || stdout}`,
  );
}
