// Whether what proves an edition holds more than what was signed: white space, unknown fields or lines
// by unknown keys could carry a mark. Specification: docs/formats/verdict.md, "What proves an edition".
H.exact = (function () {
  "use strict";

  var PROVING = /^_edition\/(?:metadata\/(?:([1-9][0-9]{0,3})\.root|targets|snapshot|timestamp)\.json|targets\/(?:(?:edition|newsroom|history)\.json|chunks\.bin|head\.txt)|SHA256SUMS(?:\.sig)?|allowed_signers)$/,
    UNJUDGED = /^(?:letters|_repair)(?:\/|$)/, HEAD = "_edition/targets/head.txt", SUMS = "_edition/SHA256SUMS",
    SIGNERS = "_edition/allowed_signers", MAX_COUNTED = 4194304;

  function compared(path, bytes, exact) {
    if (H.bytes.equal(bytes, exact)) { return []; }
    return [{ path: path, state: "marked", ranges: [], extra: Math.max(1, bytes.length - exact.length) }];
  }

  function holds(there, exact) {
    var at = 0, i;
    for (i = 0; i < there.length && at < exact.length; i++) {
      if (there[i] === exact[at]) { at++; }
    }
    return at === exact.length;
  }

  function uncounted(bytes) { return H.bytes.latin(bytes).replace(/(^|\n)((?:head|root|item): |proof )[0-9]+/g, "$1$2"); }

  // Compare a file with what it must be, given what was signed. Where all of that is there, in order, all
  // else is a mark; otherwise it is damage. The counts of a proof may follow what was put in.
  function repeated(path, bytes, exact) {
    var more = Math.max(0, bytes.length - exact.length);
    if (H.bytes.equal(bytes, exact)) { return []; }
    if (more && (holds(bytes, exact) || (bytes.length <= MAX_COUNTED && holds(uncounted(bytes), uncounted(exact))))) { return [{ path: path, state: "marked", ranges: [], extra: more }]; }
    return [{ path: path, state: "damaged", ranges: [[0, exact.length]], extra: more }];
  }

  // What cannot be read, or told from anything.
  function lost(path) { return [{ path: path, state: "damaged", ranges: [], extra: 0 }]; }

  // A head's only form: its editors' lines, each once, in byte order.
  function headForm(read, bytes, root) {
    var lines = Object.create(null), text = H.bytes.decode(bytes.subarray(read.note.bytes.length + 1), "head.txt");
    text.split("\n").slice(0, -1).forEach(function (line, i) {
      var signed = read.note.signatures[i];
      Object.keys(root.roles.targets.keys).forEach(function (id) {
        var key = root.roles.targets.keys[id], name = "editor-" + H.sha256.hex(key).slice(0, 8);
        if (signed.name === name && H.bytes.equal(H.sha256.keyHash(name, key), signed.keyHash)) { lines[line + "\n"] = true; }
      });
    });
    return H.bytes.concat([read.note.bytes, H.bytes.encode("\n" + Object.keys(lines).sort().join(""))]);
  }

  // Fields as OpenSSH writes them: each after its length.
  function strings(fields) {
    return H.bytes.concat(fields.map(function (field) {
      var bytes = typeof field === "string" ? H.bytes.encode(field) : field;
      return H.bytes.concat([new Uint8Array([0, 0, bytes.length >> 8, bytes.length & 255]), bytes]);
    }));
  }

  function base64(bytes) { return window.btoa(H.bytes.latin(bytes)); }

  // What stands there for stock tools alone, and repeats what is signed elsewhere (OpenSSH PROTOCOL.sshsig).
  function repeats(manifest, ssh) {
    var key = strings(["ssh-ed25519", ssh.key]), found = {}, blob;
    blob = H.bytes.concat([
      H.bytes.encode("SSHSIG"), new Uint8Array([0, 0, 0, 1]),
      strings([key, "handbill-edition", "", "sha512", strings(["ssh-ed25519", ssh.signature])])
    ]);
    found[SUMS] = manifest.files.map(function (file) { return file.sha256 + "  " + file.path + "\n"; }).join("");
    found[SUMS + ".sig"] = "-----BEGIN SSH SIGNATURE-----\n" + base64(blob).replace(/.{1,70}/g, "$&\n") + "-----END SSH SIGNATURE-----\n";
    found[SIGNERS] = "newsroom ssh-ed25519 " + base64(key) + "\n";
    return found;
  }

  // Judge those that are there: `found` maps path to bytes, null (unreadable) or "large".
  function repeatedMarks(found, manifest, ssh) {
    var forms = repeats(manifest, ssh), marks = [];
    Object.keys(forms).forEach(function (path) {
      if (!(path in found)) { return; }
      marks = marks.concat(found[path] instanceof Uint8Array ? repeated(path, found[path], H.bytes.encode(forms[path])) : lost(path));
    });
    return marks;
  }

  // What of an opened edition's proving files holds more than what was signed; `form` is the head's.
  function marks(chain, files, forms, form, headBytes) {
    var found = compared(HEAD, headBytes, form);
    chain.forEach(function (root) {
      found = found.concat(compared("_edition/metadata/" + root.version + ".root.json", root.bytes, root.form));
    });
    Object.keys(files).forEach(function (name) {
      found = found.concat(compared("_edition/metadata/" + name, files[name], forms[name]));
    });
    return found;
  }

  // Whether a file outside the manifest has a place in an edition.
  function isExpected(path, roots, proofs) {
    var match = PROVING.exec(path);
    if (match) { return !match[1] || Number(match[1]) <= roots; }
    return UNJUDGED.test(path) || path in proofs;
  }

  return { compared: compared, marks: marks, repeated: repeated, repeatedMarks: repeatedMarks, lost: lost, headForm: headForm, isExpected: isExpected };
}());
