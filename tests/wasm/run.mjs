// Runs the module that src/lib.rs becomes, and holds what it says to what a server says.
//
//     node tests/wasm/run.mjs MODULE.wasm

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";

const CREDENTIALED = "access-control-allow-credentials: true; access-control-allow-origin:";
const PREFLIGHT_VARY = "vary: origin, access-control-request-method";
const EXPECTED = [
  "no origin: 200 vary: origin",
  `an exact origin: 200 ${CREDENTIALED} https://app.example.com; vary: origin`,
  `a subdomain: 200 ${CREDENTIALED} https://a.b.example.org; vary: origin`,
  "another origin: 200 vary: origin",
  "a preflight: 204 access-control-allow-credentials: true; access-control-allow-headers: content-type; " +
    `access-control-allow-methods: PUT; access-control-allow-origin: http://localhost:5173; ${PREFLIGHT_VARY}`,
  `another origin's preflight: 403 ${PREFLIGHT_VARY}`,
  "a policy with a slip: refused",
];

const module = await WebAssembly.compile(await readFile(process.argv[2]));
assert.deepEqual(WebAssembly.Module.imports(module), [], "the module needs nothing from its host");

async function run() {
  const { exports } = await WebAssembly.instantiate(module);
  const text = () =>
    Buffer.from(exports.memory.buffer, exports.text_pointer(), exports.text_length()).toString();
  try {
    exports.run();
  } catch (trap) {
    throw new Error(`the module panicked: ${text()}`, { cause: trap });
  }
  return text();
}

const [first, second] = [await run(), await run()].map((said) => said.trimEnd().split("\n"));
assert.deepEqual(first.slice(0, -1), EXPECTED);
console.log(first.join("\n"));

// What src/matcher/hash.rs says of this target: std has no random numbers here. If this fails, std has learnt to, and
// that page can promise more.
assert.equal(first.at(-1), second.at(-1), "two instances draw the same seed");
console.log(`${EXPECTED.length} lines are as expected`);
