import type { Metadata } from "next";

export const metadata: Metadata = { title: "The assistant can’t be connected" };

type Query = Promise<{ error?: string }>;

export default async function OAuthErrorPage({ searchParams }: { searchParams: Query }) {
  const { error } = await searchParams;
  return (
    <>
      <h1 className="mb-4 text-xl font-semibold">The assistant can’t be connected</h1>
      <p className="text-muted">
        Its request is invalid. Remove this server from the assistant, add it again, and sign in
        again.
      </p>
      {error && (
        <p className="mt-4 font-mono text-sm break-all text-muted">{error.slice(0, 100)}</p>
      )}
    </>
  );
}
