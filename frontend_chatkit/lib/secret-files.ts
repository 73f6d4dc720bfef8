import { readFileSync } from "node:fs";

/** The secrets that the web app reads. */
const SECRETS = ["DATABASE_URL", "BETTER_AUTH_SECRET", "SMTP_URL"];

type Variables = Record<string, string | undefined>;

/**
 * Return the variables with each secret that is not set from the file that `NAME_FILE` names, without
 * the white space around it. Throws an Error that names the variable if its file can't be read.
 */
export function withSecretFiles(variables: Variables): Variables {
  const found = SECRETS.flatMap((name) => {
    const path = variables[`${name}_FILE`];
    return path && !variables[name] ? [[name, content(`${name}_FILE`, path)]] : [];
  });
  return { ...variables, ...Object.fromEntries(found) };
}

function content(variable: string, path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code;
    throw new Error(`${variable}: ${path} can't be read (${reason}).`);
  }
}
