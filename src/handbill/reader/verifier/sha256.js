// SHA-256, HMAC and PBKDF2 (FIPS 180-4, RFC 2104, RFC 8018) for what is small, and where the
// browser has no WebCrypto for what is large.
H.sha256 = (function () {
  "use strict";

  var K = (function () {
    var found = new Int32Array(64), n = 0, candidate = 2, i, prime;
    while (n < 64) {
      prime = true;
      for (i = 2; i * i <= candidate; i++) {
        if (candidate % i === 0) { prime = false; }
      }
      if (prime) { found[n++] = fraction(Math.pow(candidate, 1 / 3)); }
      candidate++;
    }
    return found;
  }());

  function fraction(x) { return ((x - Math.floor(x)) * 4294967296) | 0; }

  function Hasher() {
    this.state = new Int32Array([
      0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19
    ]);
    this.block = new Uint8Array(64);
    this.filled = 0;
    this.length = 0;
  }

  var W = new Int32Array(64);

  function compress(state, p, at) {
    var a = state[0], b = state[1], c = state[2], d = state[3],
      e = state[4], f = state[5], g = state[6], h = state[7], i, x, y, t, u;
    for (i = 0; i < 16; i++, at += 4) {
      W[i] = p[at] << 24 | p[at + 1] << 16 | p[at + 2] << 8 | p[at + 3];
    }
    for (i = 16; i < 64; i++) {
      x = W[i - 15];
      y = W[i - 2];
      W[i] = W[i - 16] + W[i - 7] +
        ((x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ x >>> 3) +
        ((y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ y >>> 10);
    }
    for (i = 0; i < 64; i++) {
      t = (h + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) +
        (g ^ e & (f ^ g)) + K[i] + W[i]) | 0;
      u = (((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) +
        (a & b | c & (a | b))) | 0;
      h = g; g = f; f = e; e = (d + t) | 0;
      d = c; c = b; b = a; a = (t + u) | 0;
    }
    state[0] += a; state[1] += b; state[2] += c; state[3] += d;
    state[4] += e; state[5] += f; state[6] += g; state[7] += h;
  }

  Hasher.prototype.update = function (bytes) {
    var at = 0, take;
    this.length += bytes.length;
    while (at < bytes.length) {
      if (!this.filled && bytes.length - at >= 64) {
        compress(this.state, bytes, at);
        at += 64;
        continue;
      }
      take = Math.min(64 - this.filled, bytes.length - at);
      this.block.set(bytes.subarray(at, at + take), this.filled);
      this.filled += take;
      at += take;
      if (this.filled === 64) {
        compress(this.state, this.block, 0);
        this.filled = 0;
      }
    }
    return this;
  };

  Hasher.prototype.digest = function () {
    var length = this.length, tail = new Uint8Array(this.filled < 56 ? 64 : 128),
      out = new Uint8Array(32), high = Math.floor(length / 0x20000000), low = length << 3, i;
    tail.set(this.block.subarray(0, this.filled));
    tail[this.filled] = 0x80;
    for (i = 0; i < 4; i++) {
      tail[tail.length - 8 + i] = high >>> (24 - 8 * i);
      tail[tail.length - 4 + i] = low >>> (24 - 8 * i);
    }
    for (i = 0; i < tail.length; i += 64) { compress(this.state, tail, i); }
    for (i = 0; i < 32; i++) { out[i] = this.state[i >> 2] >>> (24 - 8 * (i & 3)); }
    return out;
  };

  function digest(bytes) { return new Hasher().update(bytes).digest(); }

  function hmac(key, message) {
    var inner = new Uint8Array(64), outer = new Uint8Array(64), i;
    if (key.length > 64) { key = digest(key); }
    inner.set(key);
    outer.set(key);
    for (i = 0; i < 64; i++) {
      inner[i] ^= 0x36;
      outer[i] ^= 0x5c;
    }
    return new Hasher().update(outer).update(
      new Hasher().update(inner).update(message).digest()).digest();
  }

  // PBKDF2 with one iteration, which is all that scrypt asks for.
  function pbkdf2Once(password, salt, length) {
    var out = new Uint8Array(length), at, block, n = 1;
    for (at = 0; at < length; at += 32, n++) {
      block = hmac(password, H.bytes.concat([salt, new Uint8Array([n >>> 24, n >>> 16, n >>> 8, n])]));
      out.set(block.subarray(0, Math.min(32, length - at)), at);
    }
    return out;
  }

  // By which a signed note names a key.
  function keyHash(name, key) {
    return digest(H.bytes.concat([H.bytes.encode(name + "\n\u0001"), key])).subarray(0, 4);
  }

  return {
    keyHash: keyHash, Hasher: Hasher, digest: digest, hmac: hmac, pbkdf2Once: pbkdf2Once,
    hex: function (bytes) { return H.bytes.hex(digest(bytes)); }
  };
}());
