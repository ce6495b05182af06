// Whether what proves an edition holds more than what was signed: white space, unknown fields or lines
// by unknown keys could carry a mark. Specification: docs/formats/verdict.md, "What proves an edition".
H.exact = (function () {
  "use strict";

  var PROVING = /^_edition\/(?:metadata\/(?:([1-9][0-9]{0,3})\.root|targets|snapshot|timestamp)\.json|targets\/(?:(?:edition|newsroom|history)\.json|chunks\.bin|head\.txt)|proofs\/(?:0|[1-9][0-9]{0,5})\.proofs\.txt|SHA256SUMS(?:\.sig)?|allowed_signers)$/,
    UNJUDGED = /^(?:letters|_repair)(?:\/|$)/, HEAD = "_edition/targets/head.txt", SUMS = "_edition/SHA256SUMS";

  function compared(path, bytes, exact) {
    if (H.bytes.equal(bytes, exact)) { return []; }
    return [{ path: path, state: "marked", ranges: [], extra: Math.max(1, bytes.length - exact.length) }];
  }

  // A head's only form: its editors' lines, each once, by name.
  function head(read, bytes, root) {
    var lines = Object.create(null), text = H.bytes.decode(bytes.subarray(read.note.bytes.length + 1), "head.txt");
    text.split("\n").slice(0, -1).forEach(function (line, i) {
      var signed = read.note.signatures[i];
      Object.keys(root.roles.targets.keys).forEach(function (id) {
        var key = root.roles.targets.keys[id], name = "editor-" + H.sha256.hex(key).slice(0, 8);
        if (signed.name === name && H.bytes.equal(H.sha256.keyHash(name, key), signed.keyHash)) { lines[line + "\n"] = true; }
      });
    });
    return compared(HEAD, bytes, H.bytes.concat([
      read.note.bytes, H.bytes.encode("\n" + Object.keys(lines).sort().join(""))
    ]));
  }

  // SHA256SUMS repeats the manifest for stock tools; it may be absent.
  function sums(bytes, manifest) {
    var exact;
    if (bytes === undefined) { return []; }
    exact = H.bytes.encode(manifest.files.map(function (file) { return file.sha256 + "  " + file.path + "\n"; }).join(""));
    if (bytes instanceof Uint8Array && H.bytes.equal(bytes.subarray(0, exact.length), exact)) { return compared(SUMS, bytes, exact); }
    return [{
      path: SUMS, state: "damaged", ranges: [[0, exact.length]],
      extra: bytes instanceof Uint8Array ? Math.max(0, bytes.length - exact.length) : 0
    }];
  }

  // What of an opened edition's proving files holds more than what was signed.
  function marks(chain, files, forms, read, headBytes) {
    var found = head(read, headBytes, chain[read.root - 1]);
    chain.forEach(function (root) {
      found = found.concat(compared("_edition/metadata/" + root.version + ".root.json", root.bytes, root.form));
    });
    Object.keys(files).forEach(function (name) {
      found = found.concat(compared("_edition/metadata/" + name, files[name], forms[name]));
    });
    return found;
  }

  // Where proofs of the items that stand alone may lie.
  function proofsBeside(manifest) {
    var found = Object.create(null);
    manifest.items.forEach(function (item) {
      if (item.kind !== "film" && item.kind !== "episode") { return; }
      item.files.forEach(function (i) { found[manifest.files[i].path.replace(/\.[^.]*$/, "") + ".proof.txt"] = true; });
    });
    return found;
  }

  // Whether a file outside the manifest has a place in an edition.
  function isExpected(path, roots, proofs) {
    var match = PROVING.exec(path);
    if (match) { return !match[1] || Number(match[1]) <= roots; }
    return UNJUDGED.test(path) || path in proofs;
  }

  return { SUMS: SUMS, marks: marks, sums: sums, proofsBeside: proofsBeside, isExpected: isExpected };
}());
