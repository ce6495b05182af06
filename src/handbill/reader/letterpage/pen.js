// A writer's pen: from a phrase to its keys. Format: docs/formats/pen.md.
H.pen = (function () {
  "use strict";

  var MIN_WORDS = 6, MAX_WORDS = 24, ADDED = 3, BITS = 11, MAX_PHRASE = 400, SALT = "handbill pen 1",
    LISTS = ["en", "ko", "es"], FOUR_DIGITS = /^[0-9]{4}$/,
    SPACE = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/g,
    HALF = /[\ud800-\udbff](?![\udc00-\udfff])|(?:^|[^\ud800-\udbff])[\udc00-\udfff]/,
    // The zeros of the decimal digits of every script that NFKC leaves as they are.
    ZEROS = ("660 6f0 7c0 966 9e6 a66 ae6 b66 be6 c66 ce6 d66 de6 e50 ed0 f20 1040 1090 17e0 1810 1946 " +
      "19d0 1a80 1a90 1b50 1bb0 1c40 1c50 a620 a8d0 a900 a9d0 a9f0 aa50 abf0 104a0 10d30 11066 110f0 11136 " +
      "111d0 112f0 11450 114d0 11650 116c0 11730 118e0 11950 11c50 11d50 11da0 16a60 16ac0 16b50 1e140 " +
      "1e2f0 1e950").split(" ").map(function (zero) { return parseInt(zero, 16); }),
    DROPPED = /[\u00ad\u0640\u064b-\u0655\u0670\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g, // eslint-disable-line no-misleading-character-class
    FROM = "\u0622\u0623\u0625\u0671\u0629\u0624\u0626\u0649\u064a\u0643\u06c0",
    TO = "\u0627\u0627\u0627\u0627\u0647\u0648\u06cc\u06cc\u06cc\u06a9\u0647";

  function fail(kind) { return H.bytes.fail(kind, "phrase: " + kind); }

  // Decimal digits become 0 to 9; a digit beyond U+FFFF is a pair of two units.
  function digit(character) {
    var low = character.charCodeAt(1), code = character.charCodeAt(0), i;
    if (low) { code = (code - 0xd800) * 1024 + low - 0xdc00 + 0x10000; }
    for (i = 0; i < ZEROS.length; i++) {
      if (code >= ZEROS[i] && code < ZEROS[i] + 10) { return String(code - ZEROS[i]); }
    }
    return character;
  }

  function evenOut(text) {
    return text.replace(/[-\u2010\u2011]/g, " ").replace(DROPPED, "")
      .replace(/[\u0622-\u064a\u0671\u06c0]/g, function (c) { return FROM.indexOf(c) < 0 ? c : TO.charAt(FROM.indexOf(c)); })
      .replace(/[\ud800-\udbff][\udc00-\udfff]|[\u0660-\uabf9]/g, digit);
  }

  // What somebody typed in the one form that keys are made of.
  function fold(typed) {
    var text = typed;
    if (!text.normalize && /[^\u0000-\u007f]/.test(text)) { throw fail("phrase_ascii"); } // eslint-disable-line no-control-regex
    if (H.bytes.count(text) > MAX_PHRASE) { throw fail("phrase_long"); }
    text = nfkc(evenOut(nfkc(text)).toLowerCase()).replace(SPACE, " ").replace(/^ | $/g, "");
    if (H.bytes.count(text) > MAX_PHRASE) { throw fail("phrase_long"); }
    return text;
  }

  function nfkc(text) { return text.normalize ? text.normalize("NFKC") : text; }

  function bare(words) { return words.every(function (word) { return FOUR_DIGITS.test(word); }); }

  // The numbers of words that are all of one list, or all numbers.
  function ofAList(words) {
    var found = null, numbers = bare(words) ? words.map(Number) : null;
    if (numbers) { return Math.max.apply(null, numbers) < 1 << BITS ? numbers : null; }
    LISTS.forEach(function (language) { found = found || H.words.listed(words, language); });
    return found;
  }

  // The text that keys are derived from, the same for every spelling of a phrase, and how many bits
  // of it were drawn.
  function read(typed) {
    var words = fold(typed).split(" "), numbers;
    if (words.length < MIN_WORDS) { throw fail("phrase_few"); }
    numbers = words.length <= MAX_WORDS ? ofAList(words) : null;
    if (numbers) { return { canonical: ["list"].concat(numbers).join(" "), bits: BITS * numbers.length }; }
    // Six numbers with a slip in one must not pass for own words: that would be another pen.
    numbers = bare(words) ? null : ofAList(words.slice(-ADDED));
    if (!numbers) { throw fail("phrase_unknown"); }
    words = words.slice(0, -ADDED);
    if (HALF.test(words.join(" "))) { throw fail("phrase_unknown"); }
    return { canonical: ["own"].concat(words, numbers).join(" "), bits: BITS * ADDED };
  }

  function expand(secret, label) { return H.sha256.hmac(secret, H.bytes.encode(label + "\u0001")); }

  function wipe(bytes) {
    var i;
    for (i = 0; i < bytes.length; i++) { bytes[i] = 0; }
  }

  // A pen of a seed of 32 bytes; without a receipt key it asks for no receipts.
  function pen(seed, receipt) {
    var keys = nacl.sign.keyPair.fromSeed(seed);
    return {
      key: keys.publicKey,
      receipt: receipt,
      sign: function (message) { return nacl.sign.detached(message, keys.secretKey); },
      forget: function () { [seed, keys.secretKey, receipt].forEach(wipe); }
    };
  }

  // The pen of a canonical phrase at one newsroom (hex); `done` gets null where the memory is missing.
  function derive(canonical, newsroom, done, advance) {
    var salt = H.bytes.concat([H.bytes.encode(SALT), H.bytes.fromHex(newsroom)]);
    return H.scrypt(H.bytes.encode(canonical), salt, 32, function (secret) {
      var made = secret && pen(expand(secret, "sign"), expand(secret, "receipt"));
      if (secret) { wipe(secret); }
      done(made);
    }, advance);
  }

  function oneLetter() { return pen(H.random(32), new Uint8Array(0)); }

  function draw(count) {
    var drawn = H.random(2 * count), numbers = [], i;
    for (i = 0; i < count; i++) { numbers.push((drawn[2 * i] << 8 | drawn[2 * i + 1]) & 2047); }
    return numbers;
  }

  function written(numbers, language) {
    var words = LISTS.indexOf(language) < 0 ? null : H.words.list(language);
    return numbers.map(function (n) { return words ? words[n] : ("000" + n).slice(-4); }).join(" ");
  }

  // Six words of a list, or six numbers. Once in a million words also stand in an earlier list: then others.
  function phrase(language) {
    var numbers, text;
    do {
      numbers = draw(MIN_WORDS);
      text = written(numbers, language);
    } while (read(text).canonical !== ["list"].concat(numbers).join(" "));
    return text;
  }

  // What stands behind own words: three of a list, or three numbers where the language has none.
  function addedWords(language) { return written(draw(ADDED), language); }

  return { LISTS: LISTS, of: pen, read: read, derive: derive, oneLetter: oneLetter, phrase: phrase, addedWords: addedWords };
}());
