// Write and sign a letter. Format: docs/formats/letter.md.
H.letter = (function () {
  "use strict";

  var MAX_BYTES = 32768, MAX_NAME = 60,
    // Story, parent, name and body of each kind: what must be there in capitals, what may be in small letters.
    KINDS = { letter: "SNB", reply: "SPNB", withdraw: "Psn", burn: "sn", appeal: "sPNB", request: "snb" },
    CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, // eslint-disable-line no-control-regex
    WHITE = "[\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff]+",
    ENDS = new RegExp("^" + WHITE + "|" + WHITE + "$", "g"),
    // A pair of surrogates stays; a half of one does not.
    SURROGATES = /[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]/g;

  function fail(kind) { return H.bytes.fail(kind, "letter: " + kind); }

  function trim(text) { return text.replace(ENDS, ""); }

  // What somebody typed, as a body may be: NFC, line feeds, no controls, no white ends.
  function tidyBody(text) {
    if (!text.normalize && /[^\u0000-\u007f]/.test(text)) { throw fail("letter_ascii"); } // eslint-disable-line no-control-regex
    text = text.replace(/\r\n|[\r\u0085\u2028\u2029]/g, "\n").replace(/\t/g, " ").replace(CONTROL, "")
      .replace(SURROGATES, function (found) { return found.length === 2 ? found : "\ufffd"; });
    return trim(H.bytes.nfc(text));
  }

  function tidyName(text) { return tidyBody(text).replace(/\n/g, " "); }

  // The signed note, bytes. `draft` has the fields of the header as text, name and body tidied.
  function compose(draft, pen, nonce) {
    var edition = H.data.edition, rules = H.data.rules, withRules = draft.kind !== "withdraw" && draft.kind !== "burn",
      values = [
        ["to", edition.newsroom], ["edition", edition.number + " " + edition.id], ["seal", edition.seal.id],
        ["kind", draft.kind], ["story", draft.story], ["parent", draft.parent],
        ["rules", withRules ? rules.version + " " + rules.sha256 : ""], ["language", draft.language],
        ["name", draft.name], ["words", H.counting.count(draft.body)], ["counting", 1],
        ["marks", draft.marks.join(" ")], ["erase", draft.erase ? "yes" : ""], ["nonce", H.bytes.hex(nonce)],
        ["receipt", H.bytes.hex(pen.receipt)], ["key", H.bytes.hex(pen.key)]
      ], text;
    if (H.bytes.count(draft.name) > MAX_NAME) { throw fail("name_long"); }
    if (!fits(draft)) { throw fail("broken"); }
    text = "handbill letter 1\nneeds:\n" + values.map(function (value) {
      return value[0] + ":" + (value[1] === "" ? "" : " " + value[1]) + "\n";
    }).join("") + (draft.body ? "\n" + draft.body + "\n" : "");
    return signed(text, pen);
  }

  // Whether a draft has what its kind must have, and nothing that it must not have.
  function fits(draft) {
    var parts = KINDS[draft.kind], marks = draft.marks;
    function good(letter, value) {
      return value ? parts.toLowerCase().indexOf(letter) >= 0 : parts.indexOf(letter.toUpperCase()) < 0;
    }
    return Boolean(parts) && good("s", draft.story) && good("p", draft.parent) && good("n", draft.name) && good("b", draft.body) &&
      (draft.kind === "burn" || !draft.erase) && tidyBody(draft.body) === draft.body && tidyName(draft.name) === draft.name &&
      marks.length <= 16 && marks.every(function (mark, n) { return marks.indexOf(mark) === n; });
  }

  // Sign a text and check it: what a desk would refuse is never sealed.
  function signed(text, pen) {
    var message = H.bytes.encode(text), signature = pen.sign(message), line, data;
    line = H.bytes.concat([H.sha256.keyHash("pen", pen.key), signature]);
    data = H.bytes.encode(text + "\n\u2014 pen " + window.btoa(H.bytes.latin(line)) + "\n");
    if (data.length > MAX_BYTES) { throw fail("too_long"); }
    if (!nacl.sign.detached.verify(message, signature, pen.key)) { throw fail("broken"); }
    return data;
  }

  // What receipts call a letter: the first 16 hex digits of its id.
  function number(note) {
    return H.sha256.hex(note.subarray(0, H.bytes.blankLine(note, true) + 1)).slice(0, 16);
  }

  return { tidyBody: tidyBody, tidyName: tidyName, compose: compose, number: number, MAX_NAME: MAX_NAME };
}());
