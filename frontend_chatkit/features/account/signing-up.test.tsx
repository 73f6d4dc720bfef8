import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ConfirmAddressForm } from "@/features/account/confirm-address-form";
import { SignupForm } from "@/features/account/sign-in-forms";

vi.mock("next/navigation", () => ({
  useSearchParams: () => new URLSearchParams(window.location.search),
}));

function answering(status: number, body: object) {
  const sent: { path: string; body: Record<string, string> }[] = [];
  vi.spyOn(globalThis, "fetch").mockImplementation(async (url, init) => {
    sent.push({ path: String(url), body: JSON.parse(String(init?.body)) });
    return Response.json(body, { status });
  });
  return sent;
}

async function fillIn() {
  await userEvent.type(screen.getByLabelText("Name"), "Ada");
  await userEvent.type(screen.getByLabelText("E-mail"), "ada@example.com");
  await userEvent.type(screen.getByLabelText("Password"), "a long password");
  await userEvent.click(screen.getByRole("button", { name: "Sign up" }));
}

afterEach(() => window.history.replaceState(null, "", "/"));

describe("FR-WEB-039: signing up where e-mail is sent", () => {
  it("says that a message is on its way, whoever has the address, and can be repeated", async () => {
    answering(200, { token: null, user: {} });
    render(<SignupForm />);
    await fillIn();
    expect((await screen.findByRole("status")).textContent).toMatch(
      /^A message is on its way to ada@example.com/,
    );
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    screen.getByLabelText("E-mail");
  });

  it.each([
    ["?next=%2Ftasks", "/tasks"],
    [
      "?client_id=abc&state=x%20y&exp=1&ba_param=exp&ba_iat=2&sig=xyz",
      "/api/auth/oauth2/authorize?client_id=abc&state=x+y",
    ],
  ])("from %s has the link lead to %s", async (search, next) => {
    window.history.replaceState(null, "", `/signup${search}`);
    const sent = answering(200, { token: null, user: {} });
    render(<SignupForm />);
    await fillIn();
    await screen.findByRole("status");
    expect(sent[0]?.body.callbackURL).toBe(next);
  });
});

describe("FR-WEB-035: the page of a link that confirms an address", () => {
  it.each([
    [401, "INVALID_PASSWORD", /password is wrong/],
    [400, "INVALID_TOKEN", /link has expired/],
    [429, "TOO_MANY_ATTEMPTS", /Too many attempts/],
  ])("says what a %i means, and where to get another link", async (status, code, message) => {
    window.history.replaceState(null, "", "/confirm-address#s3cret");
    const sent = answering(status, { code });
    render(<ConfirmAddressForm />);
    await userEvent.type(screen.getByLabelText("Password"), "a long password");
    await userEvent.click(screen.getByRole("button", { name: "Confirm and sign in" }));
    expect((await screen.findByRole("alert")).textContent).toMatch(message);
    expect(sent).toEqual([
      {
        path: "/api/auth/confirm-address",
        body: { token: "s3cret", password: "a long password" },
      },
    ]);
    expect(screen.getByRole("link", { name: /^Sign in/ }).getAttribute("href")).toBe("/login");
  });
});
