// Makes the fetches of a batch as a page's own script would, and says what it saw of each.

const PATIENCE = 20000; // milliseconds for one fetch

performance.setResourceTimingBufferSize(10000);

// `cells` is a list of {id, steps}. The rows go side by side, a row's steps one after the other.
async function runBatch(cells) {
  if (!location.search.includes("sandboxed")) {
    return Promise.all(cells.map(runCell));
  }
  // A frame without an origin of its own, which can only be spoken to.
  const frame = document.createElement("iframe");
  frame.sandbox = "allow-scripts";
  frame.src = "/page";
  const loaded = new Promise((resolve) => frame.addEventListener("load", resolve));
  document.body.append(frame);
  await loaded;
  const answer = new Promise((resolve) =>
    addEventListener("message", (message) => resolve(message.data), { once: true }),
  );
  frame.contentWindow.postMessage(cells, "*");
  return answer;
}

if (window !== parent) {
  addEventListener("message", async (message) => {
    parent.postMessage(await runBatch(message.data), "*");
  });
}

async function runCell({ id, steps }) {
  const seen = [];
  for (const step of steps) {
    await new Promise((resolve) => setTimeout(resolve, step.pause));
    const run = { fetch: runFetch, xhr: runXhr, events: runEvents, socket: runSocket, script: runScript, beacon: runBeacon }[
      step.by
    ];
    let timer;
    const late = new Promise((resolve) => {
      timer = setTimeout(() => resolve({ error: "takes too long" }), PATIENCE);
    });
    const result = run(step).catch((error) => ({ error: `${error.name}: ${error.message}` }));
    seen.push(await Promise.race([result, late]));
    clearTimeout(timer);
  }
  return { id, steps: seen };
}

async function runFetch({ url, init }) {
  const response = await fetch(url, init);
  return {
    type: response.type,
    status: response.status,
    headers: [...response.headers.keys()],
    body: await response.text(),
    url: response.url,
    redirected: response.redirected,
    timing: response.type.startsWith("opaque") ? null : await seesTiming(url),
  };
}

function runXhr({ url, init, listens }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    if (listens) {
      request.upload.addEventListener("progress", () => {});
    }
    request.open(init.method, url);
    request.withCredentials = init.credentials === "include";
    for (const [name, value] of init.headers) {
      request.setRequestHeader(name, value);
    }
    request.addEventListener("error", () => reject(new Error("error event")));
    request.addEventListener("load", async () => {
      const lines = request.getAllResponseHeaders().split("\r\n").filter(Boolean);
      resolve({
        type: "cors",
        status: request.status,
        headers: lines.map((line) => line.split(":")[0].toLowerCase()),
        body: request.responseText,
        url: request.responseURL,
        redirected: request.responseURL !== url,
        timing: await seesTiming(url),
      });
    });
    request.send(init.body);
  });
}

function runEvents({ url, init }) {
  return new Promise((resolve, reject) => {
    const source = new EventSource(url, { withCredentials: init.credentials === "include" });
    source.addEventListener("message", (message) => {
      source.close();
      resolve({ type: "events", body: message.data });
    });
    source.addEventListener("error", () => {
      source.close();
      reject(new Error("error event"));
    });
  });
}

function runSocket({ url }) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url.replace("http", "ws"));
    socket.addEventListener("open", () => {
      socket.close();
      resolve({ type: "socket" });
    });
    socket.addEventListener("error", () => reject(new Error("error event")));
  });
}

function runScript({ url, init }) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    if (init.mode === "cors") {
      script.crossOrigin = init.credentials === "include" ? "use-credentials" : "anonymous";
    }
    script.addEventListener("load", () => resolve({ type: "script" }));
    script.addEventListener("error", () => reject(new Error("error event")));
    script.src = url;
    document.body.append(script);
  });
}

// Nobody says when a beacon has arrived.
async function runBeacon({ url, init }) {
  const type = init.headers.find(([name]) => name === "content-type")[1];
  if (!navigator.sendBeacon(url, new Blob([init.body], { type }))) {
    throw new Error("not queued");
  }
  await new Promise((resolve) => setTimeout(resolve, 1000));
  return { type: "beacon" };
}

// Whether the page may read when its request went out, which is 0 if it may not. The entry comes a little
// after the response.
async function seesTiming(url) {
  for (let tries = 0; tries < 100; tries += 1) {
    const entries = performance.getEntriesByName(url, "resource");
    if (entries.length > 0) {
      return entries.at(-1).requestStart > 0;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return null;
}
