// JSON read strictly (RFC 8259: no key twice), and OLPC canonical JSON, whose bytes TUF signs.
// Whole numbers beyond 2^53 and fractions become Odd: kept as text, never taken for a number.
H.json = (function () {
  "use strict";

  var DEEP = 200, NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/g,
    ESCAPES = { "\"": "\"", "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

  function Odd(text, whole) {
    this.text = text;
    this.whole = whole;
  }

  function Reader(text, what) {
    this.text = text;
    this.at = 0;
    this.what = what;
  }

  Reader.prototype.bad = function (why) {
    return H.bytes.fail("forged", this.what + ": is not JSON as specified (" + why + " at " + this.at + ")");
  };

  Reader.prototype.space = function () {
    var c = this.text.charCodeAt(this.at);
    while (c === 32 || c === 10 || c === 13 || c === 9) { c = this.text.charCodeAt(++this.at); }
    return this.text.charAt(this.at);
  };

  Reader.prototype.value = function (depth) {
    var c = this.space();
    if (depth > DEEP) { throw this.bad("nested too deep"); }
    if (c === "{") { return this.object(depth); }
    if (c === "[") { return this.array(depth); }
    if (c === "\"") { return this.string(); }
    if (this.word("true")) { return true; }
    if (this.word("false")) { return false; }
    if (this.word("null")) { return null; }
    return this.number();
  };

  Reader.prototype.word = function (word) {
    if (this.text.substr(this.at, word.length) !== word) { return false; }
    this.at += word.length;
    return true;
  };

  Reader.prototype.number = function () {
    var match, value;
    NUMBER.lastIndex = this.at;
    match = NUMBER.exec(this.text);
    if (!match || match.index !== this.at) { throw this.bad("no value"); }
    if (match[0].length > 4300) { throw this.bad("a number too long"); }
    this.at += match[0].length;
    if (match[1] || match[2]) { return new Odd(match[0], false); }
    value = Number(match[0]);
    return Math.abs(value) < 9007199254740992 ? value + 0 : new Odd(match[0], true);
  };

  Reader.prototype.string = function () {
    var from = ++this.at, out = [], c, end;
    for (;;) {
      c = this.text.charCodeAt(this.at);
      if (c === 34) { break; }
      if (c !== c || c < 32) { throw this.bad("a text not ended"); }
      if (c !== 92) {
        this.at++;
        continue;
      }
      out.push(this.text.slice(from, this.at));
      c = this.text.charAt(this.at + 1);
      if (c === "u") {
        end = this.text.substr(this.at + 2, 4);
        if (!/^[0-9a-fA-F]{4}$/.test(end)) { throw this.bad("a bad escape"); }
        out.push(String.fromCharCode(parseInt(end, 16)));
        this.at += 6;
      } else {
        if (!c || !Object.prototype.hasOwnProperty.call(ESCAPES, c)) { throw this.bad("a bad escape"); }
        out.push(ESCAPES[c]);
        this.at += 2;
      }
      from = this.at;
    }
    out.push(this.text.slice(from, this.at++));
    return out.length === 1 ? out[0] : out.join("");
  };

  Reader.prototype.array = function (depth) {
    var out = [];
    this.at++;
    if (this.space() === "]") {
      this.at++;
      return out;
    }
    for (;;) {
      out.push(this.value(depth + 1));
      if (this.space() === "]") { break; }
      if (this.text.charAt(this.at++) !== ",") { throw this.bad("no comma"); }
    }
    this.at++;
    return out;
  };

  // Objects without a prototype: a key such as __proto__ is a key like any other.
  Reader.prototype.object = function (depth) {
    var out = Object.create(null), key;
    this.at++;
    if (this.space() === "}") {
      this.at++;
      return out;
    }
    for (;;) {
      if (this.space() !== "\"") { throw this.bad("no key"); }
      key = this.string();
      if (key in out) { throw this.bad("a key twice"); }
      if (this.space() !== ":") { throw this.bad("no colon"); }
      this.at++;
      out[key] = this.value(depth + 1);
      if (this.space() === "}") { break; }
      if (this.text.charAt(this.at++) !== ",") { throw this.bad("no comma"); }
    }
    this.at++;
    return out;
  };

  function parse(bytes, what) {
    var reader = new Reader(H.bytes.decode(bytes, what), what), value = reader.value(0);
    reader.space();
    if (reader.at !== reader.text.length) { throw reader.bad("more after its end"); }
    return value;
  }

  function canonical(value) {
    if (value === null || value === true || value === false) { return String(value); }
    if (typeof value === "number") { return String(value); }
    if (value instanceof Odd && value.whole) { return value.text; }
    if (typeof value === "string") {
      if (halves(value)) { throw H.bytes.fail("forged", "holds half a character"); }
      return "\"" + value.replace(/(["\\])/g, "\\$1") + "\"";
    }
    if (Array.isArray(value)) { return "[" + value.map(canonical).join(",") + "]"; }
    if (value instanceof Odd) { throw H.bytes.fail("forged", value.text.slice(0, 20) + " is not a whole number"); }
    return "{" + Object.keys(value).sort(H.bytes.compare).map(function (key) {
      return canonical(key) + ":" + canonical(value[key]);
    }).join(",") + "}";
  }

  // Whether half of a surrogate pair stands alone.
  function halves(text) {
    return /[\ud800-\udfff]/.test(text.replace(/[\ud800-\udbff][\udc00-\udfff]/g, ""));
  }

  function isObject(value) {
    return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Odd);
  }

  return {
    parse: parse, isObject: isObject, halves: halves, Odd: Odd,
    canonical: function (value) { return H.bytes.encode(canonical(value)); }
  };
}());
