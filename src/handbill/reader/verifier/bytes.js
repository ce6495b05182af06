// Bytes, text and hexadecimal, and the errors that a check may end in.
H.bytes = (function () {
  "use strict";

  // kind: "forged" (does not hold), "newer" (not understood), "missing", "unreadable".
  function fail(kind, message) {
    var error = new Error(message);
    error.kind = kind;
    return error;
  }

  function hex(bytes) {
    var out = [], i;
    for (i = 0; i < bytes.length; i++) {
      out.push((bytes[i] < 16 ? "0" : "") + bytes[i].toString(16));
    }
    return out.join("");
  }

  function fromHex(text) {
    var out = new Uint8Array(text.length / 2), i;
    for (i = 0; i < out.length; i++) {
      out[i] = parseInt(text.substr(i * 2, 2), 16);
    }
    return out;
  }

  function nfc(text) { return text.normalize ? text.normalize("NFC") : text; }

  // Characters as people and the formats count them: a surrogate pair is one.
  function count(text) { return text.replace(/[\ud800-\udbff][\udc00-\udfff]/g, "x").length; }

  function equal(a, b) {
    var i;
    if (a.length !== b.length) { return false; }
    for (i = 0; i < a.length; i++) {
      if (a[i] !== b[i]) { return false; }
    }
    return true;
  }

  function concat(parts) {
    var length = 0, at = 0, out, i;
    for (i = 0; i < parts.length; i++) { length += parts[i].length; }
    out = new Uint8Array(length);
    for (i = 0; i < parts.length; i++) {
      out.set(parts[i], at);
      at += parts[i].length;
    }
    return out;
  }

  function encode(text) {
    var raw, out, i;
    if (typeof TextEncoder !== "undefined") { return new TextEncoder().encode(text); }
    raw = unescape(encodeURIComponent(text));
    out = new Uint8Array(raw.length);
    for (i = 0; i < raw.length; i++) { out[i] = raw.charCodeAt(i); }
    return out;
  }

  // Decode UTF-8 strictly; a byte order mark stays in the text, where every parser refuses it.
  function decode(bytes, what) {
    try {
      if (typeof TextDecoder !== "undefined") {
        return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
      }
      return decodeSlowly(bytes);
    } catch (ignored) {
      throw fail("forged", what + ": is not UTF-8");
    }
  }

  function decodeSlowly(bytes) { return decodeURIComponent(escape(latin(bytes))); }

  // Each byte as one character; old browsers apply no typed array.
  function latin(bytes) {
    var out = [], i;
    for (i = 0; i < bytes.length; i++) { out.push(String.fromCharCode(bytes[i])); }
    return out.join("");
  }

  // The place of two line feeds in a row: the first (or last) one, or -1.
  function blankLine(bytes, last) {
    var i, n = bytes.length - 1;
    if (last) {
      for (i = n - 1; i >= 0; i--) {
        if (bytes[i] === 10 && bytes[i + 1] === 10) { return i; }
      }
      return -1;
    }
    for (i = 0; i < n; i++) {
      if (bytes[i] === 10 && bytes[i + 1] === 10) { return i; }
    }
    return -1;
  }

  // Compare two texts by Unicode code points, which is the order of their UTF-8 bytes.
  function compare(a, b) {
    var n = Math.min(a.length, b.length), i, x, y;
    for (i = 0; i < n; i++) {
      x = a.charCodeAt(i);
      y = b.charCodeAt(i);
      if (x !== y) {
        if (x >= 0xd800 && y >= 0xd800) {
          x = x >= 0xe000 ? x - 0x800 : x + 0x2000;
          y = y >= 0xe000 ? y - 0x800 : y + 0x2000;
        }
        return x - y;
      }
    }
    return a.length - b.length;
  }

  return {
    fail: fail, nfc: nfc, count: count, hex: hex, fromHex: fromHex, equal: equal, concat: concat,
    encode: encode, decode: decode, latin: latin, blankLine: blankLine, compare: compare
  };
}());
