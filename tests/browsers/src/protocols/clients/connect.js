// grpc.health.v1.Health by Connect.

import { create, createFileRegistry } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-web";

import { offer, said } from "./said.js";

offer(async ({ url, act, service = "" }) => {
  const transport = createConnectTransport({ baseUrl: url, useHttpGet: act === "get" });
  const client = createClient(health(), transport);
  const options = act === "deadline" ? { timeoutMs: 30000 } : {};
  const got = [];
  try {
    if (act === "stream") {
      for await (const { status } of client.watch({ service }, options)) {
        got.push(STATUS[status]);
      }
    } else {
      const { status } = await client.check({ service }, options);
      got.push(STATUS[status]);
    }
  } catch (error) {
    const { code, metadata } = ConnectError.from(error);
    const fails = said(error);
    got.push(fails.startsWith("the browser") ? fails : `${Code[code]}: ${fails}`);
    const beds = metadata.get("x-beds");
    if (beds) {
      got.push(`x-beds: ${beds}`);
    }
  }
  return got.join(", ");
});

const STATUS = ["UNKNOWN", "SERVING", "NOT_SERVING"];

// The service's description, which is usually generated.
function health() {
  const STRING = 9;
  const ENUM = 14;
  const OPTIONAL = 1;
  const NO_SIDE_EFFECTS = 1;
  const method = (name, further) => ({
    name,
    inputType: ".grpc.health.v1.HealthCheckRequest",
    outputType: ".grpc.health.v1.HealthCheckResponse",
    ...further,
  });
  const file = {
    name: "grpc/health/v1/health.proto",
    package: "grpc.health.v1",
    syntax: "proto3",
    messageType: [
      {
        name: "HealthCheckRequest",
        field: [{ name: "service", number: 1, type: STRING, label: OPTIONAL, jsonName: "service" }],
      },
      {
        name: "HealthCheckResponse",
        field: [
          {
            name: "status",
            number: 1,
            type: ENUM,
            typeName: ".grpc.health.v1.HealthCheckResponse.ServingStatus",
            label: OPTIONAL,
            jsonName: "status",
          },
        ],
        enumType: [
          { name: "ServingStatus", value: STATUS.map((name, number) => ({ name, number })) },
        ],
      },
    ],
    service: [
      {
        name: "Health",
        method: [
          method("Check", { options: { idempotencyLevel: NO_SIDE_EFFECTS } }),
          method("Watch", { serverStreaming: true }),
        ],
      },
    ],
  };
  return createFileRegistry(create(FileDescriptorSetSchema, { file: [file] })).getService(
    "grpc.health.v1.Health",
  );
}
