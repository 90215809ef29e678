// What a client says, alike in all engines.

const PATIENCE = 20000; // milliseconds for one call

// How Chromium, Firefox and WebKit say that they failed a request.
const FAILED = /Failed to fetch|NetworkError when attempting to fetch resource\.?|Load failed|NetworkError/;

export function said(error) {
  const text = error?.rawMessage ?? error?.message ?? String(error);
  return FAILED.test(text) ? "the browser fails the request" : text;
}

// Offers a function as `window.call`, which always ends with a text.
export function offer(call) {
  window.call = async (options) => {
    let timer;
    const late = new Promise((resolve) => {
      timer = setTimeout(() => resolve("takes too long"), PATIENCE);
    });
    const ended = await Promise.race([call(options).catch((error) => `error: ${said(error)}`), late]);
    clearTimeout(timer);
    return ended;
  };
}
