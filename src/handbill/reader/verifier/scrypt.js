// scrypt (RFC 7914) with N = 65536, r = 8, p = 1: newsrooms' words and writers' pens.
H.scrypt = (function () {
  "use strict";

  var COST = 65536, BLOCK = 8, INTS = BLOCK * 32;

  // Salsa20/8 over x in place.
  function salsa(x, z) {
    var i;
    for (i = 0; i < 16; i++) { z[i] = x[i]; }
    for (i = 0; i < 4; i++) {
      quarter(z, 0, 4, 8, 12); quarter(z, 5, 9, 13, 1); quarter(z, 10, 14, 2, 6); quarter(z, 15, 3, 7, 11);
      quarter(z, 0, 1, 2, 3); quarter(z, 5, 6, 7, 4); quarter(z, 10, 11, 8, 9); quarter(z, 15, 12, 13, 14);
    }
    for (i = 0; i < 16; i++) { x[i] = (x[i] + z[i]) | 0; }
  }

  function quarter(z, a, b, c, d) {
    var t;
    t = (z[a] + z[d]) | 0; z[b] ^= t << 7 | t >>> 25;
    t = (z[b] + z[a]) | 0; z[c] ^= t << 9 | t >>> 23;
    t = (z[c] + z[b]) | 0; z[d] ^= t << 13 | t >>> 19;
    t = (z[d] + z[c]) | 0; z[a] ^= t << 18 | t >>> 14;
  }

  function mixBlock(b, y, x, z) {
    var n = BLOCK * 2, i, j, to;
    for (j = 0; j < 16; j++) { x[j] = b[(n - 1) * 16 + j]; }
    for (i = 0; i < n; i++) {
      for (j = 0; j < 16; j++) { x[j] ^= b[i * 16 + j]; }
      salsa(x, z);
      to = ((i >> 1) + (i & 1 ? BLOCK : 0)) * 16;
      for (j = 0; j < 16; j++) { y[to + j] = x[j]; }
    }
    b.set(y);
  }

  // Run it in slices so that the page stays alive; `done` gets the bytes, or null where the 64 MiB of
  // memory are not there; `advance`, where given, is told how far it is, 0 to 1. The function returned
  // stops it.
  function scrypt(password, salt, length, done, advance) {
    var drawn = H.sha256.pbkdf2Once(password, salt, BLOCK * 128),
      b = new Int32Array(INTS), y = new Int32Array(INTS), x = new Int32Array(16),
      z = new Int32Array(16), step = 0, stopped = false, memory, i;
    try {
      memory = new Int32Array(COST * INTS);
    } catch (ignored) {
      done(null);
      return function () {};
    }
    for (i = 0; i < INTS; i++) {
      b[i] = drawn[i * 4] | drawn[i * 4 + 1] << 8 | drawn[i * 4 + 2] << 16 | drawn[i * 4 + 3] << 24;
    }
    function once() {
      var from, k;
      if (step < COST) {
        memory.set(b, step * INTS);
      } else {
        from = (b[INTS - 16] & (COST - 1)) * INTS;
        for (k = 0; k < INTS; k++) { b[k] ^= memory[from + k]; }
      }
      mixBlock(b, y, x, z);
      step++;
    }
    function slice() {
      var until = step + 4096;
      if (stopped) { return; }
      while (step < until) { once(); }
      if (advance) { advance(step / (2 * COST)); }
      if (step < 2 * COST) {
        setTimeout(slice, 0);
        return;
      }
      for (i = 0; i < INTS * 4; i++) { drawn[i] = b[i >> 2] >>> (8 * (i & 3)); }
      done(H.sha256.pbkdf2Once(password, drawn, length));
    }
    setTimeout(slice, 0);
    return function () { stopped = true; };
  }

  return scrypt;
}());
