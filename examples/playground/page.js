"use strict";

const $ = (id) => document.getElementById(id);
const policyForm = $("policy");
const fetchForm = $("fetch");
const LISTS = ["origins", "methods", "headers", "expose_headers", "presets", "hosts"];
const GONE = "The playground's server doesn't answer. Is it still running?";

/** An element with text and children. */
function make(tag, attributes = {}, ...children) {
  const element = Object.assign(document.createElement(tag), attributes);
  element.append(...children);
  return element;
}

// ---- the policy

/** The form as a `CorsConfig`. */
function statedPolicy() {
  const config = {};
  for (const name of LISTS) {
    const entries = policyForm.elements[name].value.split(/[\n,]/).map((entry) => entry.trim());
    const list = entries.filter((entry) => entry !== "");
    if (list.length > 0 || name === "origins") config[name] = list;
  }
  for (const box of policyForm.querySelectorAll("input[type=checkbox]")) {
    if (box.checked) config[box.name] = true;
  }
  if (policyForm.elements.max_age.value !== "") config.max_age = Number(policyForm.elements.max_age.value);
  return config;
}

function fillPolicy(config) {
  for (const name of LISTS) {
    policyForm.elements[name].value = [config[name] ?? []].flat().join(name === "origins" ? "\n" : ", ");
  }
  for (const box of policyForm.querySelectorAll("input[type=checkbox]")) box.checked = config[box.name] === true;
  policyForm.elements.max_age.value = config.max_age ?? "";
}

/** What the form itself knows to be wrong, before the server is asked. */
function wrongFields() {
  const { validity, value } = policyForm.elements.max_age;
  const isWrong = validity.badInput || (value !== "" && !/^[0-9]{1,15}$/.test(value));
  return isWrong ? [{ field: "max_age", message: "max_age: write whole seconds, from 0 up" }] : [];
}

/** What the server says about a policy: the code of one that is in force now, or why it is refused. */
async function offer(policy) {
  const answer = await fetch("/policy", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(policy),
  });
  if (answer.ok) return { problems: [], code: (await answer.json()).code };
  const isRefused = answer.status === 422 && answer.headers.get("content-type")?.includes("json");
  return isRefused ? await answer.json() : { problems: [{ field: "other", message: await answer.text() }] };
}

/** Puts the stated policy in force. Gives back what the server says about it. */
async function putInForce() {
  let answer = { problems: wrongFields() };
  if (answer.problems.length === 0) {
    try {
      answer = await offer(statedPolicy());
    } catch {
      $("in-force").textContent = GONE;
      return { problems: [], isGone: true };
    }
  }
  const { problems, code } = answer;
  const isRefused = problems.length > 0;
  // Another URL, so that the browser has no answer to a preflight from the policy before.
  if (!isRefused) attempt = crypto.randomUUID();
  $("code").textContent = code ?? "// no code: the policy is refused";
  $("code-title").textContent = isRefused && code ? "In Rust, with the fix" : "In Rust";
  $("copy").hidden = !code;
  for (const field of policyForm.elements) field.removeAttribute("aria-invalid");
  $("in-force").textContent = isRefused ? "" : "In force.";
  for (const { field } of problems) {
    policyForm.elements[field]?.setAttribute?.("aria-invalid", "true");
  }
  return answer;
}

let attempt = crypto.randomUUID();
let delay;
let applied = Promise.resolve({ problems: [] });

/** Applies what the form says now, after what it said before. */
function apply() {
  clearTimeout(delay);
  delay = undefined;
  applied = applied.then(putInForce);
  return applied;
}

function policyChanged() {
  clearTimeout(delay);
  delay = setTimeout(run, 400);
}

// ---- the request

