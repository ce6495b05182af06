// What an edition tells a pen about its letters. Format: docs/formats/receipt.md.
H.receipts = (function () {
  "use strict";

  var MAGIC = "handbill receipts 1\n", ANY = "handbill receipts ", HEAD = 38, SLOT = 272, TAG = 16, ROW = 12, PLAIN = 240;

  function fail(kind) { return H.bytes.fail(kind, "receipts: " + kind); }

  function read(file, from, length, done) {
    var reader = new FileReader();
    reader.onload = function () { done(new Uint8Array(reader.result)); };
    reader.onerror = function () { done(null); };
    reader.readAsArrayBuffer(file.slice(from, from + length));
  }

  // The number of slots.
  function slots(head, size) {
    var power = head[36] << 8 | head[37], text = H.bytes.latin(head.subarray(0, 20));
    if (text.indexOf(ANY) === 0 && text !== MAGIC) { throw fail("receipts_newer"); }
    if (text !== MAGIC || head.length !== HEAD || power < 6 || power > 20 || size !== HEAD + SLOT * Math.pow(2, power)) {
      throw fail("receipts_broken");
    }
    return Math.pow(2, power);
  }

  function compare(a, b) {
    var i;
    for (i = 0; i < TAG; i++) {
      if (a[i] !== b[i]) { return a[i] - b[i]; }
    }
    return 0;
  }

  function rows(plain) {
    var found = [], at, ended = false;
    for (at = 0; at < PLAIN; at += ROW) {
      ended = ended || !plain[at + 8];
      if (!ended) {
        found.push({
          letter: H.bytes.hex(plain.subarray(at, at + 8)), status: plain[at + 8], rule: plain[at + 9],
          edition: plain[at + 10] << 8 | plain[at + 11]
        });
      } else if (/[^0]/.test(H.bytes.hex(plain.subarray(at, at + ROW)))) {
        throw fail("receipts_broken");
      }
    }
    return found;
  }

  function open(slot, key, edition) {
    var plain = nacl.secretbox.open(slot.subarray(TAG), new Uint8Array(24), derived(key, "box", edition));
    if (!plain) { throw fail("receipts_broken"); }
    return rows(plain);
  }

  function derived(key, label, edition) { return H.sha256.hmac(key, H.bytes.concat([H.bytes.encode(label), edition])); }

  // Look a pen up in a receipts.bin, reading one slot at a time: `done(rows, kind of error)`.
  function lookUp(file, key, done) {
    function guarded(step) {
      return function (bytes) {
        try {
          if (!bytes) { throw fail("receipts_broken"); }
          step(bytes);
        } catch (error) {
          done(null, error.kind || "receipts_broken");
        }
      };
    }
    read(file, 0, HEAD, guarded(function (head) {
      var edition = head.subarray(20, 36), low = 0, count = slots(head, file.size), high = count, tag, middle;
      tag = derived(key, "tag", edition);
      function look() {
        if (low < high) {
          middle = (low + high) >> 1;
          read(file, HEAD + middle * SLOT, TAG, guarded(function (found) {
            if (compare(found, tag) < 0) { low = middle + 1; } else { high = middle; }
            look();
          }));
        } else if (low === count) {
          done([]);
        } else {
          read(file, HEAD + low * SLOT, SLOT, guarded(function (slot) {
            done(compare(slot, tag) ? [] : open(slot, key, edition));
          }));
        }
      }
      look();
    }));
  }

  return { lookUp: lookUp };
}());
