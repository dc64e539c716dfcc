/**
 * Files for one test.
 * @module
 */

/** A folder that is removed when it is disposed of. */
export class TempFolder implements AsyncDisposable {
  /** Its path. */
  readonly path: string = Deno.makeTempDirSync();

  /** Writes a file. Returns its path. */
  write(name: string, text: string): string {
    const path = `${this.path}/${name}`;
    Deno.writeTextFileSync(path, text);
    return path;
  }

  /** Removes it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}