/** The lines of a text area as names and values. */
function headerLines(text) {
  return text.split("\n").filter((line) => line.trim() !== "").map((line) => {
    const colon = line.indexOf(":");
    return colon < 0 ? [line.trim(), ""] : [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
  });
}

/** The form as a request. */
function statedRequest() {
  const { target, method, path, credentials, cookie, headers } = fetchForm.elements;
  return {
    target: target.value, method: method.value.trim(), path: path.value, credentials: credentials.value,
    cookie: cookie.value, headers: headers.value,
  };
}

function fillRequest(request) {
  const { target, method, path, credentials, cookie, headers } = fetchForm.elements;
  target.value = request.target ?? "same";
  method.value = request.method ?? "GET";
  path.value = request.path ?? "/items";
  credentials.value = request.credentials ?? "same-origin";
  cookie.value = request.cookie ?? "lax";
  headers.value = request.headers ?? "";
  showCookieField();
}

/** The cookie is of the login, which comes before `/me`. */
function showCookieField() {
  $("cookie-field").hidden = fetchForm.elements.path.value !== "/me";
}

/** The requests that the form stands for, with a title for each if there are several. */
function stepsOf(request, both) {
  if (both) return both(request);
  if (request.path !== "/me") return [{ fetch: request }];
  const login = { ...request, method: "POST", path: "/login", headers: "" };
  return [{ title: "First: the login", fetch: login }, { title: "Then: /me, with the cookie?", fetch: request }];
}

/** Sends one request, and gives back what the script got and what the API saw. */
async function send({ target, method, path, credentials, cookie, headers }) {
  const id = attempt;
  let got;
  try {
    const query = path === "/login" ? `&cookie=${cookie}` : "";
    const response = await fetch(`${setup[`${target}_site`]}${path}?try=${id}${query}`, {
      method,
      headers: headerLines(headers),
      credentials,
      body: /^(get|head)$/i.test(method) ? undefined : "{}",
    });
    await response.text();
    got = { status: response.status, names: [...response.headers.keys()] };
  } catch (error) {
    got = { error: String(error) };
  }
  const exchanges = await (await fetch(`/exchanges?try=${id}`)).json();
  return { got, exchanges };
}

/** A login starts without the cookie of the one before. The browser may refuse, and that does no harm. */
async function logOut() {
  for (const api of [setup.same_site, setup.cross_site]) {
    await fetch(`${api}/logout`, { mode: "no-cors", credentials: "include" }).catch(() => {});
  }
}

/** Counts the runs, so that only the outcome of the last one is shown. */
let turn = 0;

/** Puts the policy in force, sends what the form says, and shows the outcome. */
async function run() {
  const mine = ++turn;
  const request = statedRequest();
  const both = chosen?.both;
  // Not at the start, so that the address stays short.
  if (mine > 1) history.replaceState(null, "", linkHash());
  const { problems, fixed, code, isGone } = await apply();
  if (mine !== turn) return;
  if (isGone) return showGone();
  if (problems.length > 0) {
    $("exchanges").replaceChildren();
    $("outcome").replaceChildren(refusalCard(problems, fixed, code));
    return;
  }
  const cards = [];
  const shown = [];
  try {
    const steps = stepsOf(request, both);
    if (request.path === "/me") await logOut();
    for (const { title, fetch: step } of steps) {
      const sent = await send(step);
      if (mine !== turn) return;
      cards.push(card(title, step, sent));
      shown.push(...sent.exchanges.map((exchange) => showExchange(exchange, sent, step)));
    }
  } catch {
    return showGone();
  }
  $("exchanges").replaceChildren(...shown);
  $("outcome").replaceChildren(...cards);
}

function showGone() {
  $("outcome").replaceChildren(make("div", { className: "card bad" }, make("h3", {}, GONE)));
  $("exchanges").replaceChildren();
}

// ---- the outcome

/** What engines say if a script may not know more. */
const SAYS_NOTHING = /failed to fetch|networkerror|load failed/i;

/** A list of facts. Those without a text are left out. */
function facts(...rows) {
  const told = rows.filter(([, text]) => text);
  return make("dl", {}, ...told.flatMap(([name, text]) => [make("dt", {}, name), make("dd", {}, text)]));
}

function fixButton(words, change) {
  const button = make("button", { type: "button" }, words);
  button.addEventListener("click", () => {
    change();
    choose(undefined);
    run();
    $("verdict").scrollIntoView({ block: "nearest" });
  });
  return button;
}

function refusalCard(problems, fixed, code) {
  return make("div", { className: "card bad" },
    make("h3", {}, "The policy is refused"),
    facts(...problems.map(({ message }) => ["why", message]), ["in Rust", code && builderCalls(code)]),
    ...(fixed ? [fixButton(code ? "Apply the fix" : "Fix what can be fixed", () => fillPolicy(fixed))] : []));
}

/** The lines of code that state the policy, without the lines around them. */
function builderCalls(code) {
  return code.split("\n").filter((line) => /^ +\.(?!build)/.test(line)).map((line) => line.trim()).join("\n");
}

/** The script asked for credentials, and the response doesn't allow them. The server alone can't know this. */
function lacksConsent({ got, exchanges }, { credentials }) {
  const last = exchanges.at(-1);
  const consents = last?.response.some(({ name, value }) =>
    name === "access-control-allow-credentials" && value === "true");
  return Boolean(got.error) && credentials === "include" && last !== undefined && !last.path.startsWith("/bare")
    && last.response.some(({ name }) => name === "access-control-allow-origin") && !consents;
}

const carries = (exchange, header) => exchange?.request.some(({ name, value }) =>
  name === header && value.includes("tower-cors-playground="));

/** Why `/me` has no cookie, and the fix: the rules of cookies, which CORS headers don't change. */
function missingCookie({ target, cookie, credentials }) {
  if (credentials !== "include") {
    return {
      why: `credentials: "${credentials}" neither stores nor sends cookies of another origin`,
      fix: "fetch both with credentials: \"include\"", change: { credentials: "include" },
    };
  }
  if (target === "cross" && cookie === "lax") {
    return {
      why: "the API is on another site, and browsers don't send SameSite=Lax cookies across sites",
      fix: "set the cookie with SameSite=None; Secure, or serve the API on the page's own site, such as api.example.com",
      change: { cookie: "none" },
    };
  }
  if (target === "cross" && cookie === "none") {
    return {
      why: "this browser blocks third-party cookies",
      fix: "set the cookie with SameSite=None; Secure; Partitioned, or serve the API on the page's own site",
      change: { cookie: "partitioned" },
    };
  }
  return {
    why: "this browser doesn't store the cookie: by its settings, or because it takes Secure only over https",
    fix: "look at the cookie in the browser's network panel, which names the reason",
  };
}

/** One request: what the browser did, why, and the fix. */
function card(title, request, sent) {
  const { got, exchanges } = sent;
  const denied = exchanges.find((exchange) => !exchange.is_allowed) ?? exchanges.at(-1);
  const rows = [];
  const buttons = [];
  let verdict = got.error ? "Blocked by the browser" : "The page can read the response";
  let isGood = !got.error;
  if (got.error) {
    rows.push(["script gets", SAYS_NOTHING.test(got.error) ? `${got.error} (the browser doesn't tell it why)` : got.error]);
  } else {
    rows.push(["script gets", `status ${got.status}`]);
  }
  if (lacksConsent(sent, request)) {
    rows.push(["why", "the script asks for credentials, and the response doesn't allow them"],
      ["fix", "add .allow_credentials(), or fetch without credentials: \"include\""]);
    buttons.push(fixButton("Apply the fix", () => { policyForm.elements.credentials.checked = true; }));
  } else if (got.error && denied) {
    rows.push(["why", denied.why], ["near", denied.near], ["fix", denied.fix]);
    const { policy, method } = denied.fixed;
    if (method) {
      buttons.push(fixButton(`Write ${method}`, () => { fetchForm.elements.method.value = method; }));
    } else if (policy) {
      buttons.push(fixButton("Apply the fix", () => fillPolicy(policy)));
    }
  } else if (got.error) {
    const isAway = request.target === "away";
    rows.push(["why", isAway ? "no server answers there. This is not CORS, though Firefox calls it a CORS error" :
      "the browser refused to send it: nothing reached the server"]);
    if (isAway) rows.push(["fix", "no header helps: look at the address, the port and whether the server runs"]);
  } else if (request.path === "/me") {
    isGood = carries(exchanges.at(-1), "cookie");
    verdict = isGood ? "The cookie came along" : "The response can be read, but the cookie is missing";
    if (!isGood) {
      const { why, fix, change } = missingCookie(request);
      rows.push(["why", why], ["fix", fix]);
      if (change) {
        buttons.push(fixButton("Apply the fix", () => fillRequest({ ...statedRequest(), ...change })));
      }
    }
  } else {
    rows.push(["it can read", got.names.join(", ") || "no header"]);
    const hidden = hiddenHeaders(got, exchanges);
    if (hidden.length > 0) {
      if (!chosen || chosen.isAboutHeaders) verdict += `, but not ${hidden.join(" and ")}`;
      rows.push(["it can't read", hidden.join(", ")],
        ["to show them", `.expose_headers([${hidden.map((name) => `"${name}"`).join(", ")}])`]);
      const exposed = policyForm.elements.expose_headers;
      const all = [...exposed.value.split(",").map((name) => name.trim()).filter((name) => name !== ""), ...hidden];
      if (!request.path.startsWith("/bare")) {
        buttons.push(fixButton("Expose them", () => { exposed.value = all.join(", "); }));
      }
    }
  }
  const caption = title ? [make("p", { className: "note" }, title)] : [];
  return make("div", { className: `card ${isGood ? "good" : "bad"}` },
    ...caption, make("h3", {}, verdict), facts(...rows), ...buttons);
}

/** The headers of the last response that the script can't read, without those that concern only the browser. */
function hiddenHeaders(got, exchanges) {
  const names = (exchanges.at(-1)?.response ?? []).map(({ name }) => name);
  return [...new Set(names)].filter((name) =>
    !got.names.includes(name) && !/^(access-control-|(set-cookie|vary|date|allow|age)$)/.test(name));
}

// ---- the wire

function showExchange(exchange, sent, request) {
  const kind = exchange.is_preflight ? "Preflight" : "Actual request";
  const isLast = exchange === sent.exchanges.at(-1);
  const judged = lacksConsent(sent, request) && isLast
    ? make("p", { className: "bad" }, "blocked: the origin is allowed, credentials are not")
    : make("p", { className: exchange.is_allowed ? "good" : "bad" }, exchange.verdict);
  return make("section", { className: "exchange" },
    make("h3", {}, `${kind}: ${exchange.method} ${exchange.path}`),
    ...showLines(exchange.request),
    make("h3", {}, `Answer: ${exchange.status}`),
    ...showLines(exchange.response),
    judged);
}

/** The lines that matter, and the others behind a fold. */
function showLines(lines) {
  const item = ({ name, value, matters }) => make("li", { className: matters ? "matters" : "" }, `${name}: ${value}`);
  const [matter, rest] = [lines.filter((line) => line.matters), lines.filter((line) => !line.matters)];
  const shown = make("ul", { className: "lines" }, ...matter.map(item));
  if (rest.length === 0) return [shown];
  const words = `${rest.length} other header${rest.length === 1 ? "" : "s"}`;
  return [shown, make("details", {}, make("summary", {}, words), make("ul", { className: "lines" }, ...rest.map(item)))];
}

// ---- the whole

let setup;
/** The preset that is shown, until something is changed. */
let chosen;

/** Makes a preset the chosen one, or none. */
function choose(preset) {
  chosen = preset;
  $("story").textContent = preset?.story ?? "";
  for (const button of $("presets").querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button.value === preset?.name));
  }
  $("preset-list").value = preset?.name ?? "";
}

