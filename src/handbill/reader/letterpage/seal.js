// Close a letter to the newsroom's sealing key: always 4,096 bytes. Format: docs/formats/seal.md.
H.random = function (length) {
  "use strict";
  var bytes = new Uint8Array(length);
  (window.crypto || window.msCrypto).getRandomValues(bytes);
  return bytes;
};

H.seal = (function () {
  "use strict";

  var PLAIN = 4047, MAX_DEFLATED = 4045, PARTS = 4, PART = 1024, ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

  // How many bytes of `note` are too many; 0 where it fits.
  function excess(note, packed) {
    return packed.length <= MAX_DEFLATED ? 0 : Math.ceil((packed.length - MAX_DEFLATED) * note.length / packed.length);
  }

  function pack(note) { return LIB.deflate(note, { level: 9, mem: 12 }); }

  function tooMuch(note) { return excess(note, pack(note)); }

  // The sealed letter, closed to `key` (32 bytes) with the 32 random bytes of an ephemeral key.
  function seal(note, key, random) {
    var packed = pack(note), plain = new Uint8Array(PLAIN), own = nacl.box.keyPair.fromSecretKey(random), nonce;
    if (excess(note, packed)) { throw H.bytes.fail("too_long", "letter: too long"); }
    plain[0] = packed.length >> 8;
    plain[1] = packed.length & 255;
    plain.set(packed, 2);
    nonce = LIB.blake2b(H.bytes.concat([own.publicKey, key]), null, 24);
    return H.bytes.concat([new Uint8Array([1]), own.publicKey, nacl.box(plain, nonce, key, own.secretKey)]);
  }

  // What the four QR codes hold.
  function parts(sealed) {
    var head = [0x48, 0x42, 0x4c, 0x31], hash = H.sha256.digest(sealed), found = [], n;
    for (n = 0; n < PARTS; n++) {
      found.push(H.bytes.concat([
        new Uint8Array(head.concat([hash[0], hash[1], hash[2], n])), sealed.subarray(n * PART, (n + 1) * PART)
      ]));
    }
    return found;
  }

  function fileName() {
    var drawn = H.random(16), name = "", i;
    for (i = 0; i < drawn.length; i++) { name += ALPHABET.charAt(drawn[i] & 31); }
    return name + ".bin";
  }

  return { seal: seal, tooMuch: tooMuch, parts: parts, fileName: fileName };
}());
