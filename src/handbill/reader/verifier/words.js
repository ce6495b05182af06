// The seven words that name a newsroom, and the BIP39 lists.
// Format: docs/formats/edition.md, "Ids".
H.words = (function () {
  "use strict";

  var SALT = "handbill newsroom words 1", CUT = ["en", "es"], SHORT = 4, tables = {};

  // The bytes that the words stand for, worked out from the newsroom's first root; null without memory.
  function draw(firstRoot, done) { return H.scrypt(firstRoot, H.bytes.encode(SALT), 10, done); }

  // Seven numbers of 11 bits, most significant first.
  function numbers(drawn) {
    var found = [], i, at, bits;
    for (i = 0; i < 7; i++) {
      at = i * 11;
      bits = drawn[at >> 3] << 16 | drawn[(at >> 3) + 1] << 8 | (drawn[(at >> 3) + 2] || 0);
      found.push(bits >>> (13 - (at & 7)) & 2047);
    }
    return found;
  }

  function list(language) { return H.data.words[language].split(" "); }

  function say(found, language) {
    var words = list(H.data.words[language] ? language : "en");
    return found.map(function (n) { return words[n]; });
  }

  function fold(text) {
    if (text.normalize) { text = text.normalize("NFKC"); }
    return text.toLowerCase().replace(/-/g, " ");
  }

  // What somebody typed as seven numbers, or null.
  function read(typed) {
    var words = fold(typed.slice(0, 400)).split(/\s+/).filter(Boolean), found = null;
    if (words.length !== 7) { return null; }
    Object.keys(H.data.words).forEach(function (language) { found = found || listed(words, language); });
    return found;
  }

  // The numbers of words in lower case, or null where one is not of this list. Accents do not matter;
  // of English and Spanish words the first four letters suffice.
  function listed(words, language) {
    var table = tableOf(language), numbers;
    numbers = words.map(function (word) {
      var whole = plain(word);
      if (has(table, whole)) { return table[whole]; }
      return has(table, whole.slice(0, SHORT)) ? table[whole.slice(0, SHORT)] : -1;
    });
    return numbers.indexOf(-1) < 0 ? numbers : null;
  }

  function tableOf(language) {
    var table = {}, words;
    if (has(tables, language)) { return tables[language]; }
    words = list(language).map(plain);
    if (CUT.indexOf(language) >= 0) {
      words.forEach(function (word, n) { if (word.length > SHORT) { table[word.slice(0, SHORT)] = n; } });
    }
    words.forEach(function (word, n) { table[word] = n; });
    tables[language] = table;
    return table;
  }

  function plain(word) {
    if (!word.normalize) { return word.toLowerCase(); }
    return word.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").normalize("NFKC").toLowerCase();
  }

  function has(object, key) { return Object.prototype.hasOwnProperty.call(object, key); }

  return { draw: draw, list: list, listed: listed, numbers: numbers, say: say, read: read };
}());