function linkHash() {
  const state = { policy: statedPolicy(), request: statedRequest(), preset: chosen?.name };
  return `#${encodeURIComponent(JSON.stringify(state))}`;
}

/** What the address says: a policy and a request, by a link from here. */
function linkedState() {
  try {
    const { policy, request, preset } = JSON.parse(decodeURIComponent(location.hash.slice(1)));
    return { policy: { ...policy }, request: { ...request }, preset };
  } catch {
    return undefined;
  }
}

async function usePreset(preset) {
  fillPolicy(preset.policy);
  fillRequest(preset.fetch);
  choose(preset);
  await run();
  $("verdict").scrollIntoView({ block: "nearest" });
}

async function copy(text, place) {
  await navigator.clipboard.writeText(text);
  place.textContent = "Copied.";
  setTimeout(() => { place.textContent = ""; }, 2000);
}

/** Buttons by group; on a phone, a list. */
function showPresets(all) {
  $("preset-list").append(make("option", { value: "" }, "your own"));
  for (const group of new Set(all.map(({ group }) => group))) {
    const row = make("p", {}, make("span", {}, `${group}:`));
    const options = make("optgroup", { label: group });
    for (const [i, preset] of all.entries()) {
      if (preset.group !== group) continue;
      const words = group === MISTAKES ? `${i + 1}. ${preset.name}` : preset.name;
      const button = make("button", { type: "button", value: preset.name }, words);
      button.addEventListener("click", () => usePreset(preset));
      row.append(button);
      options.append(make("option", { value: preset.name }, words));
    }
    $("presets").append(row);
    $("preset-list").append(options);
  }
  $("preset-list").addEventListener("change", (event) => {
    const preset = all.find(({ name }) => name === event.target.value);
    if (preset) usePreset(preset);
  });
}

async function start() {
  setup = await (await fetch("/setup")).json();
  $("page-origin").textContent = location.origin;
  fetchForm.elements.target.append(
    make("option", { value: "same" }, `${setup.same_site} (same site)`),
    make("option", { value: "cross" }, `${setup.cross_site} (another site)`),
    make("option", { value: "away" }, `${setup.away_site} (no server)`),
  );
  const all = presets(location.origin);
  showPresets(all);
  policyForm.addEventListener("input", () => { choose(undefined); policyChanged(); });
  policyForm.addEventListener("submit", (event) => event.preventDefault());
  fetchForm.addEventListener("input", () => { choose(undefined); showCookieField(); });
  fetchForm.addEventListener("submit", (event) => { event.preventDefault(); run(); });
  $("copy").addEventListener("click", () => copy($("code").textContent, $("copied")));
  $("link").addEventListener("click", () => copy(location.origin + location.pathname + linkHash(), $("linked")));

  const linked = linkedState();
  if (linked) {
    fillPolicy(linked.policy);
    fillRequest(linked.request);
    choose(all.find(({ name }) => name === linked.preset));
    await run();
  } else {
    await usePreset(all[0]);
  }
}

start();
