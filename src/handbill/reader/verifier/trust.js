// Whom to believe: a chain of trust roots and the TUF metadata that they vouch for.
// TUF specification 1.0 §5 with our rules: no clock, distinct public keys counted, one strict gate.
H.trust = (function () {
  "use strict";

  var MAX_METADATA = 524288, MAX_ROOTS = 1024, MAX_KEYS = 256, HEX64 = /^[0-9a-f]{64}$/, HEX128 = /^[0-9a-f]{128}$/,
    ROLES = ["root", "snapshot", "targets", "timestamp"];

  function fail(message) { return H.bytes.fail("forged", message); }

  function open(bytes, kind, where) {
    var doc, signed;
    if (bytes.length > MAX_METADATA) { throw fail(where + ": larger than " + MAX_METADATA + " bytes"); }
    doc = H.json.parse(bytes, where);
    refuseFractions(doc, where);
    signed = H.json.isObject(doc) ? doc.signed : null;
    if (!H.json.isObject(signed) || !Array.isArray(doc.signatures) || doc.signatures.length > 64) {
      throw fail(where + ": is not signed metadata");
    }
    if (signed._type !== kind) { throw fail(where + ": is not of the type " + kind); }
    if (typeof signed.spec_version !== "string" || !/^\d{1,4}\.\d{1,4}(\.\d{1,4})?$/.test(signed.spec_version)) {
      throw fail(where + ": has no spec_version");
    }
    if (signed.spec_version.split(".")[0] !== "1") {
      throw H.bytes.fail("newer", where + ": TUF " + signed.spec_version + ", this verifier knows 1");
    }
    if (typeof signed.version !== "number" || signed.version < 1) {
      throw fail(where + ": version is not a whole number from 1");
    }
    return { signed: signed, signatures: doc.signatures, bytes: bytes, good: Object.create(null) };
  }

  function refuseFractions(value, where) {
    if (value instanceof H.json.Odd) {
      if (!value.whole) { throw fail(where + ": holds a fraction"); }
    } else if (value && typeof value === "object") {
      Object.keys(value).forEach(function (key) { refuseFractions(value[key], where); });
    }
  }

  // Keep a document's good signatures by key id, if they are by enough distinct keys.
  function check(doc, role, where) {
    var message = H.json.canonical(doc.signed), by = Object.create(null), ids = Object.create(null);
    doc.signatures.forEach(function (row) {
      if (!H.json.isObject(row) || typeof row.keyid !== "string") { throw fail(where + ": a signature names no key"); }
      if (ids[row.keyid]) { throw fail(where + ": a key signs twice"); }
      ids[row.keyid] = true;
    });
    doc.signatures.forEach(function (row) {
      var key = role.keys[row.keyid];
      if (key && typeof row.sig === "string" && HEX128.test(row.sig) && H.gate.verify(key, message, H.bytes.fromHex(row.sig))) {
        doc.good[row.keyid] = row.sig;
        by[H.bytes.hex(key)] = true;
      }
    });
    if (Object.keys(by).length < role.threshold) {
      throw fail(where + ": " + Object.keys(by).length + " good signatures, expected " + role.threshold);
    }
  }

  // How a document is written where it holds nothing but what was signed.
  function form(doc) {
    return H.json.canonical({
      signatures: Object.keys(doc.good).sort().map(function (id) { return { keyid: id, sig: doc.good[id] }; }),
      signed: doc.signed
    });
  }

  function publicKey(row, where) {
    var text = H.json.isObject(row) && H.json.isObject(row.keyval) ? row.keyval.public : null;
    if (!H.json.isObject(row) || row.keytype !== "ed25519" || row.scheme !== "ed25519") {
      throw H.bytes.fail("newer", where + ": a key is not Ed25519");
    }
    if (typeof text !== "string" || !HEX64.test(text)) { throw fail(where + ": a key is not 64 hex digits"); }
    return H.bytes.fromHex(text);
  }

  function readRoot(doc, where) {
    var signed = doc.signed, publics = Object.create(null), roles = {};
    if (!H.json.isObject(signed.keys) || !H.json.isObject(signed.roles) || Object.keys(signed.keys).length > MAX_KEYS) {
      throw fail(where + ": keys or roles are not as specified");
    }
    Object.keys(signed.keys).forEach(function (id) { publics[id] = publicKey(signed.keys[id], where); });
    ROLES.forEach(function (name) {
      var row = signed.roles[name], appointed = Object.create(null), distinct = {}, ids = H.json.isObject(row) ? row.keyids : null;
      if (!Array.isArray(ids) || !ids.every(function (id) { return typeof id === "string" && id in publics; })) {
        throw fail(where + ": role " + name + " names a key that is not there");
      }
      ids.forEach(function (id) {
        appointed[id] = publics[id];
        distinct[H.bytes.hex(publics[id])] = true;
      });
      if (typeof row.threshold !== "number" || row.threshold < 1 || row.threshold > Object.keys(distinct).length) {
        throw fail(where + ": role " + name + " can never reach its threshold");
      }
      roles[name] = { threshold: row.threshold, keys: appointed };
    });
    return { version: signed.version, bytes: doc.bytes, roles: roles };
  }

  // Verify roots 1 … N, each signed by its own threshold and by that of the root before.
  function readChain(roots) {
    var chain = [];
    if (roots.length < 1 || roots.length > MAX_ROOTS) { throw fail("root: " + roots.length + " roots"); }
    roots.forEach(function (bytes, i) {
      var where = (i + 1) + ".root.json", doc = open(bytes, "root", where), root = readRoot(doc, where);
      if (root.version !== i + 1) { throw fail(where + ": says version " + root.version); }
      if (i) { check(doc, chain[i - 1].roles.root, where); }
      check(doc, root.roles.root, where);
      root.form = form(doc);
      chain.push(root);
    });
    return chain;
  }

  function lengthAndHash(row, where) {
    var hash = H.json.isObject(row) && H.json.isObject(row.hashes) ? row.hashes.sha256 : null;
    if (!H.json.isObject(row) || typeof row.length !== "number" || typeof hash !== "string") {
      throw fail(where + ": has no length or SHA-256");
    }
    return { length: row.length, sha256: hash };
  }

  function expect(above, name, doc) {
    var row = H.json.isObject(above.signed.meta) ? above.signed.meta[name] : null, named;
    if (!H.json.isObject(row) || row.version !== doc.signed.version) {
      throw fail(name + ": is not the version that was signed for");
    }
    // TUF §4.4: by version alone is enough; editors may still add signatures to targets.json.
    if (!("length" in row) && !("hashes" in row)) { return; }
    named = lengthAndHash(row, name);
    if (named.length !== doc.bytes.length || named.sha256 !== H.sha256.hex(doc.bytes)) {
      throw fail(name + ": is not the file that was signed for");
    }
  }

  // Verify timestamp, snapshot and targets; returns the version, each target's length and hash, and
  // how the files are written where they hold nothing but what was signed.
  function readMetadata(root, files) {
    var docs = {}, targets = Object.create(null), rows;
    function load(role) {
      docs[role] = open(files[role + ".json"], role, role + ".json");
      check(docs[role], root.roles[role], role + ".json");
    }
    load("timestamp");
    load("snapshot");
    expect(docs.timestamp, "snapshot.json", docs.snapshot);
    load("targets");
    expect(docs.snapshot, "targets.json", docs.targets);
    if (isTrue(docs.targets.signed.delegations)) { throw fail("targets.json: delegates, which an edition never does"); }
    rows = docs.targets.signed.targets;
    if (!H.json.isObject(rows) || Object.keys(rows).length > 16) { throw fail("targets.json: targets is not a short table"); }
    Object.keys(rows).forEach(function (name) { targets[name] = lengthAndHash(rows[name], "targets.json: " + name); });
    return {
      version: docs.targets.signed.version, targets: targets,
      forms: { "timestamp.json": form(docs.timestamp), "snapshot.json": form(docs.snapshot), "targets.json": form(docs.targets) }
    };
  }

  // Whether a value of JSON holds anything.
  function isTrue(value) {
    return value && typeof value === "object" ? Object.keys(value).length > 0 : Boolean(value);
  }

  function checkTarget(metadata, name, bytes) {
    var named = metadata.targets[name];
    if (!named || named.length !== bytes.length || named.sha256 !== H.sha256.hex(bytes)) {
      throw fail(name + ": is not the file that targets.json names");
    }
  }

  // Whether enough editors of `root` signed a head.
  function checkHead(head, root) {
    var keys = {}, role = root.roles.targets;
    Object.keys(role.keys).forEach(function (id) {
      keys["editor-" + H.sha256.hex(role.keys[id]).slice(0, 8)] = role.keys[id];
    });
    return H.note.countSigners(head.note, keys) >= role.threshold;
  }

  return {
    MAX_METADATA: MAX_METADATA, MAX_ROOTS: MAX_ROOTS, readChain: readChain, readMetadata: readMetadata,
    checkTarget: checkTarget, checkHead: checkHead,
    newsroomOf: function (chain) { return H.sha256.hex(chain[0].bytes); }
  };
}());
