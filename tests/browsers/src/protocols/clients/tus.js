// Uploads by tus.

import { Upload } from "tus-js-client";

import { offer } from "./said.js";

const TEXT = "thirty bytes that are uploaded";

offer(
  ({ url, act }) =>
    new Promise((resolve) => {
      const end = (text) => resolve(text);
      const start = (options) => {
        const upload = new Upload(new Blob([TEXT]), {
          endpoint: `${url}/files`,
          chunkSize: 20,
          retryDelays: null,
          metadata: { name: "a.txt" },
          storeFingerprintForResuming: false,
          overridePatchMethod: act === "override",
          parallelUploads: act === "parts" ? 2 : 1,
          onError: (error) => end(fault(error)),
          onSuccess: () => end(`all at ${new URL(upload.url).pathname}`),
          ...options,
        });
        upload.start();
        return upload;
      };
      // After the first part, it is put aside, and taken up or ended.
      const stop = (then) => {
        const upload = start({
          onChunkComplete: async () => {
            await upload.abort(act === "end");
            then(upload.url);
          },
        });
      };
      if (act === "resume") {
        stop((uploadUrl) => start({ uploadUrl }));
      } else if (act === "end") {
        stop(() => end("no upload any more"));
      } else {
        start({});
      }
    }),
);

// The client's words go on about the request.
function fault({ message }) {
  return message.includes("ProgressEvent") ? "the browser fails the request" : message.split(",")[0];
}
