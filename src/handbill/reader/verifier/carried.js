// Whether the proofs that an edition carries hold more than what was signed. The proof of an item that came
// or changed with the edition is made of what is verified already; of one that is kept from an earlier
// edition, history.json names the hash.
H.carried = (function () {
  "use strict";

  function fail(message) { return H.bytes.fail("forged", message); }

  // Where proofs may lie, each with the indexes of the items that it proves.
  function places(manifest) {
    var at = Object.create(null), where = Object.create(null), keys = [], packed;
    manifest.items.forEach(function (item, i) {
      at[item.key] = i;
      if (!standsAlone(item)) { keys.push(item.key); }
    });
    packed = H.proof.places(keys);
    Object.keys(packed).forEach(function (path) {
      where[path] = packed[path].map(function (key) { return at[key]; });
    });
    manifest.items.forEach(function (item, i) {
      var path;
      if (!standsAlone(item) || !item.files.length) { return; }
      // Beside its shortest path, the first of several.
      path = item.files.map(function (n) { return manifest.files[n].path; }).reduce(function (a, b) {
        return H.bytes.count(b) < H.bytes.count(a) ? b : a;
      });
      path = path.slice(0, Math.max(0, path.lastIndexOf("."))) + ".proof.txt";
      where[path] = where[path] || [i];
    });
    return where;
  }

  function standsAlone(item) { return item.kind === "film" || item.kind === "episode"; }

  function formsOf(chain, count) { return chain.slice(0, count).map(function (root) { return root.form; }); }

  // Write a proof without what no signature covers.
  function bared(bytes, chain) {
    var found = H.proof.parse(bytes), head = H.manifest.parseHead(found.head), last = chain.slice(0, head.root).pop();
    if (!last) { throw fail("proof: its head names no root"); }
    return H.proof.render(found.index, found.items, found.path, H.exact.headForm(head, found.head, last), formsOf(chain, head.root), found.item);
  }

  // A function that judges one file: (path, bytes, indexes of its items).
  function judgeOf(stated) {
    var items = stated.manifest.items, own = H.proof.writer(stated.tree, stated.head, formsOf(stated.chain, stated.root));

    function isKept(i) { return items[i].key in stated.kept; }

    function formOf(i, there) {
      var key = items[i].key, bytes = there[key] || new Uint8Array(0), said = stated.kept[key];
      if (!isKept(i)) { return own(i, H.proof.itemText(stated.manifest.newsroom, items[i], stated.manifest.files)); }
      if (H.sha256.hex(bytes) !== said) { bytes = bared(bytes, stated.chain); }
      if (H.sha256.hex(bytes) !== said) { throw fail("proof of " + key + ": is not the one that history.json names"); }
      return bytes;
    }

    return function (path, bytes, indexes) {
      var packed = /^_edition\//.test(path), there = Object.create(null), forms;
      try {
        if (!packed) { there[items[indexes[0]].key] = bytes; } else if (indexes.some(isKept)) { there = H.proof.split(bytes); }
        forms = indexes.map(function (i) { return formOf(i, there); });
      } catch (ignored) {
        return H.exact.lost(path);
      }
      return H.exact.repeated(path, bytes, packed
        ? H.proof.pack(indexes.map(function (i, n) { return [items[i].key, forms[n]]; })) : forms[0]);
    };
  }

  // Judge the proofs that are there, one file after the other: `files` maps path to File; done(findings).
  function check(stated, where, files, options, done) {
    var paths = Object.keys(files).sort(H.bytes.compare), judge = judgeOf(stated), findings = [], stopped = false;
    function next() {
      var path = paths.shift();
      if (stopped) { return; }
      if (path === undefined) {
        done(findings);
        return;
      }
      H.reading.readWhole([{ path: path, file: files[path], limit: H.proof.MAX_PACK }], function (found) {
        var bytes = found[path];
        findings = findings.concat(bytes instanceof Uint8Array ? judge(path, bytes, where[path]) : H.exact.lost(path));
        if (files[path]) { options.advance(files[path].size); }
        next();
      });
    }
    options.stop(function () { stopped = true; });
    next();
  }

  return { places: places, check: check };
}());
