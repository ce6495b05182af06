// Rules for the driver (a module) and, from the repository's root, for the pages (ES5).

import js from "@eslint/js";

export default [
  { ignores: ["**/vendor/**"] },
  js.configs.recommended,
  {
    files: ["**/*.mjs"],
    languageOptions: {
      ecmaVersion: 2024,
      sourceType: "module",
      globals: Object.fromEntries(
        ["console", "document", "navigator", "localStorage", "sessionStorage", "indexedDB", "caches"].map((n) => [n, "readonly"]),
      ),
    },
  },
  {
    // The embed scripts run on other people's pages, in whatever browser comes there.
    files: ["**/reader/**/*.js", "**/desk/embed/**/*.js"],
    languageOptions: {
      ecmaVersion: 5,
      sourceType: "script",
      globals: Object.fromEntries(
        ["H", "HB", "LIB", "nacl", "window", "document", "navigator", "FileReader", "Uint8Array", "Uint32Array", "Int32Array",
          "ArrayBuffer", "location", "TextEncoder", "TextDecoder", "setTimeout", "clearTimeout", "Promise", "crypto", "Blob", "URL",
        ].map((n) => [n, "readonly"]),
      ),
    },
    rules: { "no-unused-vars": ["error", { vars: "local", args: "after-used", caughtErrors: "none" }], eqeqeq: "error", "no-redeclare": ["error", { builtinGlobals: false }] },
  },
  {
    // The desk's own scripts only sweeten, so they may ask for a browser of today.
    files: ["**/desk/**/*.js"],
    ignores: ["**/desk/embed/**"],
    languageOptions: {
      ecmaVersion: 2015,
      sourceType: "script",
      globals: Object.fromEntries(
        ["window", "document", "navigator", "atob", "btoa", "fetch", "setTimeout", "clearTimeout", "location", "URL", "FormData"].map((n) => [n, "readonly"]),
      ),
    },
    rules: { "no-unused-vars": "error", eqeqeq: "error" },
  },
];
