// One kind of QR code (ISO/IEC 18004): version 26, correction M, 1,032 bytes. What it shows is sealed,
// so it looks random already, and one mask serves all.
H.qr = (function () {
  "use strict";

  var SIZE = 121, VERSION = 26, DATA = 1062, BYTES = 1032, CORRECTION = 28, SHORT_BLOCKS = 19, BLOCKS = 23, SHORT = 46,
    CENTRES = [6, 30, 58, 86, 114], EXP = [], LOG = [];

  (function () {
    var x = 1, i;
    for (i = 0; i < 255; i++) {
      EXP[i] = EXP[i + 255] = x;
      LOG[x] = i;
      x = x << 1 ^ (x & 128 ? 0x11d : 0);
    }
  }());

  function times(a, b) { return a && b ? EXP[LOG[a] + LOG[b]] : 0; }

  // Remainder of a number of `bits` behind a binary polynomial: the checks of format and version.
  function checked(value, bits, polynomial) {
    var rest = value << bits, top = 31;
    while (top >= bits) {
      if (rest >>> top & 1) { rest ^= polynomial << (top - bits); }
      top--;
    }
    return value << bits | rest;
  }

  function generator() {
    var poly = [1], next, i, j;
    for (i = 0; i < CORRECTION; i++) {
      next = poly.concat([0]);
      for (j = 0; j < poly.length; j++) { next[j + 1] ^= times(poly[j], EXP[i]); }
      poly = next;
    }
    return poly;
  }

  function correction(block, poly) {
    var rest = [], i, j, lead;
    for (i = 0; i < CORRECTION; i++) { rest.push(0); }
    for (i = 0; i < block.length; i++) {
      lead = block[i] ^ rest.shift();
      rest.push(0);
      for (j = 0; j < CORRECTION; j++) { rest[j] ^= times(poly[j + 1], lead); }
    }
    return rest;
  }

  // Byte mode (4), 16 bits of length, the bytes, an end of four bits, and the two padding bytes.
  function codewords(bytes) {
    var nibbles = [4, BYTES >> 12, BYTES >> 8 & 15, BYTES >> 4 & 15, BYTES & 15], words = [], i;
    for (i = 0; i < BYTES; i++) { nibbles.push(bytes[i] >> 4, bytes[i] & 15); }
    nibbles.push(0);
    for (i = 0; i < nibbles.length; i += 2) { words.push(nibbles[i] << 4 | nibbles[i + 1]); }
    for (i = 0; words.length < DATA; i++) { words.push(i % 2 ? 0x11 : 0xec); }
    return words;
  }

  function interleaved(words) {
    var poly = generator(), blocks = [], checks = [], out = [], at = 0, i, j, length;
    for (i = 0; i < BLOCKS; i++) {
      length = i < SHORT_BLOCKS ? SHORT : SHORT + 1;
      blocks.push(words.slice(at, at + length));
      checks.push(correction(blocks[i], poly));
      at += length;
    }
    for (j = 0; j <= SHORT; j++) {
      for (i = 0; i < BLOCKS; i++) {
        if (j < blocks[i].length) { out.push(blocks[i][j]); }
      }
    }
    for (j = 0; j < CORRECTION; j++) {
      for (i = 0; i < BLOCKS; i++) { out.push(checks[i][j]); }
    }
    return out;
  }

  function blank() {
    var grid = [], row, r, c;
    for (r = 0; r < SIZE; r++) {
      row = [];
      for (c = 0; c < SIZE; c++) { row.push(-1); }
      grid.push(row);
    }
    return grid;
  }

  // Rings around a centre: 4 wide for the finders, 2 for the small patterns.
  function rings(grid, row, column, wide) {
    var r, c, ring;
    for (r = Math.max(0, row - wide); r <= Math.min(SIZE - 1, row + wide); r++) {
      for (c = Math.max(0, column - wide); c <= Math.min(SIZE - 1, column + wide); c++) {
        ring = Math.max(Math.abs(r - row), Math.abs(c - column));
        grid[r][c] = wide === 4 ? +(ring !== 2 && ring !== 4) : +(ring !== 1);
      }
    }
  }

  function patterns(grid) {
    var last = SIZE - 4, i;
    for (i = 8; i < SIZE - 8; i++) { grid[6][i] = grid[i][6] = 1 - i % 2; }
    [[3, 3], [3, last], [last, 3]].forEach(function (at) { rings(grid, at[0], at[1], 4); });
    CENTRES.forEach(function (row, n) {
      CENTRES.forEach(function (column, m) {
        // The finders stand in three of the corners.
        if (n % 4 || m % 4 || n + m === 8) { rings(grid, row, column, 2); }
      });
    });
    facts(grid);
  }

  // Format (correction M is 0, mask 0) and version, each twice.
  function facts(grid) {
    var format = checked(0, 10, 0x537) ^ 0x5412, version = checked(VERSION, 12, 0x1f25), i, bit, end = SIZE - 1;
    for (i = 0; i < 15; i++) {
      bit = format >> i & 1;
      grid[i < 6 ? i : i < 8 ? i + 1 : end - 14 + i][8] = bit;
      grid[8][i < 8 ? end - i : i < 9 ? 7 : 14 - i] = bit;
    }
    grid[SIZE - 8][8] = 1;
    for (i = 0; i < 18; i++) {
      bit = version >> i & 1;
      grid[Math.floor(i / 3)][SIZE - 11 + i % 3] = grid[SIZE - 11 + i % 3][Math.floor(i / 3)] = bit;
    }
  }

  // Two columns at a time from the right, up and down, mask 0 over the data.
  function fill(grid, words) {
    var at = 0, up = true, right, step, side, row, column, bit;
    for (right = SIZE - 1; right > 0; right -= 2) {
      if (right === 6) { right = 5; }
      for (step = 0; step < SIZE; step++) {
        row = up ? SIZE - 1 - step : step;
        for (side = 0; side < 2; side++) {
          column = right - side;
          if (grid[row][column] < 0) {
            bit = at >> 3 < words.length ? words[at >> 3] >> (7 - (at & 7)) & 1 : 0;
            grid[row][column] = bit ^ ((row + column) % 2 ? 0 : 1);
            at++;
          }
        }
      }
      up = !up;
    }
  }

  // Rows of 0 and 1 for 1,032 bytes.
  function modules(bytes) {
    var grid = blank();
    patterns(grid);
    fill(grid, interleaved(codewords(bytes)));
    return grid;
  }

  // A drawing of it with its quiet zone of four, as the path of an SVG.
  function draw(bytes) {
    var svg = document.createElementNS("http://www.w3.org/2000/svg", "svg"),
      path = document.createElementNS("http://www.w3.org/2000/svg", "path"), d = [];
    modules(bytes).forEach(function (row, r) {
      var c = 0, from;
      while (c < SIZE) {
        from = c;
        while (c < SIZE && row[c] === row[from]) { c++; }
        if (row[from]) { d.push("M" + (from + 4) + " " + (r + 4) + "h" + (c - from) + "v1h-" + (c - from) + "z"); }
      }
    });
    svg.setAttribute("viewBox", "0 0 " + (SIZE + 8) + " " + (SIZE + 8));
    path.setAttribute("d", d.join(""));
    svg.appendChild(path);
    return svg;
  }

  return { modules: modules, draw: draw };
}());
