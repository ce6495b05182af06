// Drives one browser over pages at file:// for the Python tests: JSON lines in, JSON lines out.

import { setTimeout } from "node:timers/promises";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import process from "node:process";
import { pathToFileURL, URL } from "node:url";
import puppeteer from "puppeteer-core";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const LOCAL = /^(file|data|blob|about|moz-extension|chrome):/;
// Firefox's shipping value; the driver's own profile turns it off, and then every page passes.
const FIREFOX_PREFS = { "security.fileuri.strict_origin_policy": true };

// What the Safest mode of Tor Browser switches off.
const SAFEST_PREFS = { "javascript.enabled": false, "svg.disabled": true, "mathml.disabled": true, "gfx.font_rendering.graphite.enabled": false };

const saving = (folder) => ({ "browser.download.folderList": 2, "browser.download.dir": folder,
  "browser.download.useDownloadDir": true, "browser.download.alwaysOpenPanel": false });

let browser;
let onDisk;
let scriptless; // in the whole browser
let savedTo;
let page;
let seen;
let served = ""; // the server whose pages are being visited: asking it is no surprise

/** Start a browser with a fresh profile, or with one on disk; what it saves goes to `downloads`. */
async function launch({ kind, executable, profile, downloads, safest }) {
  const chromium = kind === "chromium";
  const args = chromium ? ["--disable-gpu", "--hide-scrollbars", "--no-first-run"] : [];
  if (chromium && process.getuid?.() === 0) args.push("--no-sandbox");
  browser = await puppeteer.launch({
    browser: chromium ? "chrome" : "firefox",
    executablePath: executable,
    headless: true,
    args,
    userDataDir: profile,
    extraPrefsFirefox: chromium ? undefined : {
      ...FIREFOX_PREFS,
      ...(safest ? SAFEST_PREFS : {}),
      ...(downloads ? saving(downloads) : {}),
      // How often it writes down what is open; by itself every 15 s.
      ...(profile ? { "browser.sessionstore.interval": 1000 } : {}),
    },
    protocolTimeout: 180_000,
  });
  onDisk = Boolean(profile);
  scriptless = Boolean(safest);
  if (chromium && downloads) {
    const session = await browser.target().createCDPSession();
    await session.send("Browser.setDownloadBehavior", { behavior: "allow", downloadPath: downloads });
    savedTo = downloads;
  }
  return await browser.version();
}

function watch() {
  seen = { requests: [], console: [], violations: [] };
  const mine = seen;
  page.on("request", (r) => { if (!LOCAL.test(r.url()) && !(served && r.url().startsWith(served))) mine.requests.push(r.url()); });
  page.on("console", (m) => { if (m.type() === "error") mine.console.push(m.text()); });
  page.on("pageerror", (e) => mine.console.push(String(e.message ?? e)));
}

/** What every page under test runs before its own scripts. */
function prepare(language) {
  globalThis.__violations = [];
  document.addEventListener("securitypolicyviolation", (e) => {
    globalThis.__violations.push(`${e.violatedDirective}: ${e.blockedURI}`);
  });
  if (!language) return;
  Object.defineProperty(navigator, "language", { get: () => language });
  Object.defineProperty(navigator, "languages", { get: () => [language] });
}

/** Go to a page of this computer's own server in the tab that is open: its cookies are kept. */
async function visit({ url }) {
  if (!/^http:\/\/(127\.0\.0\.1|localhost):/.test(url)) throw new Error(`not on this computer: ${url}`);
  served = `${new URL(url).origin}/`;
  const response = await page.goto(url, { waitUntil: "load", timeout: 60_000 });
  return response?.status() ?? 0;
}

/** Give the tab a key such as a telephone or laptop has, for passkeys. Chromium only. */
async function authenticator() {
  const session = await page.createCDPSession();
  await session.send("WebAuthn.enable");
  const options = {
    protocol: "ctap2", transport: "internal", hasResidentKey: true,
    hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true,
  };
  await session.send("WebAuthn.addVirtualAuthenticator", { options });
}

/** Click with the mouse; where scripts are off in the whole browser the driver finds no spot, and tells the element itself. */
async function click({ selector }) {
  if (scriptless) return page.$eval(selector, (node) => node.click());
  // On a busy machine a page may still lay itself out: what has no place yet is tried again.
  for (let left = 20; ; left -= 1) {
    try {
      return await page.click(selector);
    } catch (error) {
      if (!left || !String(error).includes("not clickable")) throw error;
      await setTimeout(100);
    }
  }
}

