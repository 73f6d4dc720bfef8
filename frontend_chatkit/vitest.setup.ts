import { cleanup, configure } from "@testing-library/react";
import { afterEach } from "vitest";

// The machine may be busy with other tests.
configure({ asyncUtilTimeout: 10_000 });

afterEach(cleanup);
