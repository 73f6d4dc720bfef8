import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { LoginForm } from "@/features/account/sign-in-forms";
import { currentSession } from "@/lib/session";

export const metadata: Metadata = { title: "Sign in" };

type Query = Promise<Record<string, string | string[] | undefined>>;

export default async function LoginPage({ searchParams }: { searchParams: Query }) {
  const authorizing = (await searchParams).sig !== undefined;
  if (!authorizing && (await currentSession())) redirect("/chat");
  return (
    <>
      <h1 className="mb-6 text-center text-2xl font-semibold">Welcome back</h1>
      <LoginForm />
    </>
  );
}
