import type { Message } from "@/lib/mail";

const BUTTON =
  "display:inline-block;padding:10px 20px;border-radius:8px;background:#0f6b5c;color:#ffffff;text-decoration:none;font-weight:600";

/** Return the message with the link to a new password; nothing in it was typed by anybody. */
export function resetMessage(to: string, link: string): Message {
  return {
    to,
    subject: "Choose a new password for Todochat",
    text: `Somebody, hopefully you, forgot the password of your Todochat account.

Choose a new one here:
${link}

The link works once, within an hour. If it wasn't you, do nothing: your password stays as it is.
`,
    html: `<!doctype html>
<html lang="en">
<body style="margin:0;padding:24px;font-family:system-ui,sans-serif;line-height:1.5;color:#1c1917">
<p>Somebody, hopefully you, forgot the password of your Todochat account.</p>
<p><a href="${link}" style="${BUTTON}">Choose a new password</a></p>
<p>Or open this address:<br><a href="${link}" style="color:#0f6b5c;word-break:break-all">${link}</a></p>
<p>The link works once, within an hour. If it wasn’t you, do nothing: your password stays as it is.</p>
</body>
</html>
`,
  };
}
