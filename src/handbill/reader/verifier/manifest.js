// The manifest: edition.json and chunks.bin; and the head that sums them up.
// Formats: docs/formats/edition.md and docs/formats/proof.md.
H.manifest = (function () {
  "use strict";

  var MAX_FILES = 200000, MAX_ITEMS = 100000, MAX_TITLE = 300,
    HEX32 = /^[0-9a-f]{32}$/, HEX64 = /^[0-9a-f]{64}$/, DATE = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/,
    ITEM_ID = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/,
    LANGUAGE = /^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,2}$/,
    HEAD = ["newsroom", "edition", "issued", "items", "tree", "manifest", "root", "previous"];

  function fail(message) { return H.bytes.fail("forged", message); }

  function checkFormat(doc, name, where) {
    var match;
    if (!H.json.isObject(doc) || typeof doc.format !== "string") { throw fail(where + ": has no format"); }
    match = /^(.*) ([1-9][0-9]{0,8})$/.exec(doc.format);
    if (!match || match[1] !== name) { throw fail(where + ": format is '" + doc.format.slice(0, 80) + "'"); }
    if (match[2] !== "1") {
      throw H.bytes.fail("newer", where + ": version " + match[2] + ", this verifier knows 1");
    }
    if (!Array.isArray(doc.needs) || !doc.needs.every(isText)) { throw fail(where + ": needs must be a list of words"); }
    if (doc.needs.length) { throw H.bytes.fail("newer", where + ": needs " + doc.needs.slice(0, 5).join(", ")); }
  }

  function isText(value) { return typeof value === "string"; }

  function isWhole(value, least) { return typeof value === "number" && value >= least; }

  function matching(doc, name, pattern) {
    if (!isText(doc[name]) || !pattern.test(doc[name])) { throw fail("edition.json: " + name + " is not as specified"); }
    return doc[name];
  }

  function rows(doc, name, limit) {
    if (!Array.isArray(doc[name]) || !doc[name].every(H.json.isObject)) {
      throw fail("edition.json: " + name + " is not a list of objects");
    }
    if (doc[name].length > limit) { throw fail("edition.json: " + doc[name].length + " " + name); }
    return doc[name];
  }

  function parse(bytes, chunks) {
    var doc = H.json.parse(bytes, "edition.json"), files;
    checkFormat(doc, "handbill edition", "edition.json");
    if (doc.chunk_bytes !== H.paths.CHUNK) { throw fail("edition.json: chunk_bytes must be " + H.paths.CHUNK); }
    files = readFiles(rows(doc, "files", MAX_FILES), chunks);
    if (!isWhole(doc.number, 1)) { throw fail("edition.json: number is not a whole number from 1"); }
    matching(doc, "stale_after", DATE);
    return {
      newsroom: matching(doc, "newsroom", HEX64),
      number: doc.number,
      id: matching(doc, "id", HEX32),
      previous: doc.previous === null || doc.previous === undefined ? "" : matching(doc, "previous", HEX64),
      issued: matching(doc, "issued", DATE),
      items: readItems(rows(doc, "items", MAX_ITEMS), files.length),
      files: files
    };
  }

  function readFiles(found, chunks) {
    var folded = Object.create(null), before = "", at = 0, files = [];
    found.forEach(function (row, i) {
      var where = "edition.json: files[" + i + "]", name, count;
      if (!isText(row.path) || !H.paths.isPath(row.path)) { throw fail(where + ": path is not one that a drive holds"); }
      if (!isWhole(row.length, 0) || row.length > H.paths.MAX_FILE) { throw fail(where + ": length"); }
      if (!isText(row.sha256) || !HEX64.test(row.sha256)) { throw fail(where + ": sha256 is not 64 hex digits"); }
      if (row.chunk !== at) { throw fail(where + ": chunk is not " + at); }
      if (H.paths.isUnsigned(row.path)) { throw fail(where + ": " + row.path + " proves and is not proven"); }
      name = H.paths.fold(row.path);
      if (H.bytes.compare(row.path, before) <= 0 || name in folded) {
        throw fail(where + ": " + row.path + " is out of order, or stands twice");
      }
      folded[name] = true;
      before = row.path;
      count = Math.ceil(row.length / H.paths.CHUNK);
      files.push({
        path: row.path, length: row.length, sha256: row.sha256, chunks: chunks.subarray(at * 32, (at + count) * 32)
      });
      at += count;
    });
    if (chunks.length !== at * 32) { throw fail("chunks.bin: " + chunks.length + " bytes, expected " + at * 32); }
    return files;
  }

  function isItem(item) {
    return /^(?:episode|film|pages|story)$/.test(item.kind) && ITEM_ID.test(item.id) && LANGUAGE.test(item.language) &&
      H.bytes.count(item.title) <= MAX_TITLE && H.paths.isPlainLine(item.title);
  }

  function readItems(found, files) {
    var owned = new Uint8Array(files), count = 0, before = null, items;
    items = found.map(function (row, i) {
      var where = "edition.json: items[" + i + "]", last = -1;
      if (![row.id, row.kind, row.language, row.title].every(isText) || !isItem(row)) {
        throw fail(where + ": kind, id, language or title is not as specified");
      }
      if (before && !(before.kind < row.kind || (before.kind === row.kind && before.id < row.id))) {
        throw fail(where + ": is out of order, or stands twice");
      }
      before = row;
      if (!Array.isArray(row.files)) { throw fail(where + ": files is not a list"); }
      row.files.forEach(function (n) {
        if (!isWhole(n, 0) || n >= files || n <= last || owned[n]) {
          throw fail(where + ": a file is out of order, or belongs to two items");
        }
        owned[n] = 1;
        count++;
        last = n;
      });
      return {
        id: row.id, kind: row.kind, language: row.language, title: row.title, files: row.files, key: row.kind + " " + row.id
      };
    });
    if (count !== files) { throw fail("edition.json: " + (files - count) + " files belong to no item"); }
    return items;
  }

  function parseHead(bytes) {
    var note = H.note.parse(bytes, 65536), found = H.note.fields(note.text, "head", HEAD),
      edition = /^([1-9][0-9]{0,15}) ([0-9a-f]{32})$/.exec(found.edition),
      hashes = [found.newsroom, found.tree, found.manifest];
    if (found.previous !== "none") { hashes.push(found.previous); }
    if (!edition || !DATE.test(found.issued) ||
      !hashes.every(function (h) { return HEX64.test(h); }) ||
      ![found.items, found.root].every(function (n) { return /^(?:0|[1-9][0-9]{0,8})$/.test(n); })) {
      throw fail("head: a field is not of the form that the specification gives");
    }
    return {
      newsroom: found.newsroom, number: Number(edition[1]), id: edition[2], issued: found.issued,
      items: Number(found.items), tree: found.tree, manifest: found.manifest, root: Number(found.root),
      previous: found.previous === "none" ? "" : found.previous, note: note
    };
  }

  return { parse: parse, parseHead: parseHead, checkFormat: checkFormat, isItem: isItem };
}());
