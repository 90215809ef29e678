"use strict";

// The ten usual mistakes: a policy, a request, and what to look at. `page` is this page's origin.
const presets = (page) => {
  const policy = (more) => ({ origins: [page], ...more });
  const json = "content-type: application/json";
  const other = page.replace("localhost", "127.0.0.1");
  return [
    { name: "www or not", policy: { origins: [other] }, fetch: {},
      story: `The list names ${other}; this page is at ${page}. To a browser these are two origins, as with and without www.` },
    { name: "A trailing slash", policy: { origins: [`${page}/`] }, fetch: {},
      story: "An origin ends after the host and port. The policy is refused, and says what to write." },
    { name: "* with credentials", policy: { origins: ["*"], credentials: true }, fetch: { credentials: "include" },
      story: "Browsers refuse * on requests with credentials. In Rust this doesn't compile; from a file it is refused in the same words." },
    { name: "PUT isn't allowed", policy: policy(), fetch: { method: "PUT" },
      story: "The browser asks first, by a preflight. The layer answers it; the list of methods lacks PUT." },
    { name: "JSON isn't allowed", policy: policy(), fetch: { method: "POST", headers: json },
      story: "A JSON body isn't CORS-safelisted, so content-type has to be allowed." },
    { name: "patch in lower case", policy: policy({ methods: ["PATCH"] }), fetch: { method: "patch" },
      story: "Methods are case-sensitive. fetch() puts six of them in upper case; PATCH isn't among them." },
    { name: "A 401 that can't be read", policy: policy(), fetch: { path: "/status/401" },
      story: "Where errors lack the headers, the page sees a CORS error. Here every response has them: the script reads 401." },
    { name: "Cookies without consent", policy: policy(), fetch: { credentials: "include" },
      story: "The script wants its cookies sent. Without Access-Control-Allow-Credentials the browser withholds the response." },
    { name: "Two values", policy: policy(), fetch: { path: "/upstream" },
      story: "The handler sends Access-Control-Allow-Origin: * itself. One policy speaks: the layer replaces it." },
    { name: "A hidden header", policy: policy(), fetch: {},
      story: "The response has an ETag and X-Total. The script can't see them until they are exposed." },
  ];
};
