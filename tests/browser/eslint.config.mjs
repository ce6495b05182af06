// Rules for the driver (a module) and, from the repository's root, for verify.html (ES5).

import js from "@eslint/js";

export default [
  js.configs.recommended,
  {
    files: ["**/*.mjs"],
    languageOptions: {
      ecmaVersion: 2024,
      sourceType: "module",
      globals: Object.fromEntries(
        ["document", "navigator", "localStorage", "sessionStorage", "indexedDB", "caches"].map((n) => [n, "readonly"]),
      ),
    },
  },
  {
    files: ["**/verifier/**/*.js"],
    ignores: ["**/vendor/**"],
    languageOptions: {
      ecmaVersion: 5,
      sourceType: "script",
      globals: Object.fromEntries(
        ["H", "nacl", "window", "document", "navigator", "FileReader", "Uint8Array", "Uint32Array", "Int32Array",
          "ArrayBuffer", "TextEncoder", "TextDecoder", "setTimeout", "clearTimeout", "Promise", "crypto", "Blob", "URL",
        ].map((n) => [n, "readonly"]),
      ),
    },
    rules: { "no-unused-vars": ["error", { vars: "local", args: "after-used" }], eqeqeq: "error", "no-redeclare": ["error", { builtinGlobals: false }] },
  },
];