/** Click what leads to another page, and wait for that. */
async function follow({ selector }) {
  const [response] = await Promise.all([
    page.waitForNavigation({ waitUntil: "load", timeout: 60_000 }),
    click({ selector }),
  ]);
  return response?.status() ?? 0;
}

/** A context of its own, so that no storage of an earlier page is seen; a profile on disk has one. */
async function freshContext() {
  if (onDisk) return browser.defaultBrowserContext();
  if (page) await page.browserContext().close();
  const context = await browser.createBrowserContext();
  if (savedTo) {
    const session = await browser.target().createCDPSession();
    await session.send("Browser.setDownloadBehavior", { behavior: "allow", downloadPath: savedTo, browserContextId: context.id });
  }
  return context;
}

/** Open a local file in a fresh tab; `before` is a script that runs before the page's own. */
async function open({ path, width = 1280, height = 800, javascript = true, scheme, language, hash = "", before }) {
  page = await (await freshContext()).newPage();
  served = "";
  watch();
  await page.setViewport({ width, height });
  if (!javascript && !scriptless) await page.setJavaScriptEnabled(false);
  if (javascript && !scriptless) await page.evaluateOnNewDocument(prepare, language ?? "");
  if (before) await page.evaluateOnNewDocument(before);
  if (scheme) await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  await page.goto(pathToFileURL(path).href + hash, { waitUntil: "load", timeout: 60_000 });
}

async function element(selector) {
  const found = await page.$(selector);
  if (!found) throw new Error(`no element matches ${selector}`);
  return found;
}

/** Give files to an input. With `paths`, they arrive as a folder's files: Firefox takes no folder. */
async function upload({ selector, files, paths }) {
  const input = await element(selector);
  if (paths) {
    await page.evaluate((chosen, inside) => {
      const node = document.querySelector(chosen);
      node.removeAttribute("webkitdirectory");
      node.multiple = true;
      globalThis.addEventListener("change", (event) => {
        Array.from(event.target.files).forEach((file, i) => {
          Object.defineProperty(file, "webkitRelativePath", { value: inside[i] });
        });
      }, { capture: true, once: true });
    }, selector, paths);
  }
  await input.uploadFile(...files);
}

/** What the page left behind in any store that a browser offers. */
async function storage() {
  return await page.evaluate(async () => {
    const found = [];
    const tries = {
      localStorage: () => localStorage.length,
      sessionStorage: () => sessionStorage.length,
      cookies: () => document.cookie.length,
      indexedDB: async () => (indexedDB.databases ? (await indexedDB.databases()).length : 0),
      caches: async () => (await caches.keys()).length,
    };
    for (const [name, count] of Object.entries(tries)) {
      try {
        if (await count()) found.push(name);
      } catch { /* not offered at file:// */ }
    }
    return found;
  });
}

async function axe() {
  if (!await page.evaluate("typeof axe === 'object'")) await page.evaluate(axeSource);
  return await page.evaluate(async () => {
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const { violations } = await globalThis.axe.run(document, { runOnly: { type: "tag", values: tags } });
    return violations.map((v) => ({ id: v.id, help: v.help, nodes: v.nodes.map((n) => n.html.slice(0, 200)) }));
  });
}

const methods = {
  launch,
  open,
  visit,
  authenticator,
  follow,
  upload,
  storage,
  axe,
  evaluate: ({ script }) => page.evaluate(script),
  wait: ({ script, timeout_s: s = 60 }) => page.waitForFunction(script, { timeout: s * 1000, polling: 50 }).then(() => null),
  click,
  type: ({ selector, text }) => page.type(selector, text),
  leave: () => page.goto("about:blank").then(() => null),
  press: ({ key }) => page.keyboard.press(key),
  screenshot: ({ path, full_page: fullPage = true }) => page.screenshot({ path, fullPage }).then(() => null),
  requests: () => seen.requests,
  console: () => seen.console,
  violations: () => page.evaluate("globalThis.__violations || []"),
  close: () => browser.close(),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { method, params = {} } = JSON.parse(line);
  let answer;
  try {
    answer = { result: (await methods[method](params)) ?? null };
  } catch (error) {
    answer = { error: String(error?.message ?? error) };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
  if (method === "close") break;
}
process.exit(0);
