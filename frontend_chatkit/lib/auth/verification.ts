import type { User } from "better-auth";
import { verificationMessage } from "@/lib/auth/link-messages";
import { type Mailer, sendInBackground } from "@/lib/mail";

/** Return the callback that mails a link which shows that an address is its user's. */
export function verificationMailer(send: Mailer) {
  return async ({ user, url }: { user: User; url: string }): Promise<void> => {
    sendInBackground(send, verificationMessage(user.email, url), "a link to verify an address");
  };
}
