// Walks an edition with stock tuf-js, from its first root on: tuf.mjs EDITION FOLDER.

import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { createRequire } from "node:module";
import { Updater } from "tuf-js";

// What its own fetcher throws where a server has nothing; it is not exported by name.
const { DownloadHTTPError } = createRequire(import.meta.url)("tuf-js/dist/error.js");

const [edition, folder] = process.argv.slice(2);
const meta = join(edition, "_edition", "metadata");
const stored = join(folder, "metadata");
const targets = join(folder, "targets");
mkdirSync(stored, { recursive: true });
mkdirSync(targets, { recursive: true });
copyFileSync(join(meta, "1.root.json"), join(stored, "root.json"));

/** Reads files of the edition where a client would ask a server. */
const fetcher = {
  find(url) {
    const [, base, name] = /^http:\/\/edition\/(metadata|targets)\/(.+)$/.exec(url);
    return join(edition, "_edition", base, decodeURIComponent(name));
  },
  async downloadBytes(url, limit) {
    const path = this.find(url);
    if (!existsSync(path)) throw new DownloadHTTPError(`${url}: not there`, 404);
    const data = readFileSync(path);
    if (data.length > limit) throw new Error(`${url}: larger than ${limit}`);
    return data;
  },
  async downloadFile(url, limit, handle) {
    const path = join(folder, "download");
    writeFileSync(path, await this.downloadBytes(url, limit));
    return await handle(path);
  },
};

const updater = new Updater({
  metadataDir: stored, metadataBaseUrl: "http://edition/metadata", targetDir: targets, targetBaseUrl: "http://edition/targets", fetcher,
});
await updater.refresh();
for (const name of ["edition.json", "chunks.bin", "newsroom.json", "history.json"]) {
  const info = await updater.getTargetInfo(name);
  await updater.downloadTarget(info);
}
console.log(JSON.parse(readFileSync(join(stored, "targets.json"), "utf8")).signed.version);
