// Which paths and one-line texts an edition may hold. Format: docs/formats/drive.md, "Names".
H.paths = (function () {
  "use strict";

  var MAX_FILE = 4294967294, CHUNK = 1048576, nfc = H.bytes.nfc, count = H.bytes.count,
    CONTROL = /[\u0000-\u001f\u007f-\u009f]/, // eslint-disable-line no-control-regex
    INVISIBLE = /[\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/,
    FORBIDDEN = /[<>:"/\\|?*]/,
    DEVICE = /^(?:con|prn|aux|nul|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3]|conin\$|conout\$)$/i;

  function isPlainLine(text) {
    return !CONTROL.test(text) && !INVISIBLE.test(text) && !H.json.halves(text);
  }

  function tooLong(name) {
    var forms = formsOf(name);
    return forms.some(function (form) { return form.length > 255 || H.bytes.encode(form).length > 255; });
  }

  function formsOf(name) {
    return name.normalize ? [name.normalize("NFC"), name.normalize("NFD")] : [name];
  }

  function badComponent(name) {
    return name === "" || name === "." || name === ".." || !isPlainLine(name) || FORBIDDEN.test(name) ||
      /[. ]$/.test(name) || name.charAt(0) === " " ||
      DEVICE.test(name.split(".")[0].replace(/ +$/, "")) || tooLong(name);
  }

  function isPath(path) {
    return count(path) <= 200 && !path.split("/").some(badComponent) && nfc(path) === path;
  }

  // What FAT, exFAT, HFS+ and Windows may take for one name: NFC and (nearly) case folding.
  function fold(path) {
    return nfc(nfc(path).toUpperCase().toLowerCase().replace(/\u03c2/g, "\u03c3"));
  }

  function isUnsigned(path) {
    return /^(?:_edition|_repair|letters)(?:\/|$)/.test(path) || /\.proof\.txt$/.test(path);
  }

  return {
    MAX_FILE: MAX_FILE, CHUNK: CHUNK, isPlainLine: isPlainLine,
    isPath: isPath, fold: fold, isUnsigned: isUnsigned
  };
}());
