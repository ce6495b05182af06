// The one gate for Ed25519 signatures: strict where libraries differ, before TweetNaCl is asked.
// A browser's own Ed25519 may only confirm, and only one that refuses what a laxer rule would take:
// whatever it does not confirm, TweetNaCl judges. So every browser gives the same verdict.
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
    ],
    // Key, message, signature, whether it holds: the second and third hold only times the cofactor
    // (vectors/ed25519.json). All else that libraries differ on is refused before one is asked.
    TRIALS = [
      ["8ba14d3f9b7c3cd4591a7f605c3537a226a3bcbc57046983461cfedd6b348b53", "68616e6462696c6c",
        "189469412d7b05f3495fc4992980925121ada66ae93c530c750c85a1093510bba7cf09ec526f623b20080b44794763a71befc9c55a140da99ebb056bb90e3c0c", true],
      ["0e7fc4bf9763c6e4507d1cef192a235bff65a578511f7bcd3f633f5817801635", "68616e6462696c6c2039",
        "c40cd93fe856839b524d141097017882dd2d487dcf6109b29859984ec2b5c7592bbde654b317d3c794d81014d6f9f579acd342412e3ebe925abcaa6ae898a600", false],
      ["0d05900087189d7eb9c27e201882581d7da5f570dc4aee2d9b090f28894fcaba", "68616e6462696c6c2034",
        "6cb378e40504f95fa7d1e08cd94c0f58c04444d2e13ee34bf2f60c6471294737311e80fe32e647ab66cc22990b79b9688998bdee40dd5d929c2b073ad5b2700c", false]
    ],
    subtle = window.crypto && window.crypto.subtle, asked = null;

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
    if (asked) {
      asked.push([key, message, signature, true]);
      return true;
    }
    return nacl.sign.detached.verify(message, signature, key);
  }

  // Ask the browser: done(whether it gave the answer that the question expects).
  function ask(question, done) {
    subtle.importKey("raw", question[0], { name: "Ed25519" }, false, ["verify"]).then(function (key) {
      return subtle.verify({ name: "Ed25519" }, key, question[2], question[1]);
    }).then(function (good) { return good === question[3]; }, function () { return false; }).then(done);
  }

  function askAll(questions, done) {
    var left = questions.length, good = true;
    function answered(expected) {
      good = good && expected;
      if (--left === 0) { done(good); }
    }
    if (!left) { done(true); }
    questions.forEach(function (question) { ask(question, answered); });
  }

  // Whether the browser's own Ed25519 is there and as strict as ours: done(answer).
  function strict(done) {
    if (!subtle || !subtle.importKey || !subtle.verify) {
      done(false);
      return;
    }
    askAll(TRIALS.map(function (row) {
      return row.slice(0, 3).map(H.bytes.fromHex).concat([row[3]]);
    }), done);
  }

  function attempt(work) {
    try {
      return { error: null, found: work() };
    } catch (error) {
      return { error: error, found: null };
    }
  }

  // Do `work`, which verifies signatures and may throw: done(its error or null, what it returned). Where
  // it can, it is done with every signature taken for good, and stands if the browser confirms each of
  // them; otherwise it is done again, TweetNaCl judging one after the other.
  function settle(work, done) {
    strict(function (same) {
      var outcome = null, questions = [];
      function answered(good) {
        if (!good) { outcome = attempt(work); }
        done(outcome.error, outcome.found);
      }
      if (same) {
        asked = questions;
        outcome = attempt(work);
        asked = null;
      }
      if (outcome && !outcome.error) { askAll(questions, answered); } else { answered(false); }
    });
  }

  return { verify: verify, settle: settle };
}());
