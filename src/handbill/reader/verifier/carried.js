// Whether the proofs that an edition carries hold more than what was signed. A proof is made of what is
// verified already; its head may be an earlier edition's, and history.json says of which.
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
      if (!standsAlone(item)) { return; }
      item.files.forEach(function (n) {
        var path = manifest.files[n].path, dot = Math.max(0, path.lastIndexOf("."));
        path = path.slice(0, dot) + ".proof.txt";
        where[path] = where[path] || [i];
      });
    });
    return where;
  }

  function standsAlone(item) { return item.kind === "film" || item.kind === "episode"; }

  // Verify an earlier edition's head once: the first one seen is the form of all that carry it.
  function learn(stated, heads, number, bytes, done) {
    H.gate.settle(function () {
      var head = H.manifest.parseHead(bytes), root = stated.chain[head.root - 1];
      if (H.sha256.hex(head.note.bytes) !== stated.past[number] || !root) {
        throw fail("proof: its head is not the one that this edition names");
      }
      if (!H.trust.checkHead(head, root)) { throw fail("proof: too few editors signed its head"); }
      return { head: head, form: H.exact.headForm(head, bytes, root) };
    }, function (error, found) {
      if (!error) { heads[number] = found; }
      done();
    });
  }

  // What a proof from an earlier edition must be, by what lies there; null where that says nothing.
  function earlier(stated, known, found, text) {
    var head = known.head, top;
    try {
      top = H.proof.rootFrom(H.proof.leaf(text), found.index, head.items, found.path);
    } catch (ignored) {
      return null;
    }
    if (H.bytes.hex(top) !== head.tree) { return null; }
    return H.proof.render(found.index, head.items, found.path, known.form, formsOf(stated.chain, head.root), text);
  }

  function formsOf(chain, count) { return chain.slice(0, count).map(function (root) { return root.form; }); }

  function parsed(bytes) {
    try {
      return H.proof.parse(bytes);
    } catch (ignored) {
      return null;
    }
  }

  // A function that judges one file: (path, bytes, indexes of its items, done(findings)).
  function judgeOf(stated) {
    var heads = Object.create(null), manifest = stated.manifest,
      own = H.proof.writer(stated.tree, stated.form, formsOf(stated.chain, stated.root));

    function isOwn(i) { return stated.numbers[i] === manifest.number; }

    // Write what the proof of one item must be: done(bytes or null).
    function formOf(i, bytes, done) {
      var text = H.proof.itemText(manifest.newsroom, manifest.items[i], manifest.files), number = stated.numbers[i], found;
      function known() { done(heads[number] ? earlier(stated, heads[number], found, text) : null); }
      if (isOwn(i)) {
        done(own(i, text));
        return;
      }
      found = parsed(bytes);
      if (!found) { done(null); } else if (heads[number]) { known(); } else { learn(stated, heads, number, found.head, known); }
    }

    function formsFor(items, there, done) {
      var forms = [];
      // A loop as long as answers come at once: calls within calls would fill the stack.
      function next() {
        var waits = false, at;
        function got(form) {
          forms.push(form);
          if (waits) { next(); }
        }
        while (forms.length < items.length && !waits) {
          at = forms.length;
          formOf(items[at], there(items[at]), got);
          waits = forms.length === at;
        }
        if (forms.length === items.length && !waits) { done(forms); }
      }
      next();
    }

    function packedForm(bytes, items, done) {
      var found = Object.create(null), none = new Uint8Array(0);
      if (!items.every(isOwn)) {
        try {
          found = H.proof.split(bytes);
        } catch (ignored) {
          done(null);
          return;
        }
      }
      formsFor(items, function (i) { return found[manifest.items[i].key] || none; }, function (forms) {
        done(forms.indexOf(null) < 0 ? H.proof.pack(items.map(function (i, n) { return [manifest.items[i].key, forms[n]]; })) : null);
      });
    }

    return function (path, bytes, items, done) {
      function compare(form) { done(form ? H.exact.repeated(path, bytes, form) : H.exact.lost(path)); }
      if (/^_edition\//.test(path)) { packedForm(bytes, items, compare); } else { formOf(items[0], bytes, compare); }
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
        function told(more) {
          findings = findings.concat(more);
          if (files[path]) { options.advance(files[path].size); }
          next();
        }
        if (found[path] instanceof Uint8Array) { judge(path, found[path], where[path], told); } else { told(H.exact.lost(path)); }
      });
    }
    options.stop(function () { stopped = true; });
    next();
  }

  return { places: places, check: check };
}());
