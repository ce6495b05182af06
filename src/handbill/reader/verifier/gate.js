// The one gate for Ed25519 signatures: strict where libraries differ, before TweetNaCl is asked.
// Every browser takes this same way; WebCrypto's own rules differ between browsers.
H.gate = (function () {
  "use strict";

  // Numbers as the hex digits of their 32 bytes, most significant first: texts compare as numbers.
  var P = "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed",
    L = "1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed",
    SMALL_Y = [
      "0000000000000000000000000000000000000000000000000000000000000000",
      "0000000000000000000000000000000000000000000000000000000000000001",
      "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffec",
      "05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826",
      "7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7"
    ];

  function number(bytes, mask) {
    var turned = [], i;
    for (i = 31; i >= 0; i--) { turned.push(bytes[i]); }
    turned[0] &= mask;
    return H.bytes.hex(turned);
  }

  function pointIsPlain(bytes) {
    var y = number(bytes, 0x7f);
    return y < P && SMALL_Y.indexOf(y) < 0;
  }

  function verify(key, message, signature) {
    if (signature.length !== 64 || key.length !== 32) { return false; }
    if (number(signature.subarray(32), 0xff) >= L) { return false; }
    if (!pointIsPlain(key) || !pointIsPlain(signature.subarray(0, 32))) { return false; }
    return nacl.sign.detached.verify(message, signature, key);
  }

  return { verify: verify };
}());
