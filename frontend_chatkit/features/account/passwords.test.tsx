import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ForgotPasswordForm } from "@/features/account/forgot-password-form";
import { ResetPasswordForm } from "@/features/account/reset-password-form";

type Answer = [status: number, body: object];

/** Answer requests by the ends of their paths, and return what was sent. */
function answering(answers: Record<string, Answer>) {
  const sent: unknown[] = [];
  vi.spyOn(globalThis, "fetch").mockImplementation(async (url, init) => {
    const [status, body] = answers[String(url).replace("/api/auth/", "")] ?? [404, {}];
    sent.push(JSON.parse(String(init?.body)));
    return new Response(JSON.stringify(body), { status });
  });
  return sent;
}

const INVALID: Answer = [400, { code: "INVALID_TOKEN" }];

function openLink(secret: string) {
  window.history.replaceState(null, "", `/reset-password#${secret}`);
  render(<ResetPasswordForm />);
}

async function save() {
  await userEvent.type(await screen.findByLabelText("New password"), "a longer password");
  await userEvent.click(screen.getByRole("button", { name: "Save the password" }));
}

afterEach(() => window.history.replaceState(null, "", "/"));

describe("FR-WEB-018: the request for a link", () => {
  it("is answered without telling whether there is such an account, and can be repeated", async () => {
    const sent = answering({ "request-password-reset": [200, { status: true }] });
    render(<ForgotPasswordForm />);
    await userEvent.type(screen.getByLabelText("E-mail"), " ada@example.com ");
    await userEvent.click(screen.getByRole("button", { name: "Send the link" }));
    expect((await screen.findByRole("status")).textContent).toMatch(
      /^If there is an account for ada@example.com/,
    );
    expect(sent).toEqual([{ email: "ada@example.com" }]);
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    screen.getByLabelText("E-mail");
  });

  it("that is refused says why", async () => {
    answering({ "request-password-reset": [429, {}] });
    render(<ForgotPasswordForm />);
    await userEvent.type(screen.getByLabelText("E-mail"), "ada@example.com");
    await userEvent.click(screen.getByRole("button", { name: "Send the link" }));
    expect((await screen.findByRole("alert")).textContent).toMatch(/Too many attempts/);
  });
});

describe("FR-WEB-019: the page of a link", () => {
  it("sets a new password for the account that it names", async () => {
    const sent = answering({
      "password-reset/check": [200, { email: "ada@example.com" }],
      "reset-password": [200, { status: true }],
    });
    openLink("s3cret");
    await screen.findByText(/ada@example.com/);
    await save();
    await screen.findByText(/Your password is changed/);
    expect(sent).toEqual([
      { token: "s3cret" },
      { token: "s3cret", newPassword: "a longer password" },
    ]);
    expect(screen.getByRole("link", { name: "Sign in" }).getAttribute("href")).toBe("/login");
  });

  it.each(["s3cret", ""])(
    "says of the link %o that it is used, and leads to a new one",
    async (secret) => {
      answering({ "password-reset/check": INVALID });
      openLink(secret);
      expect((await screen.findByRole("alert")).textContent).toMatch(/expired or was used before/);
      const link = screen.getByRole("link", { name: "Get a new link" });
      expect(link.getAttribute("href")).toBe("/forgot-password");
    },
  );

  it("says so too where the link was used while somebody typed", async () => {
    answering({ "password-reset/check": [200, { email: "a@b.c" }], "reset-password": INVALID });
    openLink("s3cret");
    await save();
    await screen.findByRole("link", { name: "Get a new link" });
  });

  it("lets somebody type where the check did not get through, and keeps it after an error", async () => {
    answering({ "password-reset/check": [503, {}], "reset-password": [503, {}] });
    openLink("s3cret");
    await save();
    expect((await screen.findByRole("alert")).textContent).toMatch(/That did not work/);
    expect(screen.getByLabelText<HTMLInputElement>("New password").value).toBe("a longer password");
  });

  it("checks the link anew when another one is opened in the same window", async () => {
    const sent = answering({ "password-reset/check": INVALID });
    openLink("first");
    await screen.findByRole("alert");
    window.location.hash = "#second";
    await vi.waitFor(() => expect(sent).toEqual([{ token: "first" }, { token: "second" }]));
  });
});
