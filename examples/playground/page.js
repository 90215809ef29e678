"use strict";

const $ = (id) => document.getElementById(id);
const policyForm = $("policy");
const fetchForm = $("fetch");
const LISTS = ["origins", "methods", "headers", "expose_headers", "presets"];

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
    config[name] = entries.filter((entry) => entry !== "");
  }
  for (const box of policyForm.querySelectorAll("input[type=checkbox]")) {
    if (box.checked) config[box.name] = true;
  }
  if (policyForm.elements.max_age.value !== "") config.max_age = Number(policyForm.elements.max_age.value);
  return config;
}

function fillPolicy(config) {
  for (const name of LISTS) {
    policyForm.elements[name].value = (config[name] ?? []).join(name === "origins" ? "\n" : ", ");
  }
  for (const box of policyForm.querySelectorAll("input[type=checkbox]")) box.checked = config[box.name] === true;
  policyForm.elements.max_age.value = config.max_age ?? "";
}

const GONE = "The playground's server doesn't answer: is it still running?";

/** What the form itself knows to be wrong, before the server is asked. */
function wrongFields() {
  const { validity, value } = policyForm.elements.max_age;
  const isWrong = validity.badInput || (value !== "" && !/^[0-9]{1,15}$/.test(value));
  return isWrong ? [{ field: "max_age", message: "max_age: write whole seconds, from 0 on" }] : [];
}

/** What the server says of a policy: the code of one that is in force now, or what is wrong with it. */
async function offer(policy) {
  const answer = await fetch("/policy", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(policy),
  });
  if (answer.ok) return { code: (await answer.json()).code };
  const isTold = answer.status === 422 && answer.headers.get("content-type")?.includes("json");
  return { problems: isTold ? await answer.json() : [{ field: "other", message: await answer.text() }] };
}

/** Puts the stated policy in force; says beside the fields why it can't be. */
async function putInForce() {
  let problems = wrongFields();
  if (problems.length === 0) {
    try {
      const { code, problems: theirs } = await offer(statedPolicy());
      problems = theirs ?? [];
      if (code !== undefined) {
        $("code").textContent = code;
        // Another URL, so that the browser has no answer to a preflight from the policy before.
        attempt = crypto.randomUUID();
      }
    } catch {
      $("in-force").textContent = GONE;
      return false;
    }
  }
  for (const place of policyForm.querySelectorAll(".error")) place.textContent = "";
  for (const field of policyForm.elements) field.removeAttribute("aria-invalid");
  $("in-force").textContent = problems.length === 0
    ? "This policy is in force."
    : "Refused: the policy before stays in force, and in the code below.";
  for (const { field, message } of problems) {
    const place = $(`error-${field}`) ?? $("error-other");
    place.textContent += (place.textContent && "\n") + message;
    policyForm.elements[field]?.setAttribute?.("aria-invalid", "true");
  }
  return problems.length === 0;
}

let attempt = crypto.randomUUID();
let delay;
let applied = Promise.resolve(true);

/** Applies what the form says now, after what it said before. */
function apply() {
  clearTimeout(delay);
  delay = undefined;
  applied = applied.then(putInForce);
  return applied;
}

function policyChanged() {
  clearTimeout(delay);
  delay = setTimeout(apply, 250);
  // Whatever is on its way, or shown, is of another policy.
  turn += 1;
  $("outcome").replaceChildren();
  $("exchanges").replaceChildren();
}

// ---- the request

