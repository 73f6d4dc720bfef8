import type { Metadata } from "next";
import { AccountLink } from "@/features/account/account-link";
import { ForgotPasswordForm } from "@/features/account/forgot-password-form";
import { environment } from "@/lib/environment";

export const metadata: Metadata = { title: "Forgot your password?" };

export default function ForgotPasswordPage() {
  return (
    <>
      <h1 className="mb-6 text-center text-2xl font-semibold">Forgot your password?</h1>
      {environment().smtp ? <ForgotPasswordForm /> : <AskTheOperator />}
      <p className="mt-6 text-center text-sm">
        <AccountLink href="/login" label="Back to sign in" />
      </p>
    </>
  );
}

function AskTheOperator() {
  return (
    <div className="flex flex-col gap-4">
      <p>
        This Todochat sends no e-mail. Ask whoever runs it for a link: it lets you choose a new
        password, once and within an hour.
      </p>
      <p className="text-sm text-muted">
        If that is you, run this command where Todochat runs, with the e-mail of the account:
      </p>
      <code className="rounded-lg border border-line bg-raised px-3 py-2 font-mono text-sm wrap-anywhere">
        todochat reset-password you@example.com
      </code>
    </div>
  );
}
