// Parts of a document, by PDF.js and by the page's own requests.

import { getDocument } from "pdfjs-dist/legacy/build/pdf.mjs";
import * as worker from "pdfjs-dist/legacy/build/pdf.worker.mjs";

import { offer } from "./said.js";

// Without a worker of its own: that would be a script of another origin.
globalThis.pdfjsWorker = worker;

offer(async ({ url, act }) => {
  if (act === "pdf") {
    const task = getDocument({
      url: `${url}/document.pdf`,
      rangeChunkSize: 4096,
      disableAutoFetch: true,
      disableStream: true,
    });
    const pages = (await task.promise).numPages;
    await task.destroy();
    return `a document of ${pages} page`;
  }
  const headers = {
    first: { range: "bytes=0-4" },
    last: { range: "bytes=-5" },
    "not modified": { "if-none-match": '"1"' },
    modified: { "if-none-match": '"0"' },
    unchanged: { range: "bytes=0-4", "if-range": '"1"' },
    changed: { range: "bytes=0-4", "if-range": '"0"' },
    precondition: { "if-match": '"0"' },
  }[act];
  const response = await fetch(`${url}/text`, { headers });
  const text = await response.text();
  const parts = [response.status, text && `"${text}"`, response.headers.get("content-range")];
  return [...parts, response.headers.get("etag")].filter(Boolean).join(", ");
});
