// Read files in pieces: small ones whole, films as one stream each, or in blocks with several on their way.
H.reading = (function () {
  "use strict";

  var BLOCK = 4 * 1048576, AHEAD = 4, PATIENCE_MS = 15000, subtle = window.crypto && window.crypto.subtle;

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

  // `bytes` may be written over as soon as this returns: the browser hashes a copy of its own. Where it
  // will not, again(use) gives them once more.
  function digest(bytes, again, done) {
    if (!subtle || !subtle.digest) {
      done(H.sha256.digest(bytes));
      return;
    }
    subtle.digest("SHA-256", bytes).then(
      function (buffer) { done(new Uint8Array(buffer)); },
      function () { again(function (same) { done(same && H.sha256.digest(same)); }); }
    );
  }

  // A stream that fills our own arrays takes half the work of blocks; not every browser has one.
  function streams() {
    try {
      return Boolean(new Blob(["x"]).stream().getReader({ mode: "byob" }));
    } catch (ignored) {
      return false;
    }
  }

  // Hash files against their signed chunks. `entries` is a list of {file, entry, good}; good[i]
  // becomes whether chunk i matched; of what the drive did not give, none is.
  function checkChunks(entries, advance, finished) {
    var next = jobsOf(entries, streams()), busy = 0, over = false, stopped = false, halt = null;

    function go() {
      var job;
      while (!stopped && !over && busy < AHEAD && !halt) {
        job = next();
        over = !job;
        if (job) { begin(job); }
      }
      if (over && !busy && !stopped) {
        stopped = true;
        finished();
      }
    }

    function begin(job) {
      busy++;
      function hashed(at, bytes, hash) {
        if (stopped) { return; }
        judge(job.one, at, hash);
        advance(bytes);
      }
      function settle(rest) {
        busy--;
        if (job.stream) { halt = null; }
        if (rest !== undefined) { next.again(rest); }
        go();
      }
      if (job.stream) {
        halt = byStream(job, hashed, settle);
      } else {
        byBlock(job, hashed, settle);
      }
    }

    setTimeout(go, 0);
    return function stop() {
      stopped = true;
      if (halt) { halt(); }
    };
  }

  // What to read next, in the order of the files: {one, start, end, stream}.
  function jobsOf(entries, streaming) {
    var at = 0, offset = 0;
    function next() {
      var one, start, end, stream;
      while (at < entries.length) {
        one = entries[at];
        start = offset;
        end = Math.min(one.entry.length, one.file.size);
        stream = streaming && end - start > H.paths.CHUNK;
        if (!stream) { end = Math.min(start + BLOCK, end); }
        if (start < end) {
          offset = end;
          return { one: one, start: start, end: end, stream: stream };
        }
        at++;
        offset = 0;
      }
      return null;
    }
    // A stream gave no more than this: the rest, and the files after it, come in blocks.
    next.again = function (from) {
      streaming = false;
      offset = from;
    };
    return next;
  }

  function judge(one, at, hash) {
    var i = at / H.paths.CHUNK, signed = one.entry.chunks;
    if (hash) { one.good[i] = i * 32 + 32 <= signed.length && H.bytes.equal(hash, signed.subarray(i * 32, i * 32 + 32)); }
  }

  // Read one block and hash its chunks: hashed(start, length, hash or null) for each, then settle().
  function byBlock(job, hashed, settle) {
    readSlice(job.one.file, job.start, job.end, function (bytes) {
      var left = 0, at;
      function one(start, part) {
        left++;
        digest(part, function (use) { use(part); }, function (hash) {
          hashed(start, part.length, hash);
          if (--left === 0) { settle(); }
        });
      }
      if (!bytes || bytes.length !== job.end - job.start) {
        hashed(job.start, job.end - job.start, null);
        settle();
        return;
      }
      left = 1;
      for (at = 0; at < bytes.length; at += H.paths.CHUNK) {
        one(job.start + at, bytes.subarray(at, Math.min(at + H.paths.CHUNK, bytes.length)));
      }
      if (--left === 0) { settle(); }
    });
  }

  // Read a file as one stream into one array, some chunks being hashed while the next is read. A stream
  // that fails or stands still is left: settle(where it stopped). Returns what halts it. The watch also
  // holds the reader: Chromium collects one that nothing holds, and then its read never answers.
  function byStream(job, hashed, settle) {
    var reader = job.one.file.slice(job.start, job.end).stream().getReader({ mode: "byob" }),
      memory = new ArrayBuffer(H.paths.CHUNK), at = job.start, hashing = 0, waits = false, ended = false,
      reads = 0, seen = -1, watch;

    function end() {
      ended = true;
      window.clearInterval(watch);
    }

    function leave() {
      if (ended) { return; }
      end();
      reader.cancel().then(null, function () {});
      finish();
    }

    function finish() {
      if (ended && !hashing) { settle(at < job.end ? at : undefined); }
    }

    function read() {
      if (ended) { return; }
      if (at === job.end) {
        end();
        finish();
        return;
      }
      fill(new Uint8Array(memory, 0, Math.min(H.paths.CHUNK, job.end - at)));
    }

    function fill(view) {
      var wanted = view.length;
      reader.read(view).then(function (got) {
        var filled;
        reads++;
        if (ended) { return; }
        if (got.done || !got.value.length) {
          leave();
          return;
        }
        memory = got.value.buffer;
        filled = got.value.byteOffset + got.value.length;
        wanted -= got.value.length;
        if (wanted) { fill(new Uint8Array(memory, filled, wanted)); } else { use(new Uint8Array(memory, 0, filled)); }
      }).then(null, leave);
    }

    function use(bytes) {
      var start = at, end = at + bytes.length;
      at = end;
      hashing++;
      waits = hashing >= AHEAD;
      digest(bytes, function (use) { readSlice(job.one.file, start, end, use); }, function (hash) {
        hashing--;
        hashed(start, end - start, hash);
        if (ended) {
          finish();
        } else if (waits) {
          waits = false;
          read();
        }
      });
      if (!waits) { read(); }
    }

    watch = window.setInterval(function () {
      if (reads === seen && !hashing) { leave(); }
      seen = reads;
    }, PATIENCE_MS);
    read();
    return function halt() {
      end();
      reader.cancel().then(null, function () {});
    };
  }

  return { readWhole: readWhole, checkChunks: checkChunks };
}());
