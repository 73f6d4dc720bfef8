/** Prepare the database before the first request is served; where that fails, this process ends. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { migrateOrExit } = await import("@/lib/auth/migrate");
  await migrateOrExit();
}
