// Signed notes and the header that all our texts share. Format: docs/formats/note.md.
H.note = (function () {
  "use strict";

  var MAX_LINE = 65536, MAX_SIGNATURES = 64,
    // Control characters other than the line feed.
    CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/, // eslint-disable-line no-control-regex
    FIELD = /^([a-z0-9-]{1,64}):(?: ([^\n]+))?$/, NEEDS = /^needs:(?: [a-z0-9-]+)*$/;

  function fail(message) { return H.bytes.fail("forged", message); }

  function checkText(bytes, what) {
    var text = H.bytes.decode(bytes, what), run = 0, i;
    if (CONTROL.test(text) || text.charAt(0) === "\ufeff") {
      throw fail(what + ": holds a control character or a byte order mark");
    }
    if (H.bytes.nfc(text) !== text) { throw fail(what + ": is not in NFC"); }
    for (i = 0; i < bytes.length; i++) {
      run = bytes[i] === 10 ? 0 : run + 1;
      if (run > MAX_LINE) { throw fail(what + ": a line is longer than " + MAX_LINE + " bytes"); }
    }
    if (run || !bytes.length) { throw fail(what + ": a line is not ended"); }
    return text;
  }

  // Split a note into its text and its signature lines, checking all but the signatures.
  function parse(bytes, limit) {
    var at, text, lines;
    if (bytes.length > limit) { throw fail("note: " + bytes.length + " bytes, expected at most " + limit); }
    at = H.bytes.blankLine(bytes, true);
    if (at < 1) { throw fail("note: has no empty line before its signatures"); }
    text = checkText(bytes.subarray(0, at + 1), "note");
    lines = H.bytes.decode(bytes.subarray(at + 2), "note").split("\n");
    if (lines.pop() !== "" || lines.length < 1 || lines.length > MAX_SIGNATURES) {
      throw fail("note: expected 1 to " + MAX_SIGNATURES + " signature lines, each ended");
    }
    return { text: text, bytes: bytes.subarray(0, at + 1), signatures: lines.map(signature) };
  }

  function signature(line) {
    var match = /^\u2014 ([^\s+]{1,64}) ([A-Za-z0-9+/]{90}[AEIMQUYcgkosw048]=)$/.exec(line), raw;
    if (!match || H.bytes.count(match[1]) > 64) {
      throw fail("note: signature line '" + line.slice(0, 80) + "' is not as specified");
    }
    raw = fromBase64(match[2]);
    return { name: match[1], keyHash: raw.subarray(0, 4), signature: raw.subarray(4) };
  }

  function fromBase64(text) {
    var raw = window.atob(text), out = new Uint8Array(raw.length), i;
    for (i = 0; i < raw.length; i++) { out[i] = raw.charCodeAt(i); }
    return out;
  }

  // How many distinct keys of `keys` ({name: public key}) signed; a false line of one is an error.
  function countSigners(note, keys) {
    var good = {};
    note.signatures.forEach(function (line) {
      var key = Object.prototype.hasOwnProperty.call(keys, line.name) ? keys[line.name] : null;
      if (!key || !H.bytes.equal(H.sha256.keyHash(line.name, key), line.keyHash)) { return; }
      if (!H.gate.verify(key, note.bytes, line.signature)) {
        throw fail("note: the signature by " + line.name + " does not hold");
      }
      good[H.bytes.hex(key)] = true;
    });
    return Object.keys(good).length;
  }

  // Read the first two lines and then `names` in order, none missing.
  function fields(text, kind, names) {
    var lines = text.replace(/\n$/, "").split("\n"), found = {},
      match = /^handbill ([a-z]+) ([1-9][0-9]{0,8})$/.exec(lines[0]);
    if (!match || match[1] !== kind) { throw fail(kind + ": line 1 is '" + lines[0].slice(0, 80) + "'"); }
    if (match[2] !== "1") {
      throw H.bytes.fail("newer", kind + ": version " + match[2] + ", this verifier knows 1");
    }
    if (lines.length < 2 || !NEEDS.test(lines[1])) { throw fail(kind + ": line 2 is not 'needs:' and words"); }
    if (lines[1] !== "needs:") { throw H.bytes.fail("newer", kind + ": " + lines[1].slice(0, 200)); }
    if (lines.length - 2 !== names.length) {
      throw fail(kind + ": " + (lines.length - 2) + " fields, expected " + names.length);
    }
    names.forEach(function (name, i) {
      var field = FIELD.exec(lines[i + 2]);
      if (!field || field[1] !== name) {
        throw fail(kind + ": line " + (i + 3) + " is '" + lines[i + 2].slice(0, 80) + "', expected '" + name + ": …'");
      }
      found[name] = field[2] || "";
    });
    return found;
  }

  return { parse: parse, checkText: checkText, countSigners: countSigners, fields: fields };
}());
