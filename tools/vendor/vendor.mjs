// Makes src/handbill/reader/letterpage/vendor/lib.js, and its licences, from npm. Run it again and
// the bytes are the same: sh tools/vendor/vendor.sh

import { readFileSync, writeFileSync } from "node:fs";
import { minify } from "terser";

const OUT = "../../src/handbill/reader/letterpage/vendor/";
const OPTIONS = { ecma: 5, toplevel: true, compress: { passes: 3, unsafe: false }, mangle: true, format: { ascii_only: true, comments: false } };

const read = (path) => readFileSync(new URL(`node_modules/${path}`, import.meta.url), "utf8");
const version = (name) => JSON.parse(read(`${name}/package.json`)).version;

/** fflate's module is ES5 but for its exports: keep what deflateSync needs. */
function fflate() {
  const source = read("fflate/esm/browser.js").replace(/^export \{[^}]*\};$/gm, "").replace(/^export (?=var|function)/gm, "");
  return `${source}\nLIB.deflate = deflateSync;`;
}

/** blakejs declares with const and let, never inside a closure: var means the same there. */
function blake2b() {
  const source = read("blakejs/blake2b.js").replace(/\b(?:const|let)(?=\s)/g, "var")
    .replace("parameterBlock.fill(0)", "for (var z = 0; z < parameterBlock.length; z++) { parameterBlock[z] = 0; }");
  if (/\.fill\(|=>/.test(source)) throw new Error("blakejs asks for more than old browsers have");
  return `(function (require, module) {${source}\nLIB.blake2b = module.exports.blake2b;}(function () {
    return { normalizeInput: function (x) { return x; } }; }, {}));`;
}

const { code } = await minify(`var LIB = window.LIB = {};(function () {${fflate()}}());${blake2b()}`, OPTIONS);
const nacl = read("tweetnacl/nacl.min.js").trim();
const names = ["tweetnacl", "blakejs", "fflate"].map((name) => `${name} ${version(name)}`);
writeFileSync(new URL(`${OUT}lib.js`, import.meta.url), `// ${names.join(", ")}\n${nacl}\n${code}\n`);
const licences = [["tweetnacl", "LICENSE"], ["blakejs", "LICENSE"], ["fflate", "LICENSE"]]
  .map(([name, file]) => `${name} ${version(name)}\n\n${read(`${name}/${file}`).trim()}\n`);
writeFileSync(new URL(`${OUT}LICENSES.txt`, import.meta.url), licences.join("\n\n"));
