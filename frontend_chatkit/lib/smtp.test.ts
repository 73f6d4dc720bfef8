import { describe, expect, it } from "vitest";
import { resetMessage } from "@/lib/auth/link-messages";
import { read } from "@/lib/environment";
import { mailer, mailFailure } from "@/lib/mail";
import { readSmtpUrl } from "@/lib/smtp";

const FROM = "?from=todo%40example.com";

describe("FR-WEB-033: the mail server's URL", () => {
  it.each([
    [`smtp://mail.example${FROM}`, { port: 587, secure: false, requireTLS: false }],
    [`smtps://mail.example${FROM}`, { port: 465, secure: true, requireTLS: false }],
    [`smtp://me:x@mail.example:25${FROM}`, { port: 25, secure: false, requireTLS: true }],
    [`smtps://me:x@mail.example${FROM}`, { port: 465, secure: true, requireTLS: false }],
    [`smtp://me:x@localhost${FROM}`, { host: "localhost", requireTLS: false }],
    [`smtp://me:x@127.0.0.1:2525${FROM}`, { host: "127.0.0.1", port: 2525, requireTLS: false }],
    [`smtp://me:x@[::1]${FROM}`, { host: "::1", requireTLS: false }],
    [`smtp://me:x@127.example${FROM}`, { host: "127.example", requireTLS: true }],
  ])("of %s is %o", (url, server) => {
    expect(readSmtpUrl(url)).toMatchObject({ from: "todo@example.com", ...server });
  });

  it("has a percent-encoded user and password, and the user is the sender if none is named", () => {
    const { auth, from } = readSmtpUrl("smtp://me%40example.com:p%40ss%2F%25@mail.example");
    expect(auth).toEqual({ user: "me@example.com", pass: "p@ss/%" });
    expect(from).toBe("me@example.com");
    expect(readSmtpUrl(`smtp://mail.example${FROM}`)).not.toHaveProperty("auth");
  });

  it("takes a sender with a name", () => {
    const url = "smtp://mail.example?from=To-do%20list%20%3Ctodo%40example.com%3E";
    expect(readSmtpUrl(url).from).toBe("To-do list <todo@example.com>");
  });

  it.each([
    ["mail.example:587", "must be smtp(s)://"],
    ["https://me:hunter2@mail.example", "must be smtp(s)://"],
    ["smtp://", "must be smtp(s)://"],
    ["smtp://me:hunter2@mail.example", "?from=address"],
    ["smtp://mail.example?from=a+b@example.com", "?from=address"],
    ["smtp://mail.example?from=a@example.com%0d%0aBcc:x@example.com", "?from=address"],
    ["smtp://me@x.example:hunter2%@mail.example", "percent-encoded"],
  ])("is refused as %s, without being repeated", (url, reason) => {
    const variables = { DATABASE_URL: "postgresql://db/todo", BETTER_AUTH_SECRET: "s".repeat(32) };
    const reading = () => read({ ...variables, SMTP_URL: url });
    expect(reading).toThrow("SMTP_URL");
    expect(reading).toThrow(reason);
    expect(reading).not.toThrow("hunter2");
  });

  it("may be missing", () => {
    const variables = { DATABASE_URL: "postgresql://db/todo", BETTER_AUTH_SECRET: "s".repeat(32) };
    expect(read({ ...variables, SMTP_URL: "" }).smtp).toBeNull();
  });
});

describe("FR-WEB-034: a message that was not sent", () => {
  it("is described by codes alone", async () => {
    const send = mailer(readSmtpUrl(`smtp://127.0.0.1:9${FROM}`));
    const message = resetMessage("ada@example.com", "http://localhost/reset-password#secret");
    const failure = await send(message).catch(mailFailure);
    expect(failure).toBe("ESOCKET");
  });

  it("of an unknown error too", () => {
    expect(mailFailure(new Error("ada@example.com"))).toBe("unknown");
    expect(mailFailure({ code: "EENVELOPE", responseCode: 550 })).toBe("EENVELOPE 550");
  });
});
