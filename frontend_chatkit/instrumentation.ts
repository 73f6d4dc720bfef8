/** Prepare the database before the first request is served; without it this process ends. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { prepared } = await import("@/lib/auth/prepared");
  await prepared();
}
