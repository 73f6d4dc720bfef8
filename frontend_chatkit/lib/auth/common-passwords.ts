import type { BetterAuthPlugin } from "better-auth";
import { APIError, createAuthMiddleware, getSessionFromCtx } from "better-auth/api";

// The field with the new password, by the path of the request.
const FIELDS: Record<string, string> = {
  "/sign-up/email": "password",
  "/change-password": "newPassword",
  "/reset-password": "newPassword",
};
const SERVICE = "todochat";
const MIN_LENGTH = 8;
const MAX_LENGTH = 128;
const ONE_CHARACTER = /^(.)\1*$/su;
const NOT_LETTERS = /[^\p{L}]/gu;

let list: Promise<Set<string>> | undefined;

/**
 * Refuses new passwords that a packaged list of leaked ones has, that are one character, or that are the
 * name or the address of their user or the name of this service, whatever digits are around them (NIST SP
 * 800-63B, 5.1.1.2). Others judge their length.
 */
export const commonPasswords = {
  id: "common-passwords",
  hooks: {
    before: [
      {
        matcher: ({ path }) => path !== undefined && path in FIELDS,
        handler: createAuthMiddleware(async (context) => {
          const password = context.body?.[FIELDS[context.path] ?? ""];
          if (typeof password !== "string" || password.length > MAX_LENGTH) return;
          if (password.length < MIN_LENGTH) return;
          const user = (await getSessionFromCtx(context))?.user ?? context.body;
          if (await isCommon(password, [user?.name, user?.email])) {
            throw new APIError("BAD_REQUEST", { code: "PASSWORD_TOO_COMMON" });
          }
        }),
      },
    ],
  },
} satisfies BetterAuthPlugin;

/** Whether a password is among the first that somebody would guess who knows these words of its user. */
export async function isCommon(password: string, words: unknown[] = []): Promise<boolean> {
  list ??= leakedPasswords();
  if (ONE_CHARACTER.test(password) || (await list).has(password.toLowerCase())) return true;
  const letters = lettersOf(password);
  return letters !== "" && [SERVICE, ...words.flatMap(partsOf)].includes(letters);
}

/** Read on first use: few processes need it, and it takes longer than the rest of their start. */
async function leakedPasswords(): Promise<Set<string>> {
  const { dictionary } = await import("@zxcvbn-ts/language-common");
  return new Set(dictionary["passwords-common"].filter((one) => one.length >= MIN_LENGTH));
}

function partsOf(word: unknown): string[] {
  if (typeof word !== "string") return [];
  return [word, ...word.split(/[\s@]/)].map(lettersOf);
}

function lettersOf(text: string): string {
  return text.replace(NOT_LETTERS, "").toLowerCase();
}
