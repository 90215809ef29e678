"use strict";

const MISTAKES = "Usual mistakes";
const COOKIES = "Cookies";
const TRUST = "What CORS does not stop";
const NOT_CORS = "It isn't CORS";

// The ten usual mistakes, in the order of the README, then the other groups.
// `page` is this page's origin. `both` makes two requests of `fetch`: without the layer, and with it.
const presets = (page) => {
  const policy = (more) => ({ origins: [page], ...more });
  const other = page.replace("://", "://www.");
  const beforeAndAfter = (fetch) => [
    { title: "Before: without the layer", fetch: { ...fetch, path: `/bare${fetch.path}` } },
    { title: "After: with the layer", fetch },
  ];
  const mistakes = [
    { name: "www or not", policy: { origins: [other] }, fetch: {},
      story: `The policy allows ${other}. This page is at ${page}. For a browser these are two origins.` },
    { name: "A trailing slash", policy: { origins: [`${page}/`] }, fetch: {},
      story: "An origin ends after the host and port. The policy is refused, and the message says what to write." },
    { name: "* with credentials", policy: { origins: ["*"], credentials: true }, fetch: { credentials: "include" },
      story: "Browsers don't accept * on requests with credentials. In Rust this doesn't compile. From a file it is refused with the same words." },
    { name: "The preflight gets 404 or 401", policy: policy({ methods: ["PUT"], headers: ["authorization"] }),
      fetch: { method: "PUT", path: "/private", headers: "authorization: Bearer token" }, both: beforeAndAfter,
      story: "Preflights have no token, so authentication answers them with 401. The layer answers them first, if it is outermost." },
    { name: "An error that can't be read", policy: policy(), fetch: { path: "/status/401" }, both: beforeAndAfter,
      story: "Without CORS headers on errors, the page sees only a CORS error. With the layer, the script reads 401." },
    { name: "JSON isn't allowed", policy: policy(), fetch: { method: "POST", headers: "content-type: application/json" },
      story: "Pages need permission for a JSON body: allow the header content-type." },
    { name: "patch in lower case", policy: policy({ methods: ["PATCH"] }), fetch: { method: "patch" },
      story: "Methods are case-sensitive. fetch() corrects the case of six methods. PATCH isn't one of them." },
    { name: "A cache mixes up pages", policy: policy(), fetch: { path: "/cached" }, both: beforeAndAfter,
      story: "A CDN stored this response for another page, because it had no Vary. (The API plays the CDN.) With the layer, each response has Vary: origin." },
    { name: "Two values", policy: policy(), fetch: { path: "/upstream" }, both: beforeAndAfter,
      story: "Two servers behind each other both send Access-Control-Allow-Origin. The layer replaces what comes from further in." },
    { name: "A hidden header", policy: policy(), fetch: {}, isAboutHeaders: true,
      story: "The response has ETag and X-Total. The script can't read them until the policy exposes them." },
  ];
  const cookies = [
    { name: "A cookie without consent", policy: policy(), fetch: { path: "/me", credentials: "include" },
      story: "The page sends cookies, and the policy doesn't allow credentials. The browser hides the response." },
    { name: "A cookie that never comes back", policy: policy({ credentials: true, ...insecure(page) }),
      fetch: { path: "/me", credentials: "include", target: "cross" },
      story: "The login sets a cookie, but the API is on another site, and the cookie is SameSite=Lax. The next request doesn't have it." },
    { name: "An example that works: a partitioned cookie", policy: policy({ credentials: true, ...insecure(page) }),
      fetch: { path: "/me", credentials: "include", target: "cross", cookie: "partitioned" },
      story: "With SameSite=None; Secure; Partitioned the cookie goes to another site, even in a browser that blocks third-party cookies. Each site has a cookie of its own." },
  ];
  const trust = [
    { name: "A form of another site", policy: { origins: [other], reject_cross_site_writes: true }, fetch: { method: "POST" },
      story: "Without the check, this POST reaches the handler, as a form of any site does: CORS only hides the response. With it, the API answers 403." },
    { name: "A page that is listed may write", policy: policy({ reject_cross_site_writes: true }), fetch: { method: "POST" },
      story: "Who may read may write." },
    { name: "A host that is not yours", policy: policy({ hosts: ["api.example.com"] }), fetch: {},
      story: "A page whose own name leads to your server is its own page to the browser (DNS rebinding). The API answers 421 to every host but the listed ones; here, the browser calls it localhost." },
  ];
  const notCors = [
    { name: "No server there", policy: policy(), fetch: { target: "away" },
      story: "The console may say CORS. The network panel says that no response arrived." },
    { name: "A proxy's 502", policy: policy(), fetch: { path: "/bare/status/502" },
      story: "A proxy in front of the API can't reach it. Its error has no CORS headers, so the console says CORS." },
  ];
  const inGroup = (group, all) => all.map((preset) => ({ ...preset, group }));
  return [...inGroup(MISTAKES, mistakes), ...inGroup(COOKIES, cookies), ...inGroup(TRUST, trust), ...inGroup(NOT_CORS, notCors)];
};

// With credentials, http:// is only for pages on this machine.
const insecure = (page) => /^http:\/\/(localhost|127\.0\.0\.1)(:|$)/.test(page) ? {} : { dangerously_allow_insecure_origins: true };
