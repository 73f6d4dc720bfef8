import type { Message } from "@/lib/mail";

const BUTTON =
  "display:inline-block;padding:10px 20px;border-radius:8px;background:#0f6b5c;color:#ffffff;text-decoration:none;font-weight:600";

/** What a message with one link says; nothing in it was typed by anybody. */
type Words = { subject: string; reason: string; action: string; note: string };

const RESET: Words = {
  subject: "Choose a new password for Todochat",
  reason: "Somebody, hopefully you, forgot the password of your Todochat account.",
  action: "Choose a new password",
  note: "The link works once, within an hour. If it wasn’t you, do nothing: your password stays as it is.",
};

const CONFIRMATION: Words = {
  subject: "Confirm your address for Todochat",
  reason: "Somebody, hopefully you, uses this address for an account at Todochat.",
  action: "Confirm this address",
  note: "The link works within an hour, together with the password of the account. If it wasn’t you, do nothing: nobody can use the account.",
};

const EXISTING: Words = {
  subject: "You already have a Todochat account",
  reason:
    "Somebody, hopefully you, signed up for Todochat with this address. It has an account already.",
  action: "Sign in",
  note: "On that page you can also get a link to a new password. If it wasn’t you, do nothing: your account stays as it is.",
};

/** Return the message with the link to a new password. */
export function resetMessage(to: string, link: string): Message {
  return linkMessage(to, link, RESET);
}

/** Return the message with the link by which an address is confirmed. */
export function confirmationMessage(to: string, link: string): Message {
  return linkMessage(to, link, CONFIRMATION);
}

/** Return the message for who has an account already. */
export function existingAccountMessage(to: string, webUrl: string): Message {
  return linkMessage(to, `${webUrl}/login`, EXISTING);
}

function linkMessage(to: string, link: string, words: Words): Message {
  const { subject, reason, action, note } = words;
  const href = link.replaceAll("&", "&amp;");
  return {
    to,
    subject,
    text: `${reason}

${action} here:
${link}

${note}
`,
    html: `<!doctype html>
<html lang="en">
<body style="margin:0;padding:24px;font-family:system-ui,sans-serif;line-height:1.5;color:#1c1917">
<p>${reason}</p>
<p><a href="${href}" style="${BUTTON}">${action}</a></p>
<p>Or open this address:<br><a href="${href}" style="color:#0f6b5c;word-break:break-all">${href}</a></p>
<p>${note}</p>
</body>
</html>
`,
  };
}
