import { createTransport } from "nodemailer";
import type { Smtp } from "@/lib/smtp";

/** A message to one person, as text and as HTML. */
export type Message = { to: string; subject: string; text: string; html: string };

/** Sends a message; rejects if the mail server does not take it. */
export type Mailer = (message: Message) => Promise<void>;

const CONNECT_MS = 10_000;
const SILENCE_MS = 20_000;

/** Return what sends messages through a mail server. */
export function mailer({ from, ...server }: Smtp): Mailer {
  const transport = createTransport({
    ...server,
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return async (message) => {
    // No automatic replies (RFC 3834, 5).
    await transport.sendMail({ ...message, from, headers: { "auto-submitted": "auto-generated" } });
  };
}

/** Send a message while nobody waits; a failure is logged without the address, as a message with `content`. */
export function sendInBackground(send: Mailer, message: Message, content: string): void {
  send(message).catch((error: unknown) => {
    console.error(`A message with ${content} was not sent: ${mailFailure(error)}`);
  });
}

/** Describe why a message was not sent by codes alone: what servers write may repeat the address. */
export function mailFailure(error: unknown): string {
  const { code, responseCode } = error as { code?: string; responseCode?: number };
  return [code ?? "unknown", responseCode].filter(Boolean).join(" ");
}