/** The lines of a text area as name and value. */
function headerLines(text) {
  return text.split("\n").filter((line) => line.trim() !== "").map((line) => {
    const colon = line.indexOf(":");
    return colon < 0 ? [line.trim(), ""] : [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
  });
}

/** Counts what was asked for, so that only the outcome of the last is shown. */
let turn = 0;

async function send(note) {
  const mine = ++turn;
  const { target, method, path, credentials, headers } = fetchForm.elements;
  const wants = credentials.value;
  const id = attempt;
  let got;
  try {
    const response = await fetch(`${target.value}${path.value}?try=${id}`, {
      method: method.value.trim(),
      headers: headerLines(headers.value),
      credentials: wants,
      body: /^(get|head)$/i.test(method.value.trim()) ? undefined : "{}",
    });
    await response.text();
    got = { status: response.status, names: [...response.headers.keys()] };
  } catch (error) {
    got = { error: String(error) };
  }
  let exchanges;
  try {
    exchanges = await (await fetch(`/exchanges?try=${id}`)).json();
  } catch {
    $("outcome").replaceChildren(make("h3", { className: "bad" }, GONE));
    $("exchanges").replaceChildren();
    return;
  }
  if (mine === turn) show(got, exchanges, wants, note);
}

/** What engines say where a script may not know more. */
const SAYS_NOTHING = /failed to fetch|networkerror|load failed/i;

/** Why the browser does it, where the server alone can't know: the script's credentials mode. */
function lacksConsent(got, exchanges, wants) {
  const last = exchanges.at(-1);
  const consents = last?.response.some(({ name, value }) =>
    name === "access-control-allow-credentials" && value === "true");
  return got.error && wants === "include" && last?.is_allowed && !consents;
}

function show(got, exchanges, wants, note) {
  const facts = make("dl");
  const fact = (name, text) => text && facts.append(make("dt", {}, name), make("dd", {}, text));
  const denied = exchanges.find((exchange) => !exchange.is_allowed) ?? exchanges.at(-1);
  fact("note", note);
  if (got.error) {
    const isAll = SAYS_NOTHING.test(got.error);
    fact("the script got", isAll ? `${got.error}, and no more: a browser doesn't tell scripts why` : got.error);
  } else {
    fact("the script got", `status ${got.status}`);
    fact("it can read", got.names.join(", ") || "no header");
  }
  if (lacksConsent(got, exchanges, wants)) {
    fact("why", "the script asked for credentials, and the response doesn't allow them");
    fact("fix", "add .allow_credentials(), or leave out credentials: \"include\"");
  } else if (denied) {
    fact("why", denied.why);
    fact("near", denied.near);
    fact("fix", denied.fix);
  } else {
    fact("why", "nothing reached the server: the browser refused to send it");
  }
  if (!got.error) {
    const hidden = (exchanges.at(-1)?.response ?? []).map(({ name }) => name).filter((name) =>
      !got.names.includes(name) && !/^(access-control-|set-cookie$|vary$|date$)/.test(name));
    fact("hidden from it", hidden.join(", "));
    fact("", hidden.length > 0 && `to show them: .expose_headers([${hidden.map((name) => `"${name}"`).join(", ")}])`);
  }
  $("outcome").replaceChildren(
    make("h3", { className: got.error ? "bad" : "good" },
      got.error ? "Blocked by the browser" : "The page got its response"),
    facts,
  );
  const lacking = lacksConsent(got, exchanges, wants);
  $("exchanges").replaceChildren(...exchanges.map((exchange, i) =>
    showExchange(exchange, lacking && i === exchanges.length - 1)));
  $("outcome").scrollIntoView({ block: "nearest" });
}

function showExchange(exchange, lacksCredentials) {
  const kind = exchange.is_preflight ? "The preflight" : "The actual request";
  return make("section", { className: "exchange" },
    make("h3", {}, `${kind}: ${exchange.method} ${exchange.path}`),
    showLines(exchange.request),
    make("h3", {}, `The server's answer: ${exchange.status}`),
    showLines(exchange.response),
    lacksCredentials
      ? make("p", { className: "bad" }, "the origin is allowed, credentials are not")
      : make("p", { className: exchange.is_allowed ? "good" : "bad" }, exchange.verdict));
}

function showLines(lines) {
  return make("ul", { className: "lines" },
    ...lines.map(({ name, value, matters }) =>
      make("li", { className: matters ? "matters" : "" }, `${name}: ${value}`)));
}

// ---- the whole

async function usePreset(preset, button) {
  const mine = ++turn;
  for (const other of $("presets").children) other.setAttribute("aria-pressed", String(other === button));
  $("story").textContent = preset.story;
  fillPolicy(preset.policy);
  const { method, path, credentials, headers } = fetchForm.elements;
  method.value = preset.fetch.method ?? "GET";
  path.value = preset.fetch.path ?? "/items";
  credentials.value = preset.fetch.credentials ?? "same-origin";
  headers.value = preset.fetch.headers ?? "";
  const isInForce = await apply();
  if (mine !== turn) return;
  if (isInForce) {
    await send();
  } else {
    $("outcome").replaceChildren(make("h3", { className: "bad" }, "The policy is refused"),
      make("p", {}, "The message stands beside the field. Nothing was sent."));
    $("exchanges").replaceChildren();
  }
}

async function start() {
  const setup = await (await fetch("/setup")).json();
  $("page-origin").textContent = location.origin;
  fetchForm.elements.target.append(
    make("option", { value: setup.same_site }, `${setup.same_site} (another origin, same site)`),
    make("option", { value: setup.cross_site }, `${setup.cross_site} (another site)`),
  );
  presets(location.origin).forEach((preset, i) => {
    const button = make("button", { type: "button" }, `${i + 1}. ${preset.name}`);
    button.setAttribute("aria-pressed", "false");
    button.addEventListener("click", () => usePreset(preset, button));
    $("presets").append(button);
  });
  fillPolicy({ origins: [location.origin] });
  policyForm.addEventListener("input", policyChanged);
  policyForm.addEventListener("submit", (event) => event.preventDefault());
  fetchForm.addEventListener("submit", async (event) => {
    event.preventDefault();
    const isInForce = await (delay === undefined ? applied : apply());
    await send(isInForce ? undefined : "sent under the policy before: the one in the form is refused");
  });
  $("copy").addEventListener("click", async () => {
    await navigator.clipboard.writeText($("code").textContent);
    $("copied").textContent = "Copied.";
  });
  await apply();
}

start();
