// @vitest-environment node
import { readFile } from "node:fs/promises";
import openapiTS, { astToString, COMMENT_HEADER } from "openapi-typescript";
import { describe, expect, test } from "vitest";

const CONTRACT = new URL("../../specs/contracts/openapi.yaml", import.meta.url);
const WRITTEN = new URL("./api-schema.d.ts", import.meta.url);

describe("FR-WEB-213: the client is generated from the contract", () => {
  test("its types are those of specs/contracts/openapi.yaml; `make specs` writes them", async () => {
    const generated = COMMENT_HEADER + astToString(await openapiTS(CONTRACT));
    expect(await readFile(WRITTEN, "utf-8")).toBe(generated);
  });
});
