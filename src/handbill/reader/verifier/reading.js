// Read files in pieces: small ones whole, films in blocks with several on their way at once.
H.reading = (function () {
  "use strict";

  var BLOCK = 4 * 1048576, AHEAD = 4, subtle = window.crypto && window.crypto.subtle;

  // Read part of a file; done(bytes) or done(null) where the drive does not give it.
  function readSlice(file, start, end, done) {
    var part = (file.slice || file.webkitSlice || file.mozSlice).call(file, start, end), reader;
    if (part.arrayBuffer) {
      part.arrayBuffer().then(function (buffer) { done(new Uint8Array(buffer)); }, function () { done(null); });
      return;
    }
    reader = new FileReader();
    reader.onload = function () { done(new Uint8Array(reader.result)); };
    reader.onerror = function () { done(null); };
    reader.readAsArrayBuffer(part);
  }

  // Read small files whole: wanted is a list of {path, file, limit}; found gets path → bytes,
  // null (unreadable) or "large".
  function readWhole(wanted, done) {
    var found = Object.create(null), left = wanted.length;
    if (!left) {
      done(found);
      return;
    }
    wanted.forEach(function (want) {
      function got(bytes) {
        found[want.path] = bytes && bytes.length !== want.file.size ? null : bytes;
        if (--left === 0) { done(found); }
      }
      if (!want.file || want.file.size > want.limit) {
        found[want.path] = want.file ? "large" : null;
        if (--left === 0) { setTimeout(function () { done(found); }, 0); }
      } else {
        readSlice(want.file, 0, want.file.size, got);
      }
    });
  }

  function digest(bytes, done) {
    if (!subtle || !subtle.digest) {
      done(H.sha256.digest(bytes));
      return;
    }
    subtle.digest("SHA-256", bytes).then(
      function (buffer) { done(new Uint8Array(buffer)); },
      function () { done(H.sha256.digest(bytes)); }
    );
  }

  // A run over many blocks of many files. `jobs()` returns the next {file, start, end, use} or
  // null; use(hashes) gets the SHA-256 of every 1 MiB of the block, or null where it was not read.
  function run(jobs, advance, finished) {
    var busy = 0, over = false, stopped = false;

    function next() {
      var job;
      while (!stopped && !over && busy < AHEAD) {
        job = jobs();
        if (!job) {
          over = true;
          break;
        }
        busy++;
        begin(job);
      }
      if (over && !busy && !stopped) {
        stopped = true;
        finished();
      }
    }

    function begin(job) {
      readSlice(job.file, job.start, job.end, function (bytes) {
        var hashes = [], left = 0, at, parts = [];
        if (stopped) { return; }
        function settle(result) {
          busy--;
          job.use(result);
          advance(job.end - job.start);
          next();
        }
        if (!bytes || bytes.length !== job.end - job.start) {
          settle(null);
          return;
        }
        for (at = 0; at < bytes.length; at += H.paths.CHUNK) {
          parts.push(bytes.subarray(at, Math.min(at + H.paths.CHUNK, bytes.length)));
        }
        left = parts.length;
        parts.forEach(function (part, i) {
          digest(part, function (hash) {
            hashes[i] = hash;
            if (--left === 0 && !stopped) { settle(hashes); }
          });
        });
      });
    }

    setTimeout(next, 0);
    return function stop() { stopped = true; };
  }

  // Hash files against their signed chunks. `entries` is a list of {file, entry, good}; good[i]
  // becomes whether chunk i matched; of a block that the drive did not give, none is.
  function checkChunks(entries, advance, finished) {
    var at = 0, offset = 0;
    function jobs() {
      var one, start, end;
      while (at < entries.length) {
        one = entries[at];
        start = offset;
        end = Math.min(start + BLOCK, one.entry.length, one.file.size);
        if (start < end) {
          offset = end;
          return { file: one.file, start: start, end: end, use: useFor(one, start) };
        }
        at++;
        offset = 0;
      }
      return null;
    }
    return run(jobs, advance, finished);
  }

  function useFor(one, start) {
    return function (hashes) {
      var first = start / H.paths.CHUNK, signed = one.entry.chunks;
      if (!hashes) { return; }
      hashes.forEach(function (hash, i) {
        var from = (first + i) * 32;
        one.good[first + i] = from + 32 <= signed.length && H.bytes.equal(hash, signed.subarray(from, from + 32));
      });
    };
  }

  return { readWhole: readWhole, checkChunks: checkChunks };
}());
