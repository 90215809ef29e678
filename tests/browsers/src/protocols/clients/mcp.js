// A session by MCP's streamable HTTP.

import { UnauthorizedError } from "@modelcontextprotocol/sdk/client/auth.js";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

import { offer } from "./said.js";

offer(async ({ url, act }) => {
  // The client opens its stream for the server's messages by the way, and ends it with the session.
  let listens;
  const listening = new Promise((resolve) => {
    listens = resolve;
  });
  let login;
  const transport = new StreamableHTTPClientTransport(new URL(`${url}/mcp`), {
    authProvider: act === "login" ? provider((page) => (login = page.pathname)) : undefined,
    fetch: async (input, init) => {
      // A GET in Firefox waits for another of the same URL that may go into its cache.
      const response = await fetch(input, { ...init, cache: "no-store" });
      if (init?.method === "GET") {
        listens();
      }
      return response;
    },
  });
  const client = new Client({ name: "page", version: "1" });
  const got = [];
  try {
    await client.connect(transport);
  } catch (error) {
    if (error instanceof UnauthorizedError) {
      return `a login at ${login}`;
    }
    throw error;
  }
  got.push(transport.sessionId ? "a session" : "no session");
  await listening;
  let resumption;
  const { content } = await client.callTool({ name: "add", arguments: { a: 1, b: 2 } }, undefined, {
    onresumptiontoken: (token) => {
      resumption = token;
    },
  });
  got.push(`1 + 2 = ${content[0].text}`);
  if (act === "resume") {
    await transport.resumeStream(resumption);
    got.push("the stream again");
  }
  await transport.terminateSession();
  got.push("its end");
  await client.close();
  return got.join(", ");
});

// A client that has registered, and a token that the server no longer takes.
function provider(redirectToAuthorization) {
  let verifier;
  return {
    redirectUrl: `${location.origin}/page`,
    clientMetadata: { redirect_uris: [`${location.origin}/page`] },
    clientInformation: () => ({ client_id: "page" }),
    tokens: () => ({ access_token: "old", token_type: "Bearer" }),
    saveTokens: () => {},
    redirectToAuthorization,
    saveCodeVerifier: (code) => {
      verifier = code;
    },
    codeVerifier: () => verifier,
  };
}
