/**
 * Prepare the database before the first request is served, and keep expired rows from piling up; where the
 * database can't be prepared, this process ends.
 */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { migrateOrExit } = await import("@/lib/auth/migrate");
  await migrateOrExit();
  const { pool } = await import("@/lib/auth");
  const { environment } = await import("@/lib/environment");
  const { keepDeleting } = await import("@/lib/auth/retention");
  void keepDeleting(pool(), environment().clientDays);
}
