import { migrate } from "@/lib/auth/migrate";

/** Bring the tables up to date, or end this process with one line that says why it can't be. */
export async function prepared(): Promise<void> {
  try {
    await migrate();
  } catch (error) {
    console.error(`The web app can't start: ${error instanceof Error ? error.message : error}`);
    process.exit(1);
  }
}
