// The page's side: a client of grpc.health.v1.Health by grpc-web, and what it gets.

import { GrpcWebClientBase, MethodDescriptor, MethodType } from "grpc-web";

const PATIENCE = 20000; // milliseconds for one call

// Makes a call, and says what came of it. `timeout` is in milliseconds.
window.call = ({ url, method, service, format, timeout }) =>
  new Promise((resolve) => {
    // No code of 0: as long as the client says nothing, nothing is known.
    const got = { messages: [], code: null, message: "", trailers: {}, headers: {} };
    const client = new GrpcWebClientBase({ format });
    const metadata = timeout ? { deadline: String(Date.now() + timeout) } : {};
    const isStream = method === "Watch";
    const make = isStream ? client.serverStreaming : client.rpcCall;
    const descriptor = describe(method, isStream);

    const late = setTimeout(() => resolve({ ...got, message: "takes too long" }), PATIENCE);
    // The client says that it has ended before it hands over the rest, or after.
    let hasHead = false;
    let hasEnded = false;
    const settle = () => {
      if (hasHead && hasEnded) {
        clearTimeout(late);
        setTimeout(() => resolve(got));
      }
    };
    const end = (error, message) => {
      if (error) {
        got.code = error.code;
        got.message = error.message;
      } else if (!isStream) {
        got.messages.push(message);
      }
      hasEnded = true;
      settle();
    };

    const path = `${url}/grpc.health.v1.Health/${method}`;
    const stream = make.call(client, path, service, metadata, descriptor, end);
    stream.on("status", ({ code, details, metadata }) => {
      got.code = code;
      got.message = details;
      got.trailers = own(metadata);
    });
    stream.on("metadata", (headers) => {
      got.headers = own(headers);
      hasHead = true;
      settle();
    });
    if (isStream) {
      stream.on("data", (message) => {
        got.messages.push(message);
        // The stream waits for this call: its messages come one by one, or no second one comes.
        if (got.messages.length === 1) {
          client.rpcCall(`${url}/grpc.health.v1.Health/Check`, "next", {}, describe("Check", false), () => {});
        }
      });
      stream.on("error", end);
      stream.on("end", () => end());
    }
  });

function describe(method, isStream) {
  const type = isStream ? MethodType.SERVER_STREAMING : MethodType.UNARY;
  return new MethodDescriptor(`/${method}`, type, String, Number, request, status);
}

// What the service adds by itself.
function own(metadata) {
  return Object.fromEntries(Object.entries(metadata ?? {}).filter(([name]) => name.startsWith("x-")));
}

// HealthCheckRequest: field 1 is the service's name.
function request(service) {
  const name = new TextEncoder().encode(service);
  return new Uint8Array(name.length > 0 ? [0x0a, name.length, ...name] : []);
}

// HealthCheckResponse: field 1 is the status, a number below 128.
function status(bytes) {
  const [key, value, ...rest] = bytes;
  if (key !== 0x08 || rest.length > 0) {
    throw new Error(`no HealthCheckResponse: ${bytes}`);
  }
  return value;
}
